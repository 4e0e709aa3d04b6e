"""One update from one batch, without autograd: the fast twin of `train.AutogradStep`."""

from __future__ import annotations

import math

from torch import nn

from .data import Batch
from .flat import Flat
from .fused_network import Program
from .fused_optimizers import Update
from .losses import Loss
from .train import Value


class FusedStep:
    """One update from one batch on buffers that are made once.

    Parameters
    ----------
    layers : list of nn.Module
        From `fused_network.check_model()`.
    flat : Flat
        Their parameters.
    loss : Loss
    update : Update
        Of `flat`.
    """

    def __init__(self, layers: list[nn.Module], flat: Flat, loss: Loss, update: Update):
        self.layers = layers
        self.flat = flat
        self.loss = loss
        self.update = update
        self.steps = 0
        self.programs: dict[int, Program] = {}

    def program(self, batch: Batch) -> Program:
        """Make the operations for a batch, or take those made for it before.

        They are kept for one batch of each size: a source of batches that fills the same
        tensors again, as `data.Batches` does, has them made once.
        """
        program = self.programs.get(len(batch.x))
        if program is None or program.batch is not batch:
            program = Program(self.layers, self.flat, self.loss, batch)
            self.programs[len(batch.x)] = program
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
