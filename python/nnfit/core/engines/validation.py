"""The loss on held-out rows, by the network itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from ..data.table import Batch
from ..ground.devices import on_host
from ..ground.processes import ALONE, Processes
from ..model.loss import Loss
from .base import Job, Value, value_of
from .chunks import ChunkShare
from .shared import stand_in


class Validation:
    """The loss on held-out rows, in evaluation mode and without gradients."""

    def __init__(self, model: nn.Module, loss: Loss, rows: Any):
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
        return self.loss(self.model(self.rows.x), *self.rows[1:])


class ChunkValidation(Validation):
    """The same for rows that are read chunk by chunk, by each of several processes its own.

    `others` stands for a chunk where a process has no more, and the parameters are shared out.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        rows: Iterable[Batch],
        share: ChunkShare,
        processes: Processes = ALONE,
        others: Batch | None = None,
    ):
        super().__init__(model, loss, rows)
        self.share, self.processes, self.others = share, processes, others

    def _total(self) -> torch.Tensor:
        total = torch.zeros((), dtype=torch.float64)
        for part in self.rows:
            if self.others is not None:
                self.processes.any(True)  # there is one more, in which all take part
            loss = self.loss(self.model(part.x), *part[1:]) * self.share(part)
            total = total + on_host(loss)
        while self.others is not None and self.processes.any(False):
            self.model(self.others.x)
        self.processes.add_up(total)
        return total


def validation_of(job: Job) -> Validation | None:
    """Make what computes the loss on the held-out rows, if there are any."""
    rows = job.held_out
    if rows is None:
        return None
    loss = job.loss(rows)
    whole = rows.whole(job.scaling)
    if rows.streamed:
        share = ChunkShare.of(rows, job.spec)
        others = stand_in(job) if job.fully_shard else None
        return ChunkValidation(job.network, loss, whole, share, rows.processes, others)
    return Validation(job.network, loss, whole)
