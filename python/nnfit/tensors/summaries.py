"""R's group `Summary`, mean() and median()."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .arithmetic import COMPLEX, kind, real, widen
from .memory import is_float
from .shapes import flat


def present(x: Tensor, na_rm: bool) -> Tensor:
    """Give the elements of a tensor, all of them or (`na_rm`) those that are not NaN."""
    return x[~torch.isnan(x)] if na_rm and is_float(x.dtype) else x


def _summary(function: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda x, na_rm=False: function(present(x, na_rm))


def _truth(decisive: bool) -> Callable[..., bool | None]:
    """Make the rule of all() or any(), which answers None where R answers NA.

    One value of False decides all(), one of True decides any(). Where no value decides, a missing
    one leaves the answer open.
    """

    def rule(x: Tensor, na_rm: bool = False) -> bool | None:
        if kind(x) == COMPLEX:
            raise TypeError("invalid 'type' (complex) of argument")
        missing = torch.isnan(x)
        values = (x != 0)[~missing]
        if bool((values == decisive).any()):
            return decisive
        return None if not na_rm and bool(missing.any()) else not decisive

    return rule


def _extreme(function: Callable[[Tensor], Tensor], of_nothing: float) -> Callable[[Tensor], Tensor]:
    """Make the rule of max() or min(); R has an answer for no elements too, torch has not."""

    def rule(x: Tensor) -> Tensor:
        if x.numel() == 0 and kind(x) != COMPLEX:
            return torch.tensor(of_nothing, dtype=real(x).dtype, device=x.device)
        return function(widen(x))

    return rule


largest = _extreme(torch.max, -torch.inf)
smallest = _extreme(torch.min, torch.inf)


def mean(x: Tensor, trim: float = 0.0, na_rm: bool = False) -> Tensor:
    """mean(x): () ; `trim` is the fraction that is left out at either end of the sorted values."""
    x = present(x, na_rm)
    if trim <= 0 or x.numel() == 0 or bool(torch.isnan(x).any()):
        return real(x).mean()
    if trim >= 0.5:
        return median(x)
    out = int(x.numel() * trim)
    return flat(real(x)).sort().values[out : x.numel() - out].mean()


def median(x: Tensor, na_rm: bool = False) -> Tensor:
    """median(x): () ; of an even number of values the mean of the middle two."""
    x = flat(present(x, na_rm))
    n = x.numel()
    if n == 0 or bool(torch.isnan(x).any()):
        return torch.full((), torch.nan, dtype=real(x).dtype, device=x.device)
    values = x.sort().values
    return values[n // 2] if n % 2 else real(values[n // 2 - 1 : n // 2 + 1]).mean()


RULES: dict[str, Callable[..., Tensor | bool | None]] = {
    "all": _truth(False),
    "any": _truth(True),
    "sum": _summary(lambda x: widen(x).sum()),
    "prod": _summary(lambda x: real(x).prod()),
    "max": _summary(largest),
    "min": _summary(smallest),
    "range": _summary(lambda x: torch.stack([smallest(x), largest(x)])),
    "mean": mean,
    "median": median,
}
