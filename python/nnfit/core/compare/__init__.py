"""Ways to fit one linear model, from differences of the loss to torch's optimizers."""
