"""From all rows of a least-squares problem to a few that stand for them, in one pass.

The reduction is a triangle (see `triangle`). Its accuracy is watched: near-collinear columns must
not cost digits silently.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from ..ground.threads import threads_for
from ..options.resolved import Resolved
from .aliases import TOLERANCE, aliased
from .moments import lengths
from .products import STEEP, condition_of, root_of
from .scaling import CHUNK, CONSTANT, Scaling, from_spreads
from .table import Table
from .triangle import Triangle, TriangleBuilder, with_outcome_columns

FEW = 1 << 20  # numbers in the data up to which orthogonal reduction takes no time


def reduce(rows: Table) -> Triangle:
    """Find the few rows that stand for all.

    Sums of products are three times as fast as orthogonal reduction, and as good where columns
    are far from collinear; where they are not, or where there are few rows anyway, it is
    orthogonal reduction, which loses nothing.
    """
    rows = with_outcome_columns(rows)
    width = 1 + rows.x.shape[1] + rows.y.shape[1]
    if len(rows.x) * width > FEW:
        triangle = _by_products(rows)
        if triangle is not None and condition(triangle, rows.x.shape[1]) <= STEEP:
            return triangle
    builder = TriangleBuilder(by_products=False)
    with threads_for(min(len(rows.x), CHUNK) * width**2):
        for chunk in _chunks(rows):
            builder.add(chunk)
    return builder.triangle()


def _chunks(rows: Table) -> Iterator[Table]:
    for start in range(0, len(rows.x), CHUNK):
        yield rows.take(slice(start, start + CHUNK))


@np.errstate(over="ignore", invalid="ignore")
def _by_products(rows: Table) -> Triangle | None:
    """Factorise the sums of products of [1, x, y]; None where rounding has made that impossible."""
    n_features = rows.x.shape[1]
    shift = np.hstack([part[:CHUNK].mean(axis=0, dtype=float) for part in rows[:2]])
    width = 1 + len(shift)
    columns = torch.empty((width, CHUNK), dtype=torch.float64)
    total = torch.zeros((width, width), dtype=torch.float64)
    with threads_for(CHUNK * width**2):
        for chunk in _chunks(rows):
            part = columns[:, : len(chunk.x)]
            filled = part.numpy()
            filled[0] = 1.0
            np.subtract(chunk.x.T, shift[:n_features, None], out=filled[1 : 1 + n_features])
            np.subtract(chunk.y.T, shift[n_features:, None], out=filled[1 + n_features :])
            if chunk.weights is not None:
                filled *= np.sqrt(chunk.weights)
            total.addmm_(part, part.T)
    root = root_of(total.numpy())
    return None if root is None else Triangle(root, shift)


class Look(NamedTuple):
    """What was seen of the columns of a design.

    Parameters
    ----------
    condition : float
        The condition number of those that take part, with equal lengths.
    left_out : array (p,) of bool
        Those that do not: a constant beside an intercept, and what follows from columns before it.
    """

    condition: float
    left_out: np.ndarray


def look(triangle: Triangle, n_features: int, center: bool = True, alias: bool = True) -> Look:
    """Look at the columns of a design.

    Parameters
    ----------
    triangle : Triangle
    n_features : int
    center : bool, default True
        False for a model without intercept, where the indicators of all levels of a class are not
        collinear.
    alias : bool, default True
        False: leave nothing but constants out, as under a penalty, which settles all coefficients.
    """
    whole = _unshifted(triangle)[:, :n_features]
    x = _centred(triangle)[1][:, :n_features] if center else whole
    length = lengths(whole)
    left_out = ~(lengths(x) > CONSTANT * length)
    found = condition_of(x[:, ~left_out])
    if alias and found * TOLERANCE >= 1:
        left_out = aliased(x, length)
        found = condition_of(x[:, ~left_out])
    return Look(found, left_out)


def may_alias(rows: int, spec: Resolved) -> bool:
    """Tell whether a fit leaves aliased columns out, as `lm()` does.

    Not under a penalty, which settles all coefficients; and not where there are more of these than
    rows: there all columns may matter, and the first that fill the rows up are not better.
    """
    return spec.linear and not spec.penalty and rows >= spec.n_features + spec.centres_inputs


def look_at(triangle: Triangle, rows: int, spec: Resolved) -> Look:
    """Look at the columns of so many rows, by their reduction."""
    return look(triangle, spec.n_features, spec.centres_inputs, may_alias(rows, spec))


def condition(triangle: Triangle, n_features: int) -> float:
    """Give the condition number of a design with intercept; infinite where a column is constant."""
    seen = look(triangle, n_features, alias=False)
    return math.inf if seen.left_out.any() else seen.condition


def _centred(triangle: Triangle) -> tuple[np.ndarray, np.ndarray]:
    """Give the columns' means, less the shift, and the rows about them."""
    ones, columns = triangle.root[:, 0], triangle.root[:, 1:]
    means = ones @ columns / (ones @ ones)
    return means, columns - np.outer(ones, means)


def _unshifted(triangle: Triangle) -> np.ndarray:
    return triangle.root[:, 1:] + np.outer(triangle.root[:, 0], triangle.shift)


def scaling_of(
    triangle: Triangle, rows: int, spec: Resolved, rounding: float = CONSTANT
) -> Scaling:
    """Measure the scaling of so many rows, none of them weighted, from their reduction."""
    means, columns = _centred(triangle)
    middle = triangle.shift + means
    if not spec.centres_inputs:
        middle = np.zeros_like(middle)
        columns = _unshifted(triangle)
    spread = lengths(columns) / math.sqrt(max(rows - 1, 1))
    p = spec.n_features
    x, y = (middle[:p], spread[:p]), (middle[p:], spread[p:])
    return from_spreads(x, y, spec.n_outputs, rounding=rounding)
