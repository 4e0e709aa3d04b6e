"""R's groups `Math` and `Complex`, and the questions that R asks of every element."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from .arithmetic import COMPLEX, kind, real, widen
from .memory import is_float
from .shapes import flat

Function = Callable[[Tensor], Tensor]


def _of_reals(function: Function) -> Function:
    """Make the rule of a function that answers in doubles where it is given integers."""
    return lambda x: function(real(x))


def _of_integers(function: Function) -> Function:
    """Make the rule of a function that answers in integers where it is given integers.

    R has no such function of complex numbers.
    """
    return lambda x: function(_ordered(widen(x)))


def _ordered(x: Tensor) -> Tensor:
    """Refuse complex numbers, which have no order; give back any others."""
    if kind(x) == COMPLEX:
        raise TypeError("unimplemented complex function")
    return x


def _cumulative(function: Function) -> Function:
    """Make the rule of a function that runs along all elements in R's order: (n,) to (n,)."""
    return lambda x: function(flat(widen(x)))


def sign(x: Tensor) -> Tensor:
    """sign(x): -1, 0 or 1, and NaN where torch says 0."""
    return torch.where(torch.isnan(x), x, torch.sign(x))


def cospi(x: Tensor) -> Tensor:
    """cospi(x): the cosine of pi * x, as exact for large x as for small."""
    return torch.cos(math.pi * torch.remainder(x, 2))


def sinpi(x: Tensor) -> Tensor:
    """sinpi(x): the sine of pi * x, as exact for large x as for small."""
    return torch.sin(math.pi * torch.remainder(x, 2))


def tanpi(x: Tensor) -> Tensor:
    """tanpi(x): the tangent of pi * x, not a number at its poles."""
    angle = torch.remainder(x, 1)
    return torch.where(angle == 0.5, torch.nan, torch.tan(math.pi * angle))


def gamma(x: Tensor) -> Tensor:
    """gamma(x): exp(lgamma(x)) with its sign; not a number at its poles 0, -1, -2, ..."""
    below = torch.floor(x)
    odd = torch.where((x < 0) & (torch.remainder(below, 2) == 1), -1.0, 1.0).to(x.dtype)
    return torch.where((x <= 0) & (below == x), torch.nan, odd * torch.exp(torch.lgamma(x)))


def digamma(x: Tensor) -> Tensor:
    """digamma(x): at 0 not a number, where torch says -Inf."""
    return torch.where(x == 0, torch.nan, torch.digamma(x))


def trigamma(x: Tensor) -> Tensor:
    """trigamma(x): Hurwitz' zeta(2, x), for x <= 0 by its reflection; infinite at its poles.

    torch.polygamma(1, x) would give only ten digits.
    """
    positive = x > 0
    right = torch.special.zeta(2.0, torch.where(positive, x, 1 - x))
    right = torch.where(x == torch.inf, 0, right)  # zeta(2, Inf) is not a number to torch
    left = (math.pi / sinpi(torch.where(positive, 0.5, x))) ** 2 - right
    pole = ~positive & (torch.floor(x) == x)
    return torch.where(positive, right, torch.where(pole, torch.inf, left))


def round_digits(x: Tensor, digits: float = 0) -> Tensor:
    """round(x, digits): the nearest number with so many decimals.

    Of two that are equally near, the one whose last digit is even.
    """
    digits = int(digits)
    if kind(x) == COMPLEX:
        return torch.complex(round_digits(x.real, digits), round_digits(x.imag, digits))
    if not is_float(x.dtype):
        return widen(x) if digits >= 0 else round_digits(x.double(), digits)
    if digits == 0:
        return torch.round(x)
    exact = x.double()
    up, down = (10.0**digits, 1.0) if digits > 0 else (1.0, 10.0**-digits)
    scaled = exact * up / down
    lower = torch.floor(scaled)
    below, above = lower / up * down, torch.ceil(scaled) / up * down
    to_below, to_above = exact - below, above - exact
    even = torch.remainder(lower, 2) == 0
    nearer = torch.where((to_below < to_above) | ((to_below == to_above) & even), below, above)
    # Beyond a double's 15 digits there is nothing to round.
    return torch.where(scaled.abs() < 1e15, nearer, exact).to(x.dtype)


def signif(x: Tensor, digits: float = 6) -> Tensor:
    """signif(x, digits): rounded to so many significant digits."""
    if kind(x) == COMPLEX:
        raise TypeError("signif() of a complex tensor: use it on Re(x) and Im(x)")
    if not is_float(x.dtype):
        return signif(x.double(), digits).to(widen(x).dtype)
    exact = x.double()
    power = max(int(digits), 1) - 1 - torch.floor(torch.log10(exact.abs()))
    up, down = 10.0 ** power.clamp(min=0), 10.0 ** (-power).clamp(min=0)
    rounded = torch.round(exact * up / down) / up * down
    return torch.where(torch.isfinite(rounded), rounded, exact).to(x.dtype)


_OF_REALS = [
    *("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "lgamma"),
    *("cos", "sin", "tan", "acos", "asin", "atan"),
    *("cosh", "sinh", "tanh", "acosh", "asinh", "atanh"),
]

RULES: dict[str, Callable[..., Tensor]] = {
    **{name: _of_reals(getattr(torch, name)) for name in _OF_REALS},
    **{name: _of_integers(getattr(torch, name)) for name in ("floor", "trunc")},
    "ceiling": _of_integers(torch.ceil),
    "sign": _of_integers(sign),
    "abs": lambda x: torch.abs(widen(x)),
    "cospi": _of_reals(cospi),
    "sinpi": _of_reals(sinpi),
    "tanpi": _of_reals(tanpi),
    "gamma": _of_reals(gamma),
    "digamma": _of_reals(digamma),
    "trigamma": _of_reals(trigamma),
    "round": round_digits,
    "signif": signif,
    "cumsum": _cumulative(lambda x: torch.cumsum(x, 0)),
    "cumprod": lambda x: torch.cumprod(flat(real(x)), 0),
    "cummax": _cumulative(lambda x: torch.cummax(x, 0).values),
    "cummin": _cumulative(lambda x: torch.cummin(x, 0).values),
    "Re": lambda x: x.real,
    "Im": lambda x: x.imag if kind(x) == COMPLEX else torch.zeros_like(x),
    "Mod": lambda x: torch.abs(widen(x)),
    "Arg": _of_reals(torch.angle),
    "Conj": lambda x: torch.conj(x).resolve_conj(),
    "is.na": torch.isnan,
    "is.nan": torch.isnan,
    "is.finite": torch.isfinite,
    "is.infinite": torch.isinf,
}
