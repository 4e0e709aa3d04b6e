"""What everything stands on: the one error, seeds, threads."""
