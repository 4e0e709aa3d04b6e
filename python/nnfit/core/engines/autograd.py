"""The engine that takes everything: torch's own way, by autograd."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from ..data.source import Batches
from ..data.table import Batch
from ..model.loss import Loss
from ..options import catalog
from . import lbfgs, optimizers
from .base import DoesNotApply, Engine, Job, Op, Step, Value, is_broken, value_of
from .chunks import ChunkShare, check_additive
from .flat import Flat
from .penalty import Penalty


class Gradient:
    """Loss and gradient by autograd.

    Parameters
    ----------
    model : nn.Module
        In training mode.
    loss : Loss
    penalty : Penalty, optional
        Added to what is differentiated, but not to the loss that is given back.
    """

    def __init__(self, model: nn.Module, loss: Loss, penalty: Penalty | None = None):
        self.model, self.loss, self.penalty = model, loss, penalty
        self.parameters = [p for p in model.parameters() if p.requires_grad]

    def forget(self) -> None:
        """Drop the gradient that is there, of an earlier batch."""
        for parameter in self.parameters:
            parameter.grad = None

    def forward(self, batch: Any) -> torch.Tensor:
        """Compute the loss of a batch."""
        return self.loss(self.model(batch.x), batch.y, batch.weights)

    def backward(self, loss: torch.Tensor) -> torch.Tensor:
        """Write the gradient; give the objective."""
        objective = loss if self.penalty is None else loss + self.penalty()
        self.forget()
        objective.backward()
        return objective


class ChunkGradient(Gradient):
    """The same for rows that are never in memory together: chunks' gradients are added up.

    Parameters
    ----------
    share : ChunkShare
        What a chunk's loss counts in that of all rows.
    """

    def __init__(self, model: nn.Module, loss: Loss, penalty: Penalty | None, share: ChunkShare):
        super().__init__(model, loss, penalty)
        self.share = share

    def forward(self, batch: Iterable[Batch]) -> torch.Tensor:
        """Read all chunks; the gradient of the loss is there afterwards."""
        self.forget()
        total = torch.zeros((), dtype=torch.float64)
        for part in batch:
            loss = super().forward(part) * self.share(part)
            loss.backward()
            total = total + loss.detach().to(total)
        return total

    def backward(self, loss: torch.Tensor) -> torch.Tensor:
        """Add the penalty's gradient."""
        if self.penalty is None:
            return loss
        term = self.penalty()
        term.backward()
        return loss + term.detach().to(loss)


class AutogradStep(Step):
    """One update by one of torch's optimizers.

    Parameters
    ----------
    gradients : Gradient
    optimizer : torch.optim.Optimizer
    """

    def __init__(self, gradients: Gradient, optimizer: torch.optim.Optimizer):
        self.gradients = gradients
        self.optimizer = optimizer
        # LBFGS asks for the objective at parameters of its own choice; to the others a closure
        # would only cost time
        self.searches = isinstance(optimizer, torch.optim.LBFGS)
        # of the last call of gradient()
        self.batch: Any
        self.objective: torch.Tensor

    def gradient(self, batch: Any) -> Value:
        loss = self.gradients.forward(batch)
        value = value_of(loss)
        if not is_broken(value):
            self.objective = self.gradients.backward(loss)
            self.batch = batch
        return value

    def update(self) -> None:
        if not self.searches:
            self.optimizer.step()
            return
        ready = [self.objective]  # at the parameters that torch asks for first: the present ones

        def closure() -> float:
            if ready:
                return ready.pop().item()
            return self.gradients.backward(self.gradients.forward(self.batch)).item()

        self.optimizer.step(closure)


class AutogradProgram:
    """Loss and gradient of all rows for optimizers of our own, which work on one vector.

    Parameters
    ----------
    gradients : Gradient
        Without penalty.
    flat : Flat
        Of its model.
    rows : Batch or iterable of Batch
    """

    recordable = False

    def __init__(self, gradients: Gradient, flat: Flat, rows: Any):
        self.gradients, self.rows = gradients, rows
        self.places = list(zip(gradients.parameters, flat.views(flat.grad)))
        self.loss = torch.zeros((), dtype=torch.float64)
        self.forward: list[Op] = [self._run]
        self.backward: list[Op] = []

    def _run(self) -> None:
        loss = self.gradients.forward(self.rows)
        self.gradients.backward(loss)
        self.loss = loss.detach()
        for parameter, place in self.places:
            if parameter.grad is None:  # it took no part
                place.zero_()
            else:
                place.copy_(parameter.grad)


class Validation:
    """The loss on held-out rows, in evaluation mode and without gradients."""

    def __init__(self, model: nn.Module, loss: Loss, rows: Batch):
        self.model = model
        self.loss = loss
        self.rows = rows

    def __call__(self) -> Value:
        """Compute it at the present parameters."""
        self.model.eval()
        with torch.no_grad():
            loss = self._total()
        self.model.train()
        return value_of(loss)

    def _total(self) -> torch.Tensor:
        return self.loss(self.model(self.rows.x), self.rows.y, self.rows.weights)


class ChunkValidation(Validation):
    """The same for rows that are read chunk by chunk."""

    def __init__(self, model: nn.Module, loss: Loss, rows: Iterable[Batch], share: ChunkShare):
        self.model, self.loss, self.chunks, self.share = model, loss, rows, share

    def _total(self) -> torch.Tensor:
        total = torch.zeros((), dtype=torch.float64)
        for part in self.chunks:
            loss = self.loss(self.model(part.x), part.y, part.weights) * self.share(part)
            total = total + loss.to(total)
        return total


def check(job: Job) -> None:
    """Refuse an optimizer that torch does not have."""
    if catalog.lookup("optimizer", job.spec.optimizer.name).torch is None:
        raise DoesNotApply('torch, and so engine "autograd", does not have it')


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    spec, loss, batches = job.spec, job.loss(job.rows), job.rows.batches(job.scaling)
    whole = batches.size is None and job.rows.streamed
    if lbfgs.takes(spec, job.network):
        flat = Flat.adopt(job.network)
        gradients = _gradients(job, loss, None, whole)
        program = AutogradProgram(gradients, flat, batches.rows)
        step = lbfgs.step_of(program, flat, spec, job.terms)
        return _engine(job, loss, batches, step, step.converged)
    optimizer = optimizers.build(spec, job.network)
    gradients = _gradients(job, loss, Penalty.of(spec, job.network), whole)
    return _engine(job, loss, batches, AutogradStep(gradients, optimizer), None)


def _gradients(job: Job, loss: Loss, penalty: Penalty | None, whole: bool) -> Gradient:
    if whole:
        check_additive(loss)
        return ChunkGradient(job.network, loss, penalty, ChunkShare.of(job.rows, job.spec))
    return Gradient(job.network, loss, penalty)


def _engine(
    job: Job,
    loss: Loss,
    batches: Batches,
    step: Callable[[Any], Value],
    converged: Callable[[], bool] | None,
) -> Engine:
    validation = validation_of(job)
    return Engine("autograd", step, batches, loss.factor, validation, converged)


def validation_of(job: Job) -> Validation | None:
    """Make what computes the loss on the held-out rows, if there are any."""
    rows = job.held_out
    if rows is None:
        return None
    loss = job.loss(rows)
    whole = rows.whole(job.scaling)
    if rows.streamed:
        return ChunkValidation(job.network, loss, whole, ChunkShare.of(rows, job.spec))
    return Validation(job.network, loss, whole)
