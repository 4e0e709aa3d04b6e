"""What is asked of a fit, as given and as resolved, and the tables that say what may be asked."""
