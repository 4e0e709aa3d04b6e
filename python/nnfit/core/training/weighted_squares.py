"""The Newton step of a generalised linear model's coefficients, by the triangle of its rows.

It is that of a weighted least-squares problem: Nelder and Wedderburn (1972), Generalized linear
models, Journal of the Royal Statistical Society A 135(3), 370-384.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.moments import lengths
from ..data.reduction import reduce
from ..data.table import Batch
from ..data.triangle import Triangle, TriangleBuilder, joined
from ..engines.base import Job
from ..engines.working import working

SINGULAR = 1e-12  # the share of its length that a column has of its own, where it has none


def reduced(job: Job) -> tuple[list[Triangle], Any, Any]:
    """Reduce the rows, output by output; give what the likelihood sums over them too."""
    if not job.rows.streamed:  # all at once, which may be done faster
        (batch,) = job.chunks()
        seen = working(batch, job)
        return [reduce(table) for table in seen.tables(batch)], seen.deviance, seen.pearson
    builders: list[TriangleBuilder] = []

    def look(batch: Batch) -> tuple[Any, Any]:
        seen = working(batch, job)
        tables = seen.tables(batch)
        builders.extend(TriangleBuilder() for _ in tables[len(builders) :])
        for builder, table in zip(builders, tables):
            builder.add(table)
        return seen.deviance, seen.pearson

    deviance, pearson = job.over_rows(look, lambda *two: tuple(map(_sum, *two)))
    return joined(builders, job.rows.processes), deviance, pearson


def _sum(one: Any, other: Any) -> Any:
    return None if one is None else one + other


def solve(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the inverse (q, q) of the triangle of columns (m, q), and what solves them for y.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where a column has nothing of its own.
    """
    size = x.shape[1]
    triangle: np.ndarray = np.linalg.qr(np.hstack([x, y]), mode="r")  # type: ignore[assignment]
    own = np.abs(triangle.diagonal()[:size])
    if size == 0 or len(own) < size or not (own > SINGULAR * lengths(x)).all():
        raise np.linalg.LinAlgError
    root = np.linalg.inv(triangle[:size, :size])
    return root, root @ triangle[:size, size:]
