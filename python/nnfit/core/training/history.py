"""The losses of every epoch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..engines.base import Value
from ..ground import devices


class History:
    """Losses by epoch, kept where the training runs.

    Parameters
    ----------
    epochs : int
        The most rows there can be.
    device : torch.device
        Where the losses are computed.
    factor : float or array (R,)
        What turns the training's losses into the user's units; an array for R fits at once, whose
        losses are arrays too.
    validated : bool
        Whether there is a validation loss as well.
    """

    # On an accelerator looking at a loss waits for the device, so it is done only this often.
    LOOK_EVERY = 50
    # Rows that there is room for at first: few fits run as many epochs as they may.
    FIRST = 1024

    def __init__(
        self, epochs: int, device: torch.device, factor: float | np.ndarray, validated: bool
    ):
        self.epochs = epochs
        shape = (min(epochs, self.FIRST), 1 + validated, *np.shape(factor))
        self.several = np.ndim(factor) > 0
        self.on_host = device.type == "cpu" or self.several
        self.table: Any = (
            np.empty(shape)
            if self.on_host
            else torch.empty(shape, dtype=devices.widest(device), device=device)
        )
        self.factor: Any = factor  # an array where there are several fits, else a number
        self.rows = 0

    def add(self, *losses: Value) -> None:
        """Write the next row: the training loss and, with validation, the validation loss."""
        if self.rows == len(self.table):
            self._grow()
        for column, loss in enumerate(losses):
            self.table[self.rows, column] = loss
        self.rows += 1

    def _grow(self) -> None:
        """Make room for as many rows again, or for all there can be."""
        more = self.table[: min(len(self.table), self.epochs - self.rows)]
        self.table = (
            np.concatenate([self.table, more]) if self.on_host else torch.cat([self.table, more])
        )

    def deciding(self) -> Any:
        """Give the latest loss by which epochs are compared: in validation, else in training."""
        loss = self.table[self.rows - 1, -1]
        return loss if self.on_host else float(loss)  # an accelerator is waited for

    def broken(self) -> bool | np.ndarray:
        """Tell whether a training loss is not finite; on an accelerator only now and then.

        Returns
        -------
        bool, or array (R,) of bool where one of several fits is broken
        """
        if self.several:
            finite = np.isfinite(self.table[self.rows - 1, 0])
            return False if finite.all() else ~finite
        if self.on_host:
            return not math.isfinite(self.table[self.rows - 1, 0])
        due = self.rows % self.LOOK_EVERY == 0 or self.rows == self.epochs
        return due and not bool(torch.isfinite(self.table[: self.rows, 0]).all())

    def last(self) -> tuple[float, float | None]:
        """Give the latest row in the user's units; of several fits the medians."""
        row = self.table[self.rows - 1]
        if self.several:
            row = np.median(row * self.factor, axis=1)
        train, *valid = (float(loss) * (1 if self.several else self.factor) for loss in row)
        return train, valid[0] if valid else None

    def result(self, fit: Any = (), rows: int | None = None) -> dict[str, np.ndarray | None]:
        """Give the finished table in the user's units, cut after the first non-finite row.

        Parameters
        ----------
        fit : int, optional
            Which of several.
        rows : int, optional
            How many it has; by default all.

        Returns
        -------
        dict
            `train_loss` and `valid_loss`: float64 arrays of shape (epochs run,), or None.
        """
        found = self.table[: self.rows if rows is None else rows]
        found = found if self.on_host else devices.on_host(found).numpy()
        with np.errstate(over="ignore"):  # the last loss of a fit that diverged
            table = found[(..., fit)] * self.factor[fit] if self.several else found * self.factor
        finite = np.isfinite(table[:, 0])
        if not finite.all():
            table = table[: finite.argmin() + 1]
        columns = [np.ascontiguousarray(column) for column in table.T]
        return {"train_loss": columns[0], "valid_loss": columns[1] if columns[1:] else None}

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        rows = self.table[: self.rows]
        return {"rows": rows.copy() if self.on_host else rows.cpu().numpy()}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state()` gave; there may be room for more epochs than there was."""
        while len(self.table) < len(state["rows"]):
            self.rows = len(self.table)
            self._grow()
        self.rows = len(state["rows"])
        rows = np.asarray(state["rows"], dtype=float)
        self.table[: self.rows] = (
            rows if self.on_host else torch.from_numpy(rows).to(self.table.dtype)
        )
