"""R's rules for torch tensors: what R's functions answer, as torch calls that keep gradients.

One crossing from R per operator: R looks its function's name up in `RULES` and calls what it finds.
Nothing here knows R; a "number" is what an R vector of length one becomes (int, float, bool,
complex), an "array" is a NumPy array that may lie in R's own memory.
"""

from nnfit.tensors import algebra, arithmetic, elementwise, indexing, memory, shapes, summaries

_MODULES = (memory, arithmetic, elementwise, summaries, shapes, indexing, algebra)

RULES = {name: rule for module in _MODULES for name, rule in module.RULES.items()}

__all__ = ["RULES"]
