"""What a descent leaves behind: its losses, its path, and why it ended."""

from __future__ import annotations

import numpy as np
import torch

MOST = 400  # points of the path that are kept
PEACE = 3  # steps in a row that change nothing


class Track:
    """Watches a descent: it says when to end, and keeps what is drawn later.

    Parameters
    ----------
    epochs : int
        How many steps at most.

    Attributes
    ----------
    slack : float
        Which change of a number is none: so many roundings of it. A method whose slopes are noisy
        sets it higher.
    """

    def __init__(self, epochs: int):
        self.epochs = epochs
        self.slack = 2.0
        self.losses: list[float] = []
        self.params = torch.empty(0)
        self.stopped = "epochs"
        self._still = 0
        self._kept = _marks(epochs)
        self._path: list[tuple[int, np.ndarray]] = []

    def goes_on(self) -> bool:
        """Whether there is another step to take."""
        return self.stopped == "epochs" and len(self.losses) < self.epochs

    def took(self, loss: torch.Tensor, before: torch.Tensor, after: torch.Tensor) -> None:
        """Note a step: the loss before it, and the parameters before and after it."""
        epoch = len(self.losses)
        if epoch in self._kept:
            self._path.append((epoch, before.double().numpy().copy()))
        self.losses.append(float(loss))
        self.params = after.clone()
        if not np.isfinite(self.losses[-1]) or not bool(torch.isfinite(after).all()):
            self.stopped = "diverged"
            return
        small = self.slack * torch.finfo(after.dtype).eps * after.abs()
        self._still = self._still + 1 if bool(((after - before).abs() <= small).all()) else 0
        if self._still == PEACE:
            self.stopped = "settled"

    def path(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the numbers of epochs that were done (k,), and the parameters then (k, p)."""
        points = [*self._path, (len(self.losses), self.params.double().numpy())]
        return np.array([epoch for epoch, _ in points]), np.stack([at for _, at in points])


def _marks(epochs: int) -> set[int]:
    """Choose which epochs to keep: all of few; of many the first ones, then ever fewer."""
    if epochs <= MOST:
        return set(range(epochs))
    return set(np.unique(np.geomspace(1, epochs, MOST).round().astype(int) - 1).tolist())
