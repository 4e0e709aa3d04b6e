"""Standardising inside a fit, and back to the user's units."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from ..ground.borrowed import borrowed
from ..ground.errors import NNFitError
from .moments import Moments, units
from .powers import Powers, powers_of

CHUNK = 8192  # rows that a processor's cache holds
UNSHARED = 32_767  # numbers, the most that torch computes with without calling threads together
# Numbers that are scaled at once where torch is on one thread: what a processor's cache holds. For
# 32,767, an operation's own cost is a third of the time; for twice as many memory is made anew.
SCALED = 1 << 17
FEW = 1 << 14  # numbers of which NumPy makes a scaled copy sooner: of ten in a third of the time
CONSTANT = 1e-13  # spread, in parts of the middle, that is rounding
# Numbers that are squared at once. For 4 times as many the system has to hand out memory anew each
# time, which takes longer than to compute: 60,000 x 784 took 0.05 s so, and 0.4 by 8192 rows.
NUMBERS = 1 << 16


class Head(NamedTuple):
    """What becomes of one of a model's numbers where the outcome is multiplied by c.

    `scale`: it is multiplied by c to this power, and moves along with the outcome unless that is
    0. `log`: so many times log(c) are added to it.
    """

    scale: float = 0
    log: int = 0


# by the names that `families.csv` has in its column `heads`
HEADS = {
    "mean": Head(scale=1),
    "location": Head(scale=1),
    "log_mean": Head(log=1),
    "root_mean": Head(scale=0.5),
    "inverse_mean": Head(scale=-1),
    "inverse_square_mean": Head(scale=-2),
    "log_variance": Head(log=2),
    "score": Head(),
    "log_risk": Head(),
}


class Scaling(NamedTuple):
    """Centres and scales: training sees (x - x_center) / x_scale and (y - y_center) / y_scale.

    A model's output is brought into the user's units as output * output_scale + output_center.
    The x_scale of a column that takes no part is infinite: nothing is left of it, in training or
    in rows to predict for. Where there are `powers`, they come first.
    """

    x_center: np.ndarray  # (p,)
    x_scale: np.ndarray  # (p,)
    y_center: np.ndarray  # (d,)
    y_scale: float
    output_center: np.ndarray  # (k,): d columns for each of the loss's heads
    output_scale: np.ndarray  # (k,)
    powers: Powers | None = None

    @classmethod
    def of_fit(cls, plain: Mapping[str, Any] | None) -> Scaling | None:
        """Read back what `plain()` wrote, perhaps by way of R, which makes scalars of length 1.

        An earlier version wrote nothing about the output, which was scaled as y is.
        """
        if plain is None:
            return None
        y = {"output_center": plain["y_center"], "output_scale": plain["y_scale"]}
        values: dict[str, Any] = {
            name: np.atleast_1d(np.asarray(value, dtype=float))
            for name, value in {**y, **plain}.items()
            if name in cls._fields
        }
        powers = Powers.of_fit(plain)
        return cls(**{**values, "y_scale": float(plain["y_scale"]), "powers": powers})

    @property
    def left_out(self) -> np.ndarray:
        """Which columns of x take no part."""
        return np.isinf(self.x_scale)

    def plain(self) -> dict[str, Any]:
        """Write the scaling as a dict of arrays and a float."""
        values = self._asdict()
        powers = values.pop("powers")
        return values if powers is None else {**values, **powers.plain()}


def measure(
    x: np.ndarray,
    y: np.ndarray | None,
    n_outputs: int,
    center: bool = True,
    center_y: bool | None = None,
    heads: Sequence[str] = ("mean",),
    straighten: bool = False,
    weights: np.ndarray | None = None,
    counts: np.ndarray | None = None,
) -> Scaling:
    """Measure the scaling of training rows.

    Parameters
    ----------
    x : array (n, p)
    y : array (n, d) or None
        None for an outcome that keeps its units: classes, counts.
    n_outputs : int
        Columns of the model's output.
    center : bool, default True
        False for a model without bias, which could not undo a shift: then columns are only
        divided by their root mean square.
    center_y : bool, optional
        False for an outcome that must stay above 0; by default as `center`.
    heads : sequence of str, default ("mean",)
        What the output is: names in `HEADS`.
    straighten : bool, default False
        Whether the columns of x are first straightened by `powers`.
    weights, counts : array (n,), optional
        As a `Table` has them: rows count here as they do in the loss.
    """
    center_y = center if center_y is None else center_y
    of_x, rounding = center_and_spread(x, center, weights, counts), rounding_of(x)
    of_y = None if y is None else center_and_spread(y, center_y, weights, counts)
    if not straighten:
        return from_spreads(of_x, of_y, n_outputs, heads, rounding)
    powers = powers_of(x, ~constant(*of_x, rounding))
    straight = center_and_spread(powers(x), center, weights, counts)
    return from_spreads(straight, of_y, n_outputs, heads, rounding)._replace(powers=powers)


def from_spreads(
    x: tuple[np.ndarray, np.ndarray],
    y: tuple[np.ndarray, np.ndarray] | None,
    n_outputs: int,
    heads: Sequence[str] = ("mean",),
    rounding: float = CONSTANT,
) -> Scaling:
    """Settle the scaling from pairs of middle and spread, as `measure()` does.

    A constant column is divided by infinity: its weights never train, so that what it is in other
    rows must not count either. All columns of y are divided by one number, so that the objective
    stays the user's times a constant.
    """
    x_center, x_scale = x[0], np.where(constant(*x, rounding), np.inf, x[1])
    if y is None:
        y_center, y_scale = np.zeros(n_outputs // len(heads)), 1.0
    else:
        y_center = y[0]
        y_scale = _root_mean_square(np.where(constant(*y), 0.0, y[1]))
        y_scale = y_scale if y_scale > sys.float_info.min else 1.0
    units = [_of_output(HEADS[head], y_center, y_scale) for head in heads]
    centers, scales = (np.concatenate(part) for part in zip(*units))
    return Scaling(x_center, x_scale, y_center, y_scale, centers, scales)


def _root_mean_square(values: np.ndarray) -> float:
    unit = units(values[:, None])[0]
    return float(np.sqrt(np.mean(np.square(values / unit))) * unit)


def _of_output(head: Head, y_center: np.ndarray, y_scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Give what must be added to a head's columns (d,), once multiplied by the second (d,)."""
    center = y_center * (head.scale > 0) + head.log * math.log(y_scale)
    return center, np.full(len(y_center), float(y_scale) ** head.scale)


