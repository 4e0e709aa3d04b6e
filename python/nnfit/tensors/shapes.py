"""Shape and order: what R does column-major."""

RULES = {
    "length": lambda x: x.numel(),
    "dim": lambda x: list(x.shape),
}
