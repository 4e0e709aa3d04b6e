"""The Newton step of a generalised linear model's coefficients, by the triangle of its rows.

It is that of a weighted least-squares problem: Nelder and Wedderburn (1972), Generalized linear
models, Journal of the Royal Statistical Society A 135(3), 370-384.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.moments import lengths
from ..data.reduction import reduce
from ..data.triangle import Triangle, TriangleBuilder
from ..engines.base import Job
from ..engines.working import working

SINGULAR = 1e-12  # the share of its length that a column has of its own, where it has none


def reduced(job: Job) -> tuple[list[Triangle], Any, Any]:
    """Reduce the rows, output by output; give what the likelihood sums over them too."""
    builders: list[TriangleBuilder] = []
    sums: list[tuple[Any, Any]] = []
    for batch in job.chunks():
        seen = working(batch, job)
        sums.append((seen.deviance, seen.pearson))
        tables = seen.tables(batch)
        if not job.rows.streamed:  # all at once, which may be done faster
            return [reduce(table) for table in tables], seen.deviance, seen.pearson
        builders = builders or [TriangleBuilder() for _ in tables]
        for builder, table in zip(builders, tables):
            builder.add(table)
    deviance, pearson = (None if part[0] is None else sum(part) for part in zip(*sums))
    return [builder.triangle() for builder in builders], deviance, pearson


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
