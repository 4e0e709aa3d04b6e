"""What a fit goes by: how much its predictors matter, and what they do to its predictions."""
