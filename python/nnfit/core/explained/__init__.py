"""What a fit has learnt of its variables."""
