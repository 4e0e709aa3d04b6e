"""Many fits of one model: bootstrap, restarts, cross-validation."""
