"""The functions of R that a formula may use here: each does what R's does, to new rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import splines


class Unknown(Exception):
    """What of a term can not be rebuilt, as the rest of a sentence."""


def numbers(value: Any) -> np.ndarray:
    """View a value as floats; labels are none."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise Unknown("needs numbers, and is given labels")
    return array.astype(np.float64)


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers, by their places."""
    return lambda *values: function(*map(numbers, values))


def _log(x: Any, base: Any = None) -> np.ndarray:
    made = np.log(numbers(x))
    return made if base is None else made / np.log(numbers(base))


def _minus(x: Any, y: Any = None) -> np.ndarray:
    return -numbers(x) if y is None else numbers(x) - numbers(y)


def _plus(x: Any, y: Any = None) -> np.ndarray:
    return numbers(x) if y is None else numbers(x) + numbers(y)


def labels_of(value: Any) -> np.ndarray:
    """Write values as R's `as.character()` does, for what is compared with levels."""
    array = np.asarray(value)
    if array.dtype.kind == "b":
        return np.where(array, "TRUE", "FALSE").astype(object)
    if array.dtype.kind in "fiu":
        return np.array([f"{one:.15g}" for one in array.ravel().tolist()], dtype=object).reshape(
            array.shape
        )
    return array.astype(object)


def _equal(x: Any, y: Any) -> np.ndarray:
    kinds = {np.asarray(one).dtype.kind in "fiub" for one in (x, y)}
    if kinds == {True}:
        return np.asarray(numbers(x) == numbers(y))
    return np.asarray(labels_of(x) == labels_of(y))


def _scaled(x: Any, center: Any = False, scale: Any = False) -> np.ndarray:
    made = numbers(x)
    for by, change in ((center, np.subtract), (scale, np.divide)):
        if by is True:
            raise Unknown("has no centre or scale in the file")
        if by is not False:
            made = change(made, numbers(by))
    return made


def _columns(*values: Any, **named: Any) -> np.ndarray:
    given = [numbers(one) for one in (*values, *named.values())]
    rows = max(one.shape[0] if one.ndim else 1 for one in given)
    return np.column_stack([np.broadcast_to(one, rows) if one.ndim == 0 else one for one in given])


def _poly(
    x: Any, degree: Any = 1, coefs: Any = None, raw: Any = False, simple: Any = False
) -> np.ndarray:
    x, degree = numbers(x), int(numbers(degree))
    if x.ndim != 1:
        raise Unknown("is of several variables")
    if raw is not False:
        return x[:, None] ** np.arange(1, degree + 1)
    if not isinstance(coefs, Mapping):
        raise Unknown("has no coefficients in the file")
    alpha, norm = np.atleast_1d(coefs["alpha"]), np.atleast_1d(coefs["norm2"])
    made = [np.ones_like(x), x - alpha[0]]
    for i in range(1, degree):
        made.append((x - alpha[i]) * made[i] - norm[i + 1] / norm[i] * made[i - 1])
    return np.column_stack(made[1:]) / np.sqrt(norm[2:])


def _knots(knots: Any, ends: Any) -> tuple[np.ndarray, np.ndarray]:
    if ends is None:
        raise Unknown("has no knots in the file")
    inner = np.empty(0) if knots is None else np.atleast_1d(numbers(knots))
    return inner, np.sort(np.atleast_1d(numbers(ends)))


def _bs(x: Any, df: Any = None, knots: Any = None, degree: Any = 3, intercept: Any = False,
        **ends: Any) -> np.ndarray:  # fmt: skip
    inner, both = _knots(knots, ends.get("Boundary.knots"))
    return splines.bs(numbers(x), inner, both, int(numbers(degree)), bool(intercept))


def _ns(x: Any, df: Any = None, knots: Any = None, intercept: Any = False,
        **ends: Any) -> np.ndarray:  # fmt: skip
    inner, both = _knots(knots, ends.get("Boundary.knots"))
    return splines.ns(numbers(x), inner, both, bool(intercept))


def _factor(x: Any, levels: Any = None, labels: Any = None, **others: Any) -> np.ndarray:
    if labels is None:
        return np.asarray(x)
    if levels is None:
        raise Unknown("gives labels without levels")
    new = dict(zip(labels_of(np.atleast_1d(levels)), labels_of(np.atleast_1d(labels))))
    return np.array([new.get(one) for one in labels_of(x)], dtype=object)


def _if_else(test: Any, yes: Any, no: Any) -> np.ndarray:
    if any(np.asarray(one).dtype.kind not in "fiub" for one in (yes, no)):
        return np.where(numbers(test) != 0, labels_of(yes), labels_of(no))
    return np.where(numbers(test) != 0, numbers(yes), numbers(no))


def _within(x: Any, least: Any, most: Any) -> np.ndarray:
    made = numbers(x)
    if not ((made >= numbers(least)) & (made <= numbers(most))).all():
        raise Unknown(f"has values that are not from {least:g} to {most:g}, where it was made")
    return made


def _among(x: Any, table: Any) -> np.ndarray:
    return np.isin(labels_of(x).astype(str), labels_of(np.atleast_1d(table)).astype(str))


def _same(x: Any, *others: Any, **named: Any) -> np.ndarray:
    return np.asarray(x)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": _plus,
    "-": _minus,
    "*": _plain(np.multiply),
    "/": _plain(np.divide),
    "^": _plain(np.power),
    "%%": _plain(np.mod),
    "%/%": _plain(np.floor_divide),
    "(": _same,
    "I": _same,
    "offset": _same,
    "C": _same,
    "==": _equal,
    "!=": lambda x, y: ~_equal(x, y),
    "<": _plain(np.less),
    "<=": _plain(np.less_equal),
    ">": _plain(np.greater),
    ">=": _plain(np.greater_equal),
    "&": _plain(np.logical_and),
    "|": _plain(np.logical_or),
    "!": _plain(np.logical_not),
    "%in%": _among,
    "within": _within,  # none of R's: what formulaic refuses beyond
    "log": _log,
    "pmin": _plain(lambda *each: np.minimum.reduce(np.broadcast_arrays(*each))),
    "pmax": _plain(lambda *each: np.maximum.reduce(np.broadcast_arrays(*each))),
    "ifelse": _if_else,
    "cbind": _columns,
    "poly": _poly,
    "bs": _bs,
    "ns": _ns,
    "scale": _scaled,
    "factor": _factor,
    "ordered": _factor,
    "as.factor": _same,
    "as.ordered": _same,
    "as.character": labels_of,
    "as.numeric": numbers,
    "as.double": numbers,
    "as.integer": _plain(np.trunc),
    "as.logical": _plain(lambda x: x != 0),
    "ceiling": _plain(np.ceil),
    "round": _plain(np.round),
    "trunc": _plain(np.trunc),
    "is.na": _plain(np.isnan),
    "acos": _plain(np.arccos),
    "asin": _plain(np.arcsin),
    "atan": _plain(np.arctan),
    **{
        name: _plain(getattr(np, name))
        for name in (
            "exp", "expm1", "log2", "log10", "log1p", "sqrt", "abs", "sign", "floor",
            "sin", "cos", "tan", "sinh", "cosh", "tanh",
        )
    },
}  # fmt: skip
