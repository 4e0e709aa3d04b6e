"""What a formula of R means, rebuilt from numbers: a data frame becomes the columns of a fit."""
