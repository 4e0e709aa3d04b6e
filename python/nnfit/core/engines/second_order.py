"""What optimizers have in common that go from place to place, trying some on the way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..data.table import Batch
from ..options.resolved import Resolved
from .base import Program
from .flat import Flat


class SecondOrderStep:
    """One iteration a call. Where it stops is told by `converged()`.

    `_look_here()` evaluates where it starts; `_iterate()` goes on from there, and keeps `here`,
    `position` and `done` up to date.

    Parameters
    ----------
    program : Program
        Of all rows.
    flat : Flat
        The parameters it works on.
    flatness : float
        A gradient without larger element is flat.
    """

    def __init__(self, program: Program, flat: Flat, flatness: float):
        self.program, self.flat, self.flatness = program, flat, flatness
        self.ops = program.forward + program.backward
        self.position = numbers(flat.value)
        self.here: Any = None
        self.done = False

    def __call__(self, batch: Batch) -> float:
        """Do an iteration; give back the loss before it, without penalty."""
        if self.here is None:
            self.here = self._look_here()
        loss = self.here.loss
        if math.isfinite(loss):
            try:
                self._iterate()
            except KeyboardInterrupt:
                self._put(self.position)  # not that of a trial
                raise
        return loss

    def converged(self) -> bool:
        """Tell whether the last iteration found nothing left to gain."""
        return self.done

    def evaluate(self, place: np.ndarray) -> float:
        """Compute loss and gradient at a place; give the loss.

        What is to happen between gradient and update happens at the end of this.
        """
        self._put(place)
        for op in self.ops:
            op()
        return self.program.loss.item()

    def _put(self, place: np.ndarray) -> None:
        self.flat.value.copy_(torch.from_numpy(place))


def flatness(spec: Resolved, terms: float) -> float:
    """Give the largest element of a gradient that counts as flat.

    Parameters
    ----------
    spec : Resolved
    terms : float
        How many terms the loss adds up, 1 for a mean.
    """
    return torch.finfo(spec.torch_dtype).eps ** 0.8 * terms


def numbers(tensor: torch.Tensor) -> np.ndarray:
    """Copy a tensor's numbers, in float64."""
    return tensor.cpu().numpy().astype(np.float64)
