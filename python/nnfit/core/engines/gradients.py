"""Loss and gradient by autograd, of a batch or of rows that are read chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from ..data.table import Batch
from ..ground.devices import on_host
from ..ground.processes import ALONE, Processes
from ..ground.seed import drawn_apart
from ..model.loss import Loss
from .chunks import ChunkShare
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
        return self.loss(self.model(batch.x), *batch[1:])

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
    processes : Processes, optional
        Each of which reads some of the rows.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        penalty: Penalty | None,
        share: ChunkShare,
        processes: Processes = ALONE,
    ):
        super().__init__(model, loss, penalty)
        self.share, self.processes = share, processes

    def forward(self, batch: Iterable[Batch]) -> torch.Tensor:
        """Read all chunks; the gradient of the loss is there afterwards."""
        self.forget()
        if not self.processes.several:
            return self._total(batch)
        with drawn_apart(self.processes.rank):
            total = self._total(batch)
        self._put_together(total)
        return total

    def _total(self, batch: Iterable[Batch]) -> torch.Tensor:
        total = torch.zeros((), dtype=torch.float64)
        for part in batch:
            loss = super().forward(part) * self.share(part)
            loss.backward()
            total = total + on_host(loss)
        return total

    def _put_together(self, total: torch.Tensor) -> None:
        for parameter in self.parameters:
            if parameter.grad is None:  # it took no part, or there were no rows
                parameter.grad = torch.zeros_like(parameter)
            self.processes.add_up(parameter.grad)
        self.processes.add_up(total)

    def backward(self, loss: torch.Tensor) -> torch.Tensor:
        """Add the penalty's gradient."""
        if self.penalty is None:
            return loss
        term = self.penalty()
        term.backward()
        return loss + on_host(term, loss.dtype)
