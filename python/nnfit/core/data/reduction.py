"""From all rows of a least-squares problem to a few that stand for them, in one pass.

The reduction is a triangle (see `triangle`). Its accuracy is watched: near-collinear columns must
not cost digits silently.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from ..ground.threads import threads_for
from ..options.resolved import Resolved
from .moments import VALUES, lengths
from .scaling import CHUNK, Scaling, from_spreads
from .table import Table
from .triangle import Triangle, TriangleBuilder

FEW = 1 << 20  # numbers in the data up to which orthogonal reduction takes no time
STEEP = 1e3  # condition up to which sums of products lose 6 digits, of 16


def reduce(rows: Table) -> Triangle:
    """Find the few rows that stand for all.

    Sums of products are three times as fast as orthogonal reduction, and as good where columns
    are far from collinear; where they are not, or where there are few rows anyway, it is
    orthogonal reduction, which loses nothing.
    """
    width = 1 + rows.x.shape[1] + rows.y.shape[1]
    if len(rows.x) * width > FEW:
        triangle = _by_products(rows)
        if triangle is not None and condition(triangle, rows.x.shape[1]) <= STEEP:
            return triangle
    builder = TriangleBuilder()
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
    return _root_of(total.numpy(), shift)


def _root_of(products: np.ndarray, shift: np.ndarray) -> Triangle | None:
    """Factorise sums of products that are numbers of the usual size."""
    sizes = np.sqrt(products.diagonal())
    if not ((sizes > VALUES[0]) & (sizes < VALUES[1])).all():
        return None
    try:
        return Triangle(np.linalg.cholesky(products).T, shift)
    except np.linalg.LinAlgError:
        return None


def condition(triangle: Triangle, n_features: int, center: bool = True) -> float:
    """Give the condition number of the design with columns of equal length.

    It is infinite where a column is constant: nothing tells its coefficient from the intercept.
    Without `center` it is that of a model without intercept, where the indicators of all levels
    of a class are not collinear.
    """
    whole = _unshifted(triangle)[:, :n_features]
    x = _centred(triangle)[1][:, :n_features] if center else whole
    length = lengths(x)
    # what is left of a constant column after centring is rounding
    if np.any(length <= 1e-13 * lengths(whole)):
        return math.inf
    values = np.linalg.svd(x / length, compute_uv=False)
    return float(values[0] / values[-1]) if values[-1] > 0 else math.inf


def _centred(triangle: Triangle) -> tuple[np.ndarray, np.ndarray]:
    """Give the columns' means, less the shift, and the rows about them."""
    ones, columns = triangle.root[:, 0], triangle.root[:, 1:]
    means = ones @ columns / (ones @ ones)
    return means, columns - np.outer(ones, means)


def _unshifted(triangle: Triangle) -> np.ndarray:
    return triangle.root[:, 1:] + np.outer(triangle.root[:, 0], triangle.shift)


def scaling_of(triangle: Triangle, rows: int, spec: Resolved) -> Scaling:
    """Measure the scaling of so many rows, none of them weighted, from their reduction."""
    means, columns = _centred(triangle)
    middle = triangle.shift + means
    if not spec.bias:
        middle = np.zeros_like(middle)
        columns = _unshifted(triangle)
    spread = lengths(columns) / math.sqrt(max(rows - 1, 1))
    p = spec.n_features
    return from_spreads((middle[:p], spread[:p]), (middle[p:], spread[p:]), spec.n_outputs)
