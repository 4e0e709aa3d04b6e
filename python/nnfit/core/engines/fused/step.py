"""One update from one batch, without autograd: the fast twin of `train.AutogradStep`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from ...data.table import Batch
from ..base import Value, value_of
from .cuda_graph import on_cuda, record
from .network import Program
from .updates import Update


class FusedStep:
    """One update from one batch on buffers that are made once.

    Parameters
    ----------
    compiled : callable
        From a batch to its program.
    update : Update
        Of the parameters that the programs work on.
    """

    def __init__(self, compiled: Callable[[Batch], Program], update: Update):
        self.compiled = compiled
        self.update = update
        self.steps = 0
        self.programs: dict[int, tuple[Batch, Any]] = {}

    def program(self, batch: Batch) -> Any:
        """Make the operations for a batch, or take those made for it before.

        They are kept for one batch of each size: a source of batches that fills the same
        tensors again, as `data.Batches` does, has them made once.
        """
        known, program = self.programs.get(len(batch.x), (None, None))
        if known is not batch:
            program = self.compiled(batch)
            self.programs[len(batch.x)] = batch, program
        return program

    def __call__(self, batch: Batch) -> Value:
        """Update the model; give back the loss before the update.

        A loss that is not finite updates nothing, so that the last good parameters stay.
        """
        program = self.program(batch)
        for op in program.forward:
            op()
        value = program.loss.item()
        if math.isfinite(value):
            for op in program.backward:
                op()
            self.prepare()
            for op in self.update.ops:
                op()
        return value

    def prepare(self) -> None:
        """Count the coming step, and fill in what depends on its number."""
        self.steps += 1
        if self.update.prepare is not None:
            self.update.prepare(self.steps)


class ReplayedStep(FusedStep):
    """The same on a GPU, where forward, backward and update are one CUDA graph.

    The loss stays there, because fetching it would make every step wait: whether it is finite is
    noticed only later.
    """

    def __init__(self, compiled: Callable[[Batch], Program], update: Update):
        super().__init__(lambda batch: self._record(compiled(batch)), update)

    def _record(self, program: Program) -> tuple[Callable[[], Any], torch.Tensor]:
        gradient = program.forward + program.backward
        return record(gradient + self.update.ops, trial=gradient), program.loss

    def __call__(self, batch: Batch) -> Value:
        """Update the model; give back the loss before the update, good until the next."""
        replay, loss = self.program(batch)
        self.prepare()
        replay()
        return loss


def step_for(parameters: torch.Tensor) -> type[FusedStep]:
    """Choose the step by where the parameters lie."""
    return ReplayedStep if on_cuda(parameters) else FusedStep


class FusedValidation:
    """The loss on held-out rows, without dropout: the fast twin of `train.Validation`."""

    def __init__(self, program: Program):
        self.program = program

    def __call__(self) -> Value:
        """Compute it at the present parameters."""
        for op in self.program.forward:
            op()
        return value_of(self.program.loss)
