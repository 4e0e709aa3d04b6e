"""R's rules for torch tensors: what R's functions answer, as torch calls that keep gradients.

`RULES` holds a callable for the name of each of R's functions. R looks the name up and calls what
it finds, once per operator. Nothing here depends on R: an R vector of length one comes as a number
(bool, int, float, complex), any other as a NumPy array that may lie in R's own memory.
"""

from __future__ import annotations

from collections.abc import Callable

from . import algebra, arithmetic, elementwise, indexing, memory, shapes, summaries

_MODULES = (memory, arithmetic, elementwise, summaries, shapes, indexing, algebra)

RULES: dict[str, Callable[..., object]] = {
    name: rule for module in _MODULES for name, rule in module.RULES.items()
}

__all__ = ["RULES"]
