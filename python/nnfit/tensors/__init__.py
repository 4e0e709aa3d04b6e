"""R's rules for torch tensors: what R's functions answer, as torch calls that keep gradients.

`RULES` holds a callable for the name of each of R's functions. R looks the name up and calls what
it finds, once per operator. Nothing here depends on R: an R vector of length one comes as a number
(bool, int, float, complex), any other as a NumPy array that may lie in R's own memory.

R itself takes them from `rules_for_r()`: so they answer what R can hold, and tensors are counted.
"""

from __future__ import annotations

from collections.abc import Callable

from . import (
    algebra,
    arithmetic,
    elementwise,
    handover,
    indexing,
    ledger,
    memory,
    shapes,
    summaries,
)

_MODULES = (memory, arithmetic, elementwise, summaries, shapes, indexing, algebra)

RULES: dict[str, Callable[..., object]] = {
    name: rule for module in _MODULES for name, rule in module.RULES.items()
}


def _handed_over(rule: Callable[..., object]) -> Callable[..., object]:
    return lambda *args: handover.for_r(rule(*args))


def rules_for_r(collect: Callable[[bool], object]) -> dict[str, Callable[..., object]]:
    """Give the rules as R calls them.

    Parameters
    ----------
    collect : callable
        R's garbage collection; it is told whether to collect in full.
    """
    ledger.start(collect)
    return {**{name: _handed_over(rule) for name, rule in RULES.items()}, **handover.RULES}


__all__ = ["RULES", "rules_for_r"]
