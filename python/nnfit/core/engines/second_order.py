"""What optimizers have in common that go from place to place, trying some on the way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..data.table import Batch
from .flat import Flat
from .fused.network import Program


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

    def _put(self, place: np.ndarray) -> None:
        self.flat.value.copy_(torch.from_numpy(place))


def numbers(tensor: torch.Tensor) -> np.ndarray:
    """Copy a tensor's numbers, in float64."""
    return tensor.cpu().numpy().astype(np.float64)
