"""Linear models under squared error, trained on a few rows that stand for all.

Those rows are found in one pass over the data (`reduced`). From there on an epoch costs the same
for ten rows and for ten million, and the loss of every epoch is that of the data.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import torch
from torch import nn

from ..data.table import Batch, Table
from ..options.resolved import Resolved
from .choose import Engine
from .flat import Flat
from .fused.kernels import Op, Unfused
from .fused.step import step_for
from .fused.updates import update_of

MOST_COLUMNS = 1000


def applies(spec: Resolved, rows: Table) -> bool:
    """Tell whether a fit can be trained on few rows."""
    return (
        spec.linear
        and spec.engine != "autograd"
        and spec.family.least_squares
        and (spec.batch_size is None or spec.batch_size >= len(rows.x))
        and rows.x.ndim == 2
        and rows.x.shape[1] <= MOST_COLUMNS
        and (_solves(spec) or _descends(spec))
    )


def _solves(spec: Resolved) -> bool:
    return spec.optimizer.name == "lbfgs" and not spec.optimizer.args and spec.learn_rate == 1


def _descends(spec: Resolved) -> bool:
    try:
        update_of(spec, Flat([(1,)]))
    except Unfused:
        return False
    return True


def engine(at: Coefficients, spec: Resolved, rows: Batch, size: float) -> Engine:
    """Make the steps of a fit that `applies()` accepted.

    Parameters
    ----------
    at : Coefficients
        Trained in place.
    spec : Resolved
        Resolved.
    rows : Batch
        The few.
    size : float
        What the sum of squares is divided by.
    """
    program = SquaredErrors(at, rows, size)
    if _solves(spec):
        step = SolveStep(program, at, spec.penalty)
        return Engine("fused", step, converged=step.converged)
    return Engine("fused", step_for(at.value)(lambda batch: program, update_of(spec, at)))


class Coefficients(Flat):
    """A linear layer's intercepts, where it has them, above its slopes: one matrix."""

    def __init__(self, layer: nn.Linear):
        self.has_bias = layer.bias is not None
        slopes = layer.weight.detach().T
        rows = slopes if layer.bias is None else torch.vstack([layer.bias.detach(), slopes])
        super().__init__([rows.shape], dtype=rows.dtype, device=rows.device)
        (self.matrix,), (self.matrix_grad,) = self.values, self.views(self.grad)
        self.matrix.copy_(rows)
        layer.weight.data = self.matrix[int(self.has_bias) :].T
        if self.has_bias:
            layer.bias.data = self.matrix[0]

    def on_weights(self, number: float, elsewhere: float = 0.0) -> torch.Tensor:
        """Make a vector (P,) with one number on slopes and another on intercepts."""
        vector = super().on_weights(number, elsewhere)
        if self.has_bias:
            self.views(vector)[0][0] = elsewhere
        return vector


class SquaredErrors:
    """The operations of a step on reduced rows, as `fused_network.Program` gives them.

    Parameters
    ----------
    at : Coefficients
    rows : Batch
        From `Triangle.batch()`.
    size : float
        What the sum of squares is divided by.
    """

    def __init__(self, at: Coefficients, rows: Batch, size: float):
        x = rows.x if at.has_bias else rows.x[:, 1:]
        self.x, self.y, self.size = x.contiguous(), rows.y.contiguous(), size
        self.errors = torch.empty_like(self.y)
        self.loss = self.y.new_zeros(())
        flat, count = self.errors.view(-1), self.y.new_tensor(size)
        self.forward: list[Op] = [
            partial(torch.addmm, self.y, self.x, at.matrix, beta=-1, out=self.errors),
            partial(torch.dot, flat, flat, out=self.loss),
            partial(self.loss.div_, count),
        ]
        slope = (self.x.T * (2 / size)).contiguous()
        self.backward: list[Op] = [partial(torch.mm, slope, self.errors, out=at.matrix_grad)]


class SolveStep:
    """What L-BFGS comes to where all curvature is known: a step to the minimum.

    The step solves for what is left of the errors, so that a second one mends the rounding of
    the first. Directions that the rows say nothing about are not taken.

    Parameters
    ----------
    program : SquaredErrors
    at : Coefficients
    penalty : float
        penalty / 2 * (sum of squared slopes) is added to the objective.
    """

    def __init__(self, program: SquaredErrors, at: Coefficients, penalty: float):
        self.program, self.at = program, at
        design = program.x.cpu().double().numpy()
        pull = at.views(at.on_weights(penalty * program.size / 2))[0][:, 0].cpu().double().numpy()
        self.pull = np.sqrt(pull)[:, None]  # the penalty, as errors of one more row each
        design = np.vstack([design, np.diag(self.pull[:, 0])]) if penalty else design
        lengths = np.linalg.norm(design, axis=0)
        self.lengths = np.where(lengths > 0, lengths, 1.0)[:, None]
        left, values, right = np.linalg.svd(design / self.lengths.T, full_matrices=False)
        known = values > values[0] * max(design.shape) * np.finfo(float).eps
        self.inverse = (right[known].T / values[known]) @ left[:, known].T
        self.penalised = penalty > 0
        self.done = False
        self.last = math.inf

    def __call__(self, batch: Batch) -> float:
        """Take a step; give back the loss before it, without penalty."""
        for op in self.program.forward:
            op()
        loss = self.program.loss.item()
        if math.isfinite(loss):
            self._step()
        return loss

    def converged(self) -> bool:
        """Tell whether the last step was no shorter than rounding makes it."""
        return self.done

    def _step(self) -> None:
        errors = self.program.errors.cpu().double().numpy()
        if self.penalised:
            errors = np.vstack([errors, self.pull * self.at.matrix.cpu().double().numpy()])
        step = self.inverse @ errors
        size = float(np.abs(step).max())
        reach = float(np.abs(self.at.matrix.cpu().double().numpy() * self.lengths).max())
        self.done = size <= 4 * np.finfo(float).eps * reach or size > self.last / 2
        self.last = size
        if not self.done:
            self.at.matrix.sub_(torch.from_numpy(step / self.lengths).to(self.at.matrix.device))
