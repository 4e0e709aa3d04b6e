"""What steps that come to an end by themselves have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np


class Settling:
    """Where steps have come to, and whether they lead any further.

    Parameters
    ----------
    place : array (q, outputs)
        The coefficients that they start from.
    settled : float
        The length of a step below which they are at an end where they shrink no more.
    patience : int
        So many times in turn.

    Attributes
    ----------
    done : bool
    """

    CHANGING: ClassVar[tuple[str, ...]] = ("place", "done", "last", "waited")

    def __init__(self, place: np.ndarray, settled: float, patience: int):
        self.place, self.settled, self.patience = place, settled, patience
        self.done = False
        self.last, self.waited = math.inf, 0

    def converged(self) -> bool:
        """Tell whether the last iteration found nothing left to gain."""
        return self.done

    def state(self) -> dict[str, Any]:
        """Give what an iteration goes by."""
        return {name: getattr(self, name) for name in self.CHANGING}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        for name in self.CHANGING:
            setattr(self, name, state[name])

    def is_still(self, size: float) -> bool:
        """Look at the length of the next step: tell whether steps are small and shrink no more."""
        self.waited = 0 if size < self.last else self.waited + 1
        self.last = min(size, self.last)
        return self.last < self.settled and self.waited >= self.patience
