"""Steps over all rows of a stream: gradients and losses added up, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from .data import Batch
from .losses import Loss
from .train import AutogradStep, Value, value_of


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
