"""Linear models under squared error, trained on a few rows that stand for all.

Those rows are found in one pass over the data (`reduced`). From there on an epoch costs the same
for ten rows and for ten million, and the loss of every epoch is that of the data.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from ..data.batches import Batches
from ..data.moments import lengths
from ..data.source import Source
from ..data.table import Batch
from ..options.resolved import Resolved
from . import lbfgs
from .base import DoesNotApply, Engine, Job, Memory, Op
from .flat import Flat
from .fused.step import FusedValidation, step_for
from .fused.updates import update_of
from .penalty import curvature

MOST_COLUMNS = 1000


def check(job: Job) -> None:
    """Refuse all but linear models under squared error, in full batch, on columns not too many."""
    spec = job.spec
    if not (spec.linear and spec.family.least_squares):
        raise DoesNotApply('it is for linear models with the loss "mse"')
    if not job.rows.full_batch:
        raise DoesNotApply("it takes all rows at once, not batches")
    shape = job.rows.sample().x.shape
    if len(shape) != 2 or shape[1] > MOST_COLUMNS:
        raise DoesNotApply(f"it is for matrices of up to {MOST_COLUMNS} columns")
    if not _solves(spec):
        update_of(spec, Flat([(1,)]))  # raises where there is none


def _solves(spec: Resolved) -> bool:
    return spec.optimizer.name == "lbfgs" and not spec.optimizer.args and spec.learn_rate == 1


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    spec, triangle = job.spec, job.rows.triangle()
    coefficients = Coefficients(_only_layer(job.network))
    batch = triangle.batch(job.scaling, spec)
    program = SquaredErrors(coefficients, batch, _divisor(job.rows, spec))
    step: Any
    converged: Callable[[], bool] | None = None
    set_rate: Callable[[float], Any] | None = None
    memory: Memory | None = None
    if _solves(spec) and spec.lasso:
        search = lbfgs.step_of(program, coefficients, spec, job.terms)
        step, converged = search, search.converged
    elif _solves(spec):
        solve = SolveStep(program, coefficients, curvature(spec, coefficients))
        step, converged = solve, solve.converged
    else:
        update = update_of(spec, coefficients)
        step = memory = step_for(coefficients.value)(lambda batch: program, update)
        set_rate = update.set_rate
    return Engine(
        "least_squares",
        step,
        Batches(batch, None),
        job.loss(job.rows).factor,
        _validation(job, coefficients),
        converged,
        condition=job.rows.look().condition,
        bare=True,
        set_rate=set_rate,
        memory=memory,
        within=step,
    )


def _only_layer(network: nn.Module) -> nn.Linear:
    """Give the one layer of a linear model."""
    (layer,) = network.children()
    assert isinstance(layer, nn.Linear)  # check() has refused all but linear models
    return layer


def _validation(job: Job, coefficients: Coefficients) -> FusedValidation | None:
    if job.held_out is None:
        return None
    batch = job.held_out.triangle().batch(job.scaling, job.spec)
    return FusedValidation(SquaredErrors(coefficients, batch, _divisor(job.held_out, job.spec)))


def _divisor(rows: Source, spec: Resolved) -> float:
    """Count what a sum of squares is divided by."""
    return rows.weight * spec.n_outputs if spec.reduction == "mean" else 1.0


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

    def on_weights(self, number: float | torch.Tensor, elsewhere: float = 0.0) -> torch.Tensor:
        """Make a vector (P,) with one number on slopes and another on intercepts."""
        vector = super().on_weights(number, elsewhere)
        if self.has_bias:
            self.views(vector)[0][0] = elsewhere
        return vector


class SquaredErrors:
    """The program of a step on reduced rows, see `base.Program`.

    Parameters
    ----------
    coefficients : Coefficients
    rows : Batch
        From `Triangle.batch()`.
    size : float
        What the sum of squares is divided by.
    """

    recordable = True

    def __init__(self, coefficients: Coefficients, rows: Batch, size: float):
        x = rows.x if coefficients.has_bias else rows.x[:, 1:]
        self.x, self.y, self.size = x.contiguous(), rows.y.contiguous(), size
        self.errors = torch.empty_like(self.y)
        self.loss = self.y.new_zeros(())
        flat, count = self.errors.view(-1), self.y.new_tensor(size)
        self.forward: list[Op] = [
            partial(torch.addmm, self.y, self.x, coefficients.matrix, beta=-1, out=self.errors),
            partial(torch.dot, flat, flat, out=self.loss),
            partial(self.loss.div_, count),
        ]
        slope = (self.x.T * (2 / size)).contiguous()
        self.backward: list[Op] = [
            partial(torch.mm, slope, self.errors, out=coefficients.matrix_grad)
        ]


class SolveStep:
    """What L-BFGS comes to where all curvature is known: a step to the minimum.

    The step solves for what is left of the errors, so that a second one mends the rounding of
    the first. Directions that the rows say nothing about are not taken.

    Parameters
    ----------
    program : SquaredErrors
    coefficients : Coefficients
    decay : Tensor (P,) or None
        The penalty's curvature: decay / 2 * (coefficients squared) is added to the objective.
    """

    def __init__(
        self, program: SquaredErrors, coefficients: Coefficients, decay: torch.Tensor | None
    ):
        self.program, self.coefficients = program, coefficients
        design = program.x.cpu().double().numpy()
        self.pull: np.ndarray | None = None
        if decay is not None:  # the penalty, as errors of one more row each
            by_row = coefficients.views(decay)[0][:, 0].cpu().double().numpy()
            self.pull = np.sqrt(by_row * (program.size / 2))[:, None]
            design = np.vstack([design, np.diag(self.pull[:, 0])])
        length = lengths(design)
        self.lengths = np.where(length > 0, length, 1.0)[:, None]
        left, values, right = np.linalg.svd(design / self.lengths.T, full_matrices=False)
        known = values > values[0] * max(design.shape) * np.finfo(float).eps
        self.inverse = (right[known].T / values[known]) @ left[:, known].T
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

    def state(self) -> dict[str, Any]:
        """Give what a step goes by, beside the coefficients."""
        return {"done": self.done, "last": self.last}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        self.done, self.last = state["done"], state["last"]

    def converged(self) -> bool:
        """Tell whether the last step was no shorter than rounding makes it."""
        return self.done

    def _step(self) -> None:
        matrix = self.coefficients.matrix
        errors = self.program.errors.cpu().double().numpy()
        if self.pull is not None:
            errors = np.vstack([errors, self.pull * matrix.cpu().double().numpy()])
        step = self.inverse @ errors
        size = float(np.abs(step).max())
        reach = float(np.abs(matrix.cpu().double().numpy() * self.lengths).max())
        self.done = size <= 4 * sys.float_info.epsilon * reach or size > self.last / 2
        self.last = size
        if not self.done:
            move = torch.from_numpy(step / self.lengths).to(matrix.dtype).to(matrix.device)
            self.coefficients.matrix.sub_(move)
