"""The losses of every epoch, and reporting them by the clock."""

from __future__ import annotations

import math
import time
from typing import Any, Callable

import numpy as np
import torch


class History:
    """Losses by epoch, kept where the training runs.

    Parameters
    ----------
    epochs : int
        The most rows there can be.
    device : torch.device
        Where the losses are computed.
    factor : float
        What turns the training's losses into the user's units.
    validated : bool
        Whether there is a validation loss as well.
    """

    # On an accelerator looking at a loss waits for the device, so it is done only this often.
    LOOK_EVERY = 50

    def __init__(self, epochs: int, device: torch.device, factor: float, validated: bool):
        table = torch.empty((epochs, 1 + validated), dtype=torch.float64, device=device)
        self.on_host = device.type == "cpu"
        self.table: Any = table.numpy() if self.on_host else table
        self.factor = factor
        self.rows = 0

    def add(self, *losses: Any) -> None:
        """Write the next row: the training loss and, with validation, the validation loss."""
        for column, loss in enumerate(losses):
            self.table[self.rows, column] = loss
        self.rows += 1

    def diverged(self) -> bool:
        """Tell whether a training loss is not finite; on an accelerator only now and then."""
        if self.on_host:
            return not math.isfinite(self.table[self.rows - 1, 0])
        due = self.rows % self.LOOK_EVERY == 0 or self.rows == len(self.table)
        return due and not bool(torch.isfinite(self.table[: self.rows, 0]).all())

    def last(self) -> tuple[float, float | None]:
        """Give the latest row in the user's units."""
        train, *valid = (float(loss) * self.factor for loss in self.table[self.rows - 1])
        return train, valid[0] if valid else None

    def result(self) -> dict[str, np.ndarray | None]:
        """Give the finished table in the user's units, cut after the first non-finite row.

        Returns
        -------
        dict
            `train_loss` and `valid_loss`: float64 arrays of shape (epochs run,), or None.
        """
        rows = self.table[: self.rows]
        with np.errstate(over="ignore"):  # the last loss of a fit that diverged
            table = (rows if self.on_host else rows.cpu().numpy()) * self.factor
        finite = np.isfinite(table[:, 0])
        if not finite.all():
            table = table[: finite.argmin() + 1]
        columns = [np.ascontiguousarray(column) for column in table.T]
        return {"train_loss": columns[0], "valid_loss": columns[1] if columns[1:] else None}


class Progress:
    """Calls the user back by the clock, so that its cost does not grow with the epochs.

    Parameters
    ----------
    callback : callable or None
        Called as `callback(epoch, epochs, train_loss, valid_loss)`. Where it returns False the
        user wants to stop (R can only catch an interrupt on its own side).
    epochs : int
        The number planned.
    """

    FIRST = 0.2  # seconds; a fit quicker than this shows nothing
    EVERY = 0.1

    def __init__(self, callback: Callable[..., Any] | None, epochs: int):
        self.callback = callback
        self.epochs = epochs
        self.due = time.monotonic() + self.FIRST

    def __call__(self, history: History) -> None:
        """Report the latest row if it is time."""
        if self.callback is None or time.monotonic() < self.due:
            return
        with torch.inference_mode(False):  # the user's function may need autograd
            going_on = self.callback(history.rows, self.epochs, *history.last())
        if going_on is False:
            raise KeyboardInterrupt
        self.due = time.monotonic() + self.EVERY
