"""Whether a fit without `scale` has got lost in numbers that are far from 1."""

from __future__ import annotations

import numpy as np
import torch

from ..data.batches import to_batch
from ..data.table import Table
from ..engines.base import Job

USUAL = 1e-3, 1e3  # spreads that steps from the usual initial values can bridge
LITTLE = 1e-2  # of what a straight line explains: next to nothing
CLEAR = 9.0  # three standard errors, squared, for each column
ROWS = 100_000


def lost_in_units(job: Job) -> bool:
    """Tell whether a fit explains next to nothing of what a straight line would, and units are why.

    Asked of numeric outcomes under squared error, of rows in memory or the first chunk of files.
    """
    spec = job.spec
    if not spec.family.least_squares or not all(spec.bias) or spec.penalty:
        return False
    rows = job.rows.sample().take(slice(ROWS))
    batch_of = rows._replace(weights=None)
    if spec.embedded:  # positions of levels have no unit
        rows = rows._replace(x=np.delete(rows.x, spec.code_columns, axis=1))
    if rows.x.ndim != 2 or not rows.x.size or not _unusual(rows):
        return False
    batch = to_batch(batch_of, job.scaling, spec)
    training = job.network.training
    job.network.eval()
    with torch.no_grad():
        predicted = job.network(batch.x).cpu().numpy().astype(np.float64)
    job.network.train(training)
    line, freedom = _line(rows), len(rows.x) - rows.x.shape[1] - 1
    if freedom < 1:
        return False
    whole, left = _squares(rows.y - rows.y.mean(axis=0)), _squares(rows.y - line)
    clear = (whole - left) * freedom > CLEAR * rows.x.shape[1] * left
    return bool(clear and whole - _squares(rows.y - predicted) < LITTLE * (whole - left))


def _unusual(rows: Table) -> bool:
    """Tell whether no column, or not the outcome, has a spread near 1, or a column a huge one."""
    x, y = _spread(rows.x), _spread(rows.y)
    largest = x.max()
    return not (USUAL[0] < largest < USUAL[1] and USUAL[0] < y.max() < USUAL[1])


@np.errstate(over="ignore")
def _spread(values: np.ndarray) -> np.ndarray:
    size = np.abs(values).max(axis=0)
    unit = np.where(size > 0, size, 1.0)
    spread: np.ndarray = (values / unit).std(axis=0) * unit
    return spread


def _line(rows: Table) -> np.ndarray:
    spread = _spread(rows.x)
    columns = (rows.x - rows.x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    basis = np.linalg.qr(columns)[0]
    centred = rows.y - rows.y.mean(axis=0)
    return np.asarray(rows.y.mean(axis=0) + basis @ (basis.T @ centred))


def _squares(values: np.ndarray) -> float:
    return float(np.square(values).sum())
