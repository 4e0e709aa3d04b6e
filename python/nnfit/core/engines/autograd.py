"""Steps by autograd, torch's own way, which takes every network."""

from __future__ import annotations

import torch
from torch import nn

from ..data.table import Batch
from ..model.loss import Loss
from .base import Value, is_broken, value_of
from .optimizers import Penalty


class AutogradStep:
    """One update from one batch, by autograd. Any callable with this signature can stand in.

    Parameters
    ----------
    model : nn.Module
        In training mode.
    loss : Loss
    optimizer : torch.optim.Optimizer
    penalty : Penalty, optional
        A term added to the objective, but not to the loss that is given back.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        optimizer: torch.optim.Optimizer,
        penalty: Penalty | None = None,
    ):
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.penalty = penalty
        # LBFGS asks for the objective at parameters of its own choice; to the others a closure
        # would only cost time
        self.searches = isinstance(optimizer, torch.optim.LBFGS)

    def __call__(self, batch: Batch) -> Value:
        """Update the model; give back the loss before the update.

        A loss that is not finite updates nothing, so that the last good parameters stay. (Not so
        on an accelerator, where it is noticed only later.)
        """
        loss = self._forward(batch)
        value = value_of(loss)
        if not is_broken(value):
            self._update(loss, batch)
        return value

    def _forward(self, batch: Batch) -> torch.Tensor:
        return self.loss(self.model(batch.x), batch.y, batch.weights)

    def _update(self, loss: torch.Tensor, batch: Batch) -> None:
        objective = self._backward(loss)
        if not self.searches:
            self.optimizer.step()
            return
        ready = [objective]

        def closure() -> torch.Tensor:
            return ready.pop() if ready else self._backward(self._forward(batch))

        self.optimizer.step(closure)

    def _backward(self, loss: torch.Tensor) -> torch.Tensor:
        objective = loss if self.penalty is None else loss + self.penalty()
        self.optimizer.zero_grad()
        objective.backward()
        return objective


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
            loss = self.loss(self.model(self.rows.x), self.rows.y, self.rows.weights)
        self.model.train()
        return value_of(loss)
