"""The training loop of replicas side by side: each ends when it would have ended alone."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import torch

from ..engines.stacked import Stack
from .history import Progress


class Endings:
    """When each of R replicas ends, and the parameters that it ends with.

    Those that have ended are computed along with the rest, but not looked at.

    Parameters
    ----------
    value : Tensor (R, P)
        The parameters in training.
    patience : int or inf
        Epochs without improvement after which a replica stops; finite: it ends with the
        parameters of its best epoch.

    Attributes
    ----------
    kept : Tensor (R, P)
        Where training is over: what the replicas ended with.
    stopped : list of str
        Why each ended.
    rows : int array (R,)
        Epochs that each ran.
    """

    def __init__(self, value: torch.Tensor, patience: int | float):
        self.value, self.kept = value, value.clone()
        self.patience = patience
        number = len(value)
        self.active = np.ones(number, dtype=bool)
        self.stopped = ["epochs"] * number
        self.rows = np.zeros(number, dtype=int)
        self.epoch = 0
        self.best_loss = np.full(number, math.inf)
        self.best_epoch = np.zeros(number, dtype=int)

    def look(self, epoch: int, *losses: np.ndarray) -> None:
        """Take an epoch's losses into account, before its update."""
        self.epoch = epoch
        if not np.isfinite(losses[0]).all():
            broken = self.active & ~np.isfinite(losses[0])
            self._end(broken, "diverged", keep=self.patience == math.inf)
        if self.patience < math.inf:
            self._compare(epoch, losses[-1])

    def _compare(self, epoch: int, loss: np.ndarray) -> None:
        better = self.active & (loss < self.best_loss)
        self._keep(better)
        self.best_loss[better] = loss[better]
        self.best_epoch[better] = epoch
        self._end(self.active & (epoch - self.best_epoch >= self.patience), "early", keep=False)

    def finish(self) -> None:
        """End those that are still in training: no epochs are left."""
        self._end(self.active, "epochs", keep=self.patience == math.inf)

    def _end(self, which: np.ndarray, reason: str, keep: bool) -> None:
        if keep:
            self._keep(which)
        for replica in np.flatnonzero(which):
            self.stopped[replica] = reason
        self.rows[which] = self.epoch
        self.active = self.active & ~which

    def _keep(self, which: np.ndarray) -> None:
        if which.any():
            places = torch.from_numpy(np.flatnonzero(which)).to(self.value.device)
            self.kept[places] = self.value[places]


class Losses:
    """The losses of R replicas by epoch.

    Parameters
    ----------
    epochs : int
    factors : array (R,)
        What turns them into the user's units.
    validated : bool
        Whether there are validation losses as well.
    """

    def __init__(self, epochs: int, factors: np.ndarray, validated: bool):
        self.table = np.empty((epochs, 1 + validated, len(factors)))
        self.factors = factors
        self.rows = 0

    def add(self, *losses: np.ndarray) -> None:
        """Write the next row."""
        for column, loss in enumerate(losses):
            self.table[self.rows, column] = loss
        self.rows += 1

    def last(self) -> tuple[float, float | None]:
        """Give the replicas' median losses in the latest row, for showing progress."""
        train, *valid = np.median(self.table[self.rows - 1] * self.factors, axis=1).tolist()
        return train, valid[0] if valid else None

    def of(self, replica: int, rows: int) -> dict[str, np.ndarray | None]:
        """Give one replica's history, as `History.result()` does."""
        with np.errstate(over="ignore"):  # the last loss of a replica that diverged
            columns = (self.table[:rows, :, replica] * self.factors[replica]).T
        train, *valid = (np.ascontiguousarray(column) for column in columns)
        return {"train_loss": train, "valid_loss": valid[0] if valid else None}


def train(stack: Stack, progress: Progress) -> list[dict[str, Any]]:
    """Train all replicas; the loss of a row is that before its epoch's update.

    Returns
    -------
    list of dict
        For each replica what `fit()` returns of its training.
    """
    start = time.perf_counter()
    spec = stack.spec
    losses = Losses(spec.epochs, stack.factors, stack.validation is not None)
    endings = Endings(stack.value, spec.stop_iter)
    for epoch in range(1, spec.epochs + 1):
        values = stack.losses()
        losses.add(*values)
        endings.look(epoch, *values)
        if not endings.active.any():
            break
        stack.step(epoch)
        progress(losses)
    endings.finish()
    return _results(stack, losses, endings, time.perf_counter() - start)


def _results(
    stack: Stack, losses: Losses, endings: Endings, seconds: float
) -> list[dict[str, Any]]:
    return [
        {
            "parameters": state,
            "buffers": [],
            "scaling": scale and scale.plain(),
            "history": losses.of(replica, endings.rows[replica]),
            "stopped": endings.stopped[replica],
            "best_epoch": int(endings.best_epoch[replica]) or None,
            "seconds": seconds / len(stack.value),
        }
        for replica, (state, scale) in enumerate(zip(stack.states(endings.kept), stack.scales))
    ]
