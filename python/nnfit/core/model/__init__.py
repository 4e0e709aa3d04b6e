"""Networks, the losses that they are trained on, and what they predict."""
