"""One update from one batch, without autograd."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from ...data.table import Batch
from ..base import Program, Step, Value, value_of
from .cuda_graph import on_cuda, record
from .updates import Update


class FusedStep(Step):
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
        self.updates = update
        self.steps = 0
        self.programs: dict[int, tuple[Batch, Any]] = {}

    def program(self, batch: Batch) -> Any:
        """Make the operations for a batch, or take those made for it before.

        They are kept for one batch of each size: a source of batches that fills the same
        tensors again, as `Batches` does, has them made once.
        """
        known, program = self.programs.get(len(batch.x), (None, None))
        if known is not batch:
            program = self.compiled(batch)
            self.programs[len(batch.x)] = batch, program
        return program

    def gradient(self, batch: Batch) -> Value:
        program = self.program(batch)
        for op in program.forward:
            op()
        value = program.loss.item()
        if math.isfinite(value):
            for op in program.backward:
                op()
        return value

    def update(self) -> None:
        self.prepare()
        for op in self.updates.ops:
            op()

    def prepare(self) -> None:
        """Count the coming step, and fill in what depends on its number."""
        self.steps += 1
        if self.updates.prepare is not None:
            self.updates.prepare(self.steps)


class ReplayedStep(FusedStep):
    """The same on a GPU, where forward, backward and update are one CUDA graph.

    The loss stays there, because fetching it would make every step wait: whether it is finite is
    noticed only later.
    """

    def __init__(self, compiled: Callable[[Batch], Program], update: Update):
        super().__init__(lambda batch: self._record(compiled(batch)), update)

    def _record(self, program: Program) -> tuple[Callable[[], Any], torch.Tensor]:
        gradient = program.forward + program.backward
        return record(gradient + self.updates.ops, trial=gradient), program.loss

    def gradient(self, batch: Batch) -> Value:
        """Replay the recording, of which the update is a part; the loss is good until the next."""
        replay, loss = self.program(batch)
        self.prepare()
        replay()
        return loss

    def update(self) -> None:
        """Nothing is left to do."""


class OneProgramStep(FusedStep):
    """A step whose program is always the same, whatever it is given."""

    def __init__(self, program: Program, update: Update):
        super().__init__(lambda batch: program, update)
        self.only = program

    def program(self, batch: Any) -> Program:
        return self.only


def step_for(parameters: torch.Tensor) -> type[FusedStep]:
    """Choose the step by where the parameters lie."""
    return ReplayedStep if on_cuda(parameters) else FusedStep


class FusedValidation:
    """The loss on held-out rows, without dropout."""

    def __init__(self, program: Program):
        self.program = program

    def __call__(self) -> Value:
        """Compute it at the present parameters."""
        for op in self.program.forward:
            op()
        return value_of(self.program.loss)
