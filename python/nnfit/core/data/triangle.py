"""Least squares on more rows than memory holds, reduced to a few rows that say the same.

If [1, x, y] = QR with orthogonal Q, then R has the same sum of squared errors as the data, for
every linear model: a fit on the 1 + p + d rows of R is the fit on all of them, with the same
loss in every epoch. R is built up by QR decompositions chunk by chunk, which loses no accuracy
to near-collinear columns, as sums of products would. Where the columns of a chunk are far from
collinear, sums of products bring it down to as few rows before, in a third of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..ground.errors import NNFitError
from ..ground.processes import Processes
from ..options.resolved import Resolved
from .moments import Few
from .products import Products
from .scaling import Scaling
from .table import Batch, Table


class Triangle(NamedTuple):
    """The R of [1, x - shift, y - shift]; the shift saves the digits of columns far from zero."""

    root: np.ndarray  # (1 + p + d, 1 + p + d)
    shift: np.ndarray  # (p + d,)

    def batch(self, scaling: Scaling | None, spec: Resolved) -> Batch:
        """Give the few rows, scaled as the data would be.

        Returns
        -------
        Batch
            `x` (1 + p + d, 1 + p) has what became of the column of ones first.
        """
        tensor = torch.from_numpy(self.rows(scaling)).to(spec.torch_dtype).to(spec.torch_device)
        return Batch(tensor[:, : 1 + spec.n_features], tensor[:, 1 + spec.n_features :])

    def rows(self, scaling: Scaling | None) -> np.ndarray:
        """Give the few rows, scaled as the data would be: (1 + p + d, 1 + p + d), ones first."""
        ones, columns = self.root[:, :1], self.root[:, 1:]
        center: np.ndarray | float = 0.0
        scale: np.ndarray | float = 1.0
        if scaling is not None:
            outputs = len(scaling.y_center)
            center = np.concatenate([scaling.x_center, scaling.y_center])
            scale = np.concatenate([scaling.x_scale, np.full(outputs, scaling.y_scale)])
        return np.hstack([ones, (columns + ones * (self.shift - center)) / scale])

    def join(self, other: Triangle) -> Triangle:
        """Give the triangle of the rows of both, about the shift of this one.

        Demmel, Grigori, Hoemmen and Langou (2012), Communication-optimal parallel and sequential QR
        and LU factorizations, SIAM Journal on Scientific Computing 34(1), section 3.
        """
        ones, columns = other.root[:, :1], other.root[:, 1:]
        moved = np.hstack([ones, columns + ones * (other.shift - self.shift)])
        return Triangle(_root(np.vstack([self.root, moved])), self.shift)


def _root(rows: np.ndarray) -> np.ndarray:
    # torch's: it heeds the number of threads that the fit has chosen
    return torch.linalg.qr(torch.from_numpy(rows), mode="r").R.numpy()


def with_outcome_columns(rows: Table) -> Table:
    """Give the outcome columns: the positions of classes, (n,), are one.

    What a column of classes is to the others has no meaning, but the predictors are looked at
    under every outcome.
    """
    return rows if rows.y.ndim == 2 else rows._replace(y=rows.y[:, None].astype(float))


def _about(shift: np.ndarray, rows: Table) -> np.ndarray:
    """Give [1, x - shift, y - shift], each row by the root of its weight."""
    columns = np.hstack([rows.x, rows.y])
    chunk = np.hstack([np.ones((len(columns), 1)), columns - shift])
    if rows.weights is not None:
        chunk *= np.sqrt(rows.weights)[:, None]
    return chunk


class TriangleBuilder:
    """Builds up the triangle of rows that come chunk by chunk.

    Parameters
    ----------
    by_products : bool, default True
        False: by orthogonal reduction alone, where the columns are known to be near-collinear.
    """

    def __init__(self, by_products: bool = True) -> None:
        self._so_far: Triangle | None = None
        self._products = Products() if by_products else None

    @np.errstate(over="ignore", invalid="ignore")
    def add(self, rows: Table) -> Few | None:
        """Take a chunk into account; the means of the first are the shift of all.

        Returns
        -------
        Few or None
            What was seen of the chunk, where sums of products have brought it down.
        """
        rows = with_outcome_columns(rows)
        few = None if self._products is None else self._products.of(rows)
        means = np.hstack([part.mean(axis=0) for part in rows[:2]]) if few is None else few.means
        if self._so_far is None:
            self._so_far = Triangle(np.zeros((1 + len(means),) * 2), means)
        root, shift = self._so_far
        chunk = _about(shift, rows) if few is None else few.about(shift)
        self._so_far = Triangle(_root(np.vstack([root, chunk])), shift)
        if not np.isfinite(self._so_far.root).all():
            raise NNFitError(
                "x", "or y has values too large to be added up.", "Divide them by a power of ten."
            )
        return few

    def of_columns(self, columns: Sequence[int]) -> TriangleBuilder:
        """Give what is the same of some of the columns of x and y, by their places among these."""
        root, shift = self.triangle()
        some = TriangleBuilder()
        some._so_far = Triangle(_root(root[:, [0, *(1 + j for j in columns)]]), shift[columns])
        return some

    def triangle(self) -> Triangle:
        """Give the triangle of the chunks so far, of which there must be one at least."""
        assert self._so_far is not None
        return self._so_far

    def join(self, other: TriangleBuilder) -> TriangleBuilder:
        """Take into account what another has seen."""
        if self._so_far is None or other._so_far is None:
            return other if self._so_far is None else self
        self._so_far = self._so_far.join(other._so_far)
        return self


def joined(builders: Sequence[TriangleBuilder], processes: Processes) -> list[Triangle]:
    """Give the triangles of all rows, of which each process has seen its own or none."""
    whole: list[TriangleBuilder] = processes.joined(
        list(builders) or None, lambda a, b: [one.join(other) for one, other in zip(a, b)]
    )
    return [builder.triangle() for builder in whole]
