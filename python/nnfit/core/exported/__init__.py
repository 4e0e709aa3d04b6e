"""A fit as a graph that other programs run."""
