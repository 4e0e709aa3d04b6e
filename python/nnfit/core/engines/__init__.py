"""The ways to train: each says when it applies, and takes the steps of a fit."""
