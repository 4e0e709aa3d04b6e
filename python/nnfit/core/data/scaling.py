"""Standardising inside a fit, and back to the user's units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from .moments import Moments

CHUNK = 8192  # rows that a processor's cache holds


class Scaling(NamedTuple):
    """Centres and scales: training sees (x - x_center) / x_scale and (y - y_center) / y_scale."""

    x_center: np.ndarray  # (p,)
    x_scale: np.ndarray  # (p,)
    y_center: np.ndarray  # (d,)
    y_scale: float

    @classmethod
    def of_fit(cls, plain: Mapping[str, Any] | None) -> Scaling | None:
        """Read back what `plain()` wrote, perhaps by way of R, which makes scalars of length 1."""
        if plain is None:
            return None
        x_center, x_scale, y_center = (
            np.atleast_1d(np.asarray(plain[name], dtype=float)) for name in cls._fields[:3]
        )
        return cls(x_center, x_scale, y_center, float(plain["y_scale"]))

    def plain(self) -> dict[str, Any]:
        """Write the scaling as a dict of arrays and a float."""
        return self._asdict()


def measure(x: np.ndarray, y: np.ndarray | None, n_outputs: int, center: bool = True) -> Scaling:
    """Measure the scaling of training rows.

    Parameters
    ----------
    x : array (n, p)
    y : array (n, d) or None
        None for an outcome that keeps its units: classes, counts.
    n_outputs : int
    center : bool, default True
        False for a model without bias, which could not undo a shift: then columns are only
        divided by their root mean square.
    """
    return from_spreads(
        _center_and_spread(x, center),
        None if y is None else _center_and_spread(y, center),
        n_outputs,
    )


def from_spreads(
    x: tuple[np.ndarray, np.ndarray], y: tuple[np.ndarray, np.ndarray] | None, n_outputs: int
) -> Scaling:
    """Settle the scaling from pairs of middle and spread, as `measure()` does.

    A constant column is divided by 1. All columns of y are divided by one number, so that the
    objective stays the user's times a constant.
    """
    x_center, x_scale = x[0], _without_constants(*x, 1.0)
    if y is None:
        return Scaling(x_center, x_scale, np.zeros(n_outputs), 1.0)
    pooled = float(np.sqrt(np.mean(np.square(_without_constants(*y, 0.0)))))
    return Scaling(x_center, x_scale, y[0], pooled or 1.0)


def _center_and_spread(a: np.ndarray, center: bool) -> tuple[np.ndarray, np.ndarray]:
    moments = Moments()
    for start in range(0, len(a), CHUNK):
        moments.add(a[start : start + CHUNK])
    return moments.spread(center)


def _without_constants(middle: np.ndarray, spread: np.ndarray, constant: float) -> np.ndarray:
    # what is left of a constant column after centring is rounding, not spread
    return np.where(spread > 1e-13 * np.abs(middle), spread, constant)


def encode(
    a: np.ndarray, center: np.ndarray | None, scale: np.ndarray | float, out: np.ndarray
) -> np.ndarray:
    """Make the one copy that training works on; `a` is read only.

    Parameters
    ----------
    a : array (n, ...)
    center : array (...) or None
        None: a plain copy, which is not scaled either.
    scale : array or float
    out : array (n, ...)
        Written to, and given back; difference and quotient are taken in float64 and rounded to
        its dtype once.
    """
    for start in range(0, len(a), CHUNK):
        part, place = a[start : start + CHUNK], out[start : start + CHUNK]
        if center is None:
            np.copyto(place, part, casting="same_kind")
        else:
            centred = np.subtract(part, center, dtype=np.float64)  # may be beyond float32's range
            np.divide(centred, scale, out=place, casting="same_kind")
    return out


def decode(output: np.ndarray, scaling: Scaling | None) -> np.ndarray:
    """Bring a model's output (n, d) back into the user's units."""
    return output if scaling is None else output * scaling.y_scale + scaling.y_center


def linear_output(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, scaling: Scaling | None
) -> np.ndarray:
    """Compute a linear model's output (n, d) in the user's units, without a copy of x.

    Parameters
    ----------
    x : array (n, p)
        In the user's units; centred a chunk at a time, in its own layout.
    weight : array (d, p)
    bias : array (d,)
    scaling : Scaling or None
        That `weight` and `bias` were trained under.
    """
    center, scale = (scaling.x_center, scaling.x_scale) if scaling else (0.0, 1.0)
    slopes = torch.from_numpy(np.ascontiguousarray(weight / scale)).T
    out = torch.empty((len(x), len(weight)), dtype=torch.float64)
    for start in range(0, len(x), CHUNK):  # torch's products heed the number of threads
        rows = slice(start, start + CHUNK)
        part = np.subtract(x[rows], center, dtype=np.float64)
        torch.mm(torch.from_numpy(part), slopes, out=out[rows])
    return decode(out.add_(torch.from_numpy(bias)).numpy(), scaling)
