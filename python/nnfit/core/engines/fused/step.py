"""One update from one batch, without autograd."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import torch

from ...data.table import Batch
from ..base import Op, Program, Step, Value, fill, value_of
from .cuda_graph import on_cuda, record
from .updates import Update

Compiled = TypeVar("Compiled")  # what is made for a batch


class CompiledStep(Step, Generic[Compiled]):
    """One update from one batch, by what is made once for the batch and works on its tensors.

    Parameters
    ----------
    compiled : callable
        From a batch to what is made for it.
    update : Update
        Of the parameters that the batches' gradients are for.
    """

    def __init__(self, compiled: Callable[[Batch], Compiled], update: Update):
        self.compiled = compiled
        self.updates = update
        self.steps = 0
        self.programs: dict[int, tuple[Batch, Compiled]] = {}

    @property
    def set_rate(self) -> Callable[[float], Any] | None:
        """What gives the update another step size."""
        return self.updates.set_rate

    def program(self, batch: Batch) -> Compiled:
        """Make what a batch needs, or take what was made for it before.

        It is kept for one batch of each size: a source of batches that fills the same tensors
        again, as `Batches` does, has it made once.
        """
        kept = self.programs.get(len(batch.x))
        if kept is None or kept[0] is not batch:
            kept = self.programs[len(batch.x)] = batch, self.compiled(batch)
        return kept[1]

    def state(self) -> dict[str, Any]:
        """Give what the update remembers: numbers and arrays by name."""
        memory = {name: value.cpu().numpy().copy() for name, value in self.updates.memory.items()}
        return {"steps": self.steps, **memory}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave, perhaps by way of R."""
        self.steps = int(state["steps"])
        for name, place in self.updates.memory.items():
            fill(place, state[name])

    def prepare(self) -> None:
        """Count the coming step, and fill in what depends on its number."""
        self.steps += 1
        if self.updates.prepare is not None:
            self.updates.prepare(self.steps)


class FusedStep(CompiledStep[Program]):
    """One update by a program and the operations of the update, one after the other."""

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


# replays a recorded step, which leaves the loss in the tensor
Recording = tuple[Op, torch.Tensor]


class ReplayedStep(CompiledStep[Recording]):
    """The same on a GPU, where forward, backward and update are one CUDA graph.

    The loss stays there, because fetching it would make every step wait: whether it is finite is
    noticed only later.
    """

    def __init__(self, compiled: Callable[[Batch], Program], update: Update):
        super().__init__(lambda batch: self._record(compiled(batch)), update)

    def _record(self, program: Program) -> Recording:
        gradient = program.forward + program.backward
        return record([*gradient, *self.updates.ops], trial=gradient), program.loss

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


def step_for(parameters: torch.Tensor) -> type[FusedStep] | type[ReplayedStep]:
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
