"""One update from one batch, without autograd: the fast twin of `train.AutogradStep`."""

from __future__ import annotations

import math
from collections.abc import Callable

from .data import Batch
from .fused_network import Program
from .fused_optimizers import Update
from .train import Value


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
        self.programs: dict[int, tuple[Batch, Program]] = {}

    def program(self, batch: Batch) -> Program:
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
            self._update()
        return value

    def _update(self) -> None:
        self.steps += 1
        if self.update.prepare is not None:
            self.update.prepare(self.steps)
        for op in self.update.ops:
            op()


class FusedValidation:
    """The loss on held-out rows, without dropout: the fast twin of `train.Validation`."""

    def __init__(self, program: Program):
        self.program = program

    def __call__(self) -> Value:
        """Compute it at the present parameters."""
        for op in self.program.forward:
            op()
        return self.program.loss.item()