def identity(n_features: int, n_outputs: int, heads: Sequence[str] = ("mean",)) -> Scaling:
    """Make the scaling that changes nothing."""
    none = np.zeros(n_features), np.ones(n_features)
    return from_spreads(none, None, n_outputs, heads)


def without(
    scaling: Scaling | None,
    left_out: np.ndarray | None,
    n_outputs: int,
    heads: Sequence[str] = ("mean",),
) -> Scaling | None:
    """Leave columns (p,) of x out; None: none. Rows that were taken as they are may become scaled.

    Parameters
    ----------
    n_outputs, heads
        As `measure()` takes them.
    """
    if left_out is None or not left_out.any():
        return scaling
    scaling = scaling or identity(len(left_out), n_outputs, heads)
    return scaling._replace(x_scale=np.where(left_out, np.inf, scaling.x_scale))


def center_and_spread(
    a: np.ndarray,
    center: bool,
    weights: np.ndarray | None = None,
    counts: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Measure columns: their means, or 0 unless `center`, and standard deviations about them."""
    moments = Moments()
    size = max(1, min(CHUNK, NUMBERS // max(1, a[:1].size)))
    for start in range(0, len(a), size):
        rows = slice(start, start + size)
        moments.add(a[rows], *(each if each is None else each[rows] for each in (weights, counts)))
    return moments.spread(center)


def constant(middle: np.ndarray, spread: np.ndarray, rounding: float = CONSTANT) -> np.ndarray:
    """Tell which columns are constant: what is left of one after centring is rounding, not spread.

    About 0 those are the columns of zeros: another constant is the intercept of a model that has
    none.
    """
    return ~(spread > rounding * np.abs(middle))


def rounding_of(a: np.ndarray) -> float:
    """Give the spread that numbers of an array's type may have by rounding, in parts of them."""
    return max(CONSTANT, 2 * float(np.finfo(a.dtype).eps))


def check_shape(x: np.ndarray, like: np.ndarray, argument: str) -> None:
    """Refuse rows of another shape than those that `like` (...) was measured on.

    They would be scaled by whatever broadcasts. R makes scalars of what has one value.
    """
    if x.shape[1:] != like.shape and not x[0].size == like.size == 1:
        raise NNFitError(
            argument,
            f"has rows of shape {x.shape[1:]}, and those of the fit have {like.shape}.",
            "A model for rows of any shape needs `scale=False`.",
        )


class Beyond(Exception):
    """Says that a value is beyond the range of the numbers that the model works with."""


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

    Raises
    ------
    Beyond
        If a value is beyond the largest number of `out`.
    """
    if a.size <= FEW:
        _encode_few(a, center, scale, out)
        return out
    source, made = borrowed(a), torch.from_numpy(out)
    by = None if center is None else (_wide(center), _wide(scale))
    numbers = SCALED if torch.get_num_threads() == 1 else UNSHARED
    rows = max(1, numbers // max(1, a[:1].size))
    for start in range(0, len(a), rows):
        part, place = source[start : start + rows], made[start : start + rows]
        if by is not None:
            part = torch.sub(part, by[0]).div_(by[1])  # may be beyond float32's range
        place.copy_(part)
        # a finite sum has finite terms
        if not bool(place.sum().isfinite()) and not bool(place.isfinite().all()):
            raise Beyond
    return out


@np.errstate(over="ignore", invalid="ignore")
def _encode_few(
    a: np.ndarray, center: np.ndarray | None, scale: np.ndarray | float, out: np.ndarray
) -> None:
    """Do what `encode()` does, all at once, by NumPy: the digits are the same."""
    out[...] = a if center is None else np.subtract(a, center, dtype=np.float64) / scale
    if not np.isfinite(out).all():
        raise Beyond


def _wide(values: np.ndarray | float) -> torch.Tensor:
    """Give numbers as a tensor (...) of at least one dimension, which makes float64 of others."""
    return borrowed(np.atleast_1d(np.asarray(values, dtype=np.float64)))


def decode(output: np.ndarray, scaling: Scaling | None) -> np.ndarray:
    """Bring a model's output (n, d) back into the user's units."""
    return output if scaling is None else output * scaling.output_scale + scaling.output_center


@np.errstate(over="ignore", invalid="ignore")  # of columns so small that `unscaled()` says so
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
