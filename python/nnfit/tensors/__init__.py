"""R's rules for torch tensors: what R's functions answer, as torch calls that keep gradients.

One crossing from R per operator: R looks its function's name up in `RULES` and calls what it finds.
Nothing here knows R; a "number" is what an R vector of length one becomes (int, float, bool,
complex), an "array" is a NumPy array that may lie in R's own memory.
"""

from nnfit.tensors import arithmetic, memory, shapes

RULES = {**memory.RULES, **arithmetic.RULES, **shapes.RULES}

__all__ = ["RULES"]
