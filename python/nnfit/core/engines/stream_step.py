"""Steps over all rows of a stream: gradients and losses added up, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import torch
from torch import nn

from ..data.table import Batch
from ..model.loss import Loss
from .autograd import AutogradStep
from .base import Value, value_of
from .flat import Flat
from .fused.network import Program


class Share:
    """Gives a chunk's part in the loss of all rows.

    Parameters
    ----------
    total : float or None
        The number or weight of all rows; None where losses add up.
    """

    def __init__(self, total: float | None):
        self.total = total

    def __call__(self, batch: Batch) -> float | torch.Tensor:
        """Compute what the chunk's loss is to be multiplied by."""
        if self.total is None:
            return 1.0
        mass = len(batch.x) if batch.weights is None else batch.weights.sum()
        return mass / self.total


class StreamStep(AutogradStep):
    """One update from all rows, which are never in memory together.

    The gradient is that of the loss over all rows, so the update is the full batch's.
    """

    def __init__(self, *args, share: Share):
        super().__init__(*args)
        self.share = share

    def _forward(self, batch: Iterable[Batch]) -> torch.Tensor:
        self.optimizer.zero_grad()
        total = torch.zeros((), dtype=torch.float64)
        for part in batch:
            loss = self.loss(self.model(part.x), part.y, part.weights) * self.share(part)
            loss.backward()
            total = total + loss.detach().to(total)
        return total

    def _backward(self, loss: torch.Tensor) -> torch.Tensor:
        """Add the penalty; the gradient of the loss is there since the forward pass."""
        if self.penalty is None:
            return loss
        penalty = self.penalty()
        penalty.backward()
        return loss + penalty.detach().to(loss)


class StreamProgram:
    """One step over all rows but for the update, as `fused_network.Program` is for a batch.

    Parameters
    ----------
    stream : iterable of Batch
        Made anew for each reading; a batch of one length is the same tensors again.
    share : Share
    layers, flat, loss
        As `Program` takes them.
    rows : Batch
        Not used: the rows are those of the stream.
    """

    def __init__(
        self,
        stream: Iterable[Batch],
        share: Share,
        layers: list[nn.Module],
        flat: Flat,
        loss: Loss,
        rows: Batch,
    ):
        self.stream, self.share, self.flat = stream, share, flat
        self.compiled = partial(Program, layers, flat, loss)
        self.programs: dict[int, Program] = {}
        self.loss = torch.zeros((), dtype=torch.float64)
        self.gradient = torch.zeros_like(flat.grad, dtype=torch.float64)
        self.forward, self.backward = [self._read], []

    def _read(self) -> None:
        """Add up loss and gradient in one reading."""
        self.loss.zero_()
        self.gradient.zero_()
        for batch in self.stream:
            program = self._program(batch)
            for op in program.forward + program.backward:
                op()
            share = float(self.share(batch))
            self.loss += program.loss.item() * share
            self.gradient.add_(self.flat.grad, alpha=share)
        self.flat.grad.copy_(self.gradient)

    def _program(self, batch: Batch) -> Program:
        if len(batch.x) not in self.programs:
            self.programs[len(batch.x)] = self.compiled(batch)
        return self.programs[len(batch.x)]


class StreamValidation:
    """The loss on held-out rows of a stream, in evaluation mode and without gradients."""

    def __init__(self, model: nn.Module, loss: Loss, rows: Iterable[Batch], share: Share):
        self.model = model
        self.loss = loss
        self.rows = rows
        self.share = share

    def __call__(self) -> Value:
        """Compute it at the present parameters."""
        self.model.eval()
        total = torch.zeros((), dtype=torch.float64)
        with torch.no_grad():
            for part in self.rows:
                loss = self.loss(self.model(part.x), part.y, part.weights) * self.share(part)
                total = total + loss.to(total)
        self.model.train()
        return value_of(total)
