"""The one layer of a linear model, what it gives, and few rows for all, as arrays of float64."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ..data.scaling import Scaling, identity
from ..data.table import Batch
from ..data.triangle import Triangle
from ..model.offset import OFFSETS
from .base import Job

ROUNDING = 100.0  # units in the last place of the largest coefficient: so long a step is none


def output_of(batch: Batch, job: Job) -> torch.Tensor:
    """Compute what the model gives (n, k), offset included, in the units of training."""
    with torch.no_grad():
        output: torch.Tensor = job.network(batch.x)
        if batch.offset is not None:
            output = OFFSETS[job.spec.family.output](output, batch.offset)
    return output


class OneLayer:
    """The one layer of a job that is trained.

    Attributes
    ----------
    values : array (q, outputs)
        Its coefficients as trained: the intercepts first, where it has them.
    kept : array (q,) of bool
        Which take part.
    scaling : Scaling
    """

    def __init__(self, job: Job):
        (layer,) = (part for part in job.network.modules() if isinstance(part, nn.Linear))
        self.layer = layer
        self.job, self.has_bias = job, layer.bias is not None
        parts = [layer.bias.detach()[None]] if self.has_bias else []
        rows = torch.cat([*parts, layer.weight.detach().T])
        self.values: np.ndarray = rows.cpu().double().numpy()
        spec = job.spec
        self.scaling = job.scaling or identity(spec.n_features, spec.n_outputs, spec.heads)
        self.kept = np.append([True] * self.has_bias, ~self.scaling.left_out).astype(bool)

    def put(self, values: np.ndarray) -> None:
        """Give the layer other coefficients (q, outputs)."""
        self.values = values
        rows = torch.from_numpy(values).to(self.layer.weight.dtype).to(self.layer.weight.device)
        with torch.no_grad():
            self.layer.weight.copy_(rows[int(self.has_bias) :].T)
            if self.has_bias:
                self.layer.bias.copy_(rows[0])

    @property
    def counted(self) -> int:
        """How many rows count."""
        rows = self.job.rows
        weights = None if rows.streamed else rows.sample().weights
        return rows.rows if weights is None else int(np.count_nonzero(weights))

    def rows_of(self, triangle: Triangle, scaling: Scaling | None) -> tuple[np.ndarray, np.ndarray]:
        """Give the few rows that stand for all: their columns (m, q), and what y is there."""
        rows, size = triangle.rows(scaling), 1 + self.job.spec.n_features
        return rows[:, int(not self.has_bias) : size], rows[:, size:]

    def columns(self, batch: Batch) -> np.ndarray:
        """Give the columns of some rows (n, q) that `values` are of, that of ones first."""
        x = batch.x.cpu().double().numpy()
        return np.hstack([np.ones((len(x), 1)), x]) if self.has_bias else x

    def in_units(self, root: np.ndarray) -> np.ndarray:
        """Bring rows of numbers, one for each of what is kept, into units of the predictors.

        Parameters
        ----------
        root : array (kept, r)

        Returns
        -------
        array (q, r)
            With zeros for what takes no part.
        """
        whole = np.zeros((len(self.kept), root.shape[1]))
        whole[self.kept] = root
        slopes = whole[int(self.has_bias) :]
        slopes /= self.scaling.x_scale[:, None]
        if self.has_bias:
            whole[0] -= self.scaling.x_center @ slopes
        return whole

    def gap(self, steps: np.ndarray, variances: np.ndarray) -> float:
        """Give how far steps lead at most, in standard errors; rounding leads nowhere."""
        rounding = np.finfo(self.job.spec.dtype).eps * ROUNDING * np.abs(self.values).max()
        sizes = np.abs(steps)
        return float(np.where(sizes > rounding, sizes / np.sqrt(variances), 0.0).max())
