"""R's group `Summary`, mean() and median()."""

import torch

from nnfit.tensors.arithmetic import COMPLEX, kind, real, widen
from nnfit.tensors.memory import is_float
from nnfit.tensors.shapes import flat


def present(x, na_rm):
    """The elements of `x`, all of them or those that are not NaN."""
    return x[~torch.isnan(x)] if na_rm and is_float(x.dtype) else x


def _summary(function):
    return lambda x, na_rm=False: function(present(x, na_rm))


def _truth(decisive):
    """all() and any(): a bool, or None where a missing value leaves it open."""

    def rule(x, na_rm=False):
        if kind(x) == COMPLEX:
            raise TypeError("invalid 'type' (complex) of argument")
        missing = torch.isnan(x)
        values = (x != 0)[~missing]
        if bool((values == decisive).any()):
            return decisive
        return None if not na_rm and bool(missing.any()) else not decisive

    return rule


def _extreme(method, of_nothing):
    def rule(x):
        if x.numel() == 0 and kind(x) != COMPLEX:
            return torch.tensor(of_nothing, dtype=real(x).dtype, device=x.device)
        return getattr(widen(x), method)()

    return rule


largest = _extreme("max", -torch.inf)
smallest = _extreme("min", torch.inf)


def mean(x, trim=0.0, na_rm=False):
    """mean(x): () ; `trim` is the fraction that is left out at either end of the sorted values."""
    x = present(x, na_rm)
    if trim <= 0 or x.numel() == 0 or bool(torch.isnan(x).any()):
        return real(x).mean()
    if trim >= 0.5:
        return median(x)
    out = int(x.numel() * trim)
    return flat(real(x)).sort().values[out : x.numel() - out].mean()


def median(x, na_rm=False):
    """median(x): () ; of an even number of values the mean of the middle two."""
    x = flat(present(x, na_rm))
    n = x.numel()
    if n == 0 or bool(torch.isnan(x).any()):
        return torch.full((), torch.nan, dtype=real(x).dtype, device=x.device)
    values = x.sort().values
    return values[n // 2] if n % 2 else real(widen(values[n // 2 - 1 : n // 2 + 1])).mean()


RULES = {
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
