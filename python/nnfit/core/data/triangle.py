"""Least squares on more rows than memory holds, reduced to a few rows that say the same.

If [1, x, y] = QR with orthogonal Q, then R has the same sum of squared errors as the data, for
every linear model: a fit on the 1 + p + d rows of R is the fit on all of them, with the same
loss in every epoch. R is built up by QR decompositions chunk by chunk, which loses no accuracy
to near-collinear columns, as sums of products would.
"""

from __future__ import annotations

import numpy as np
import torch

from ..options.resolved import Resolved
from .scaling import Scaling
from .table import Batch, Table


class Triangle:
    """The R of [1, x - shift, y - shift], where the shift keeps the digits of far-off columns."""

    def __init__(self):
        self.root: np.ndarray | None = None  # (1 + p + d, 1 + p + d)
        self.shift: np.ndarray | None = None  # (p + d,)

    def add(self, rows: Table) -> None:
        """Take a chunk into account."""
        columns = np.hstack([rows.x, rows.y])
        if self.root is None:
            self.shift = columns.mean(axis=0)
            self.root = np.zeros((1 + len(self.shift),) * 2)
        chunk = np.hstack([np.ones((len(columns), 1)), columns - self.shift])
        if rows.weights is not None:
            chunk *= np.sqrt(rows.weights)[:, None]
        # torch's: it heeds the number of threads that the fit has chosen
        stacked = torch.from_numpy(np.vstack([self.root, chunk]))
        self.root = torch.linalg.qr(stacked, mode="r").R.numpy()

    def batch(self, scaling: Scaling | None, spec: Resolved) -> Batch:
        """Give the few rows, scaled as the data would be.

        Returns
        -------
        Batch
            `x` (1 + p + d, 1 + p) has what became of the column of ones first.
        """
        ones, columns = self.root[:, :1], self.root[:, 1:]
        center, scale = np.zeros(columns.shape[1]), np.ones(columns.shape[1])
        if scaling is not None:
            outputs = len(scaling.y_center)
            center = np.concatenate([scaling.x_center, scaling.y_center])
            scale = np.concatenate([scaling.x_scale, np.full(outputs, scaling.y_scale)])
        scaled = np.hstack([ones, (columns + ones * (self.shift - center)) / scale])
        tensor = torch.from_numpy(scaled).to(spec.torch_device, spec.torch_dtype)
        return Batch(tensor[:, : 1 + spec.n_features], tensor[:, 1 + spec.n_features :])
