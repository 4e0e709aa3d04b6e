"""What everything stands on: the one error, interrupts, seeds, threads, forks."""
