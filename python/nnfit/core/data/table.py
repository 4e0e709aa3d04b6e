"""Rows: as arrays before they are scaled, and as tensors after."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch


class Table(NamedTuple):
    """Rows to fit or to validate on, as NumPy arrays that may be views of the caller's."""

    x: np.ndarray  # (n, p)
    y: np.ndarray  # (n, d) floats, or (n,) int64 classes
    weights: np.ndarray | None = None  # (n,)
    offset: np.ndarray | None = None  # (n, d), or (n, classes): on the scale of the link
    counts: np.ndarray | None = None  # (n,) how many rows each stands for; None: for itself
    given: np.ndarray | None = None  # (n, d) y before an offset was taken off it; None: it is y
    own: np.ndarray | None = None  # (n,) weights without those of classes; None: they are `weights`

    def take(self, rows: np.ndarray | slice | None) -> Table:
        """Select rows by position, mask or slice; None: all of them."""
        if rows is None:
            return self
        x, y, *others = self
        return Table(x[rows], y[rows], *(None if one is None else one[rows] for one in others))


class Batch(NamedTuple):
    """Rows as tensors on the training device."""

    x: torch.Tensor
    y: torch.Tensor
    weights: torch.Tensor | None = None
    offset: torch.Tensor | None = None  # (n, k): added to the model's output

    def each(self, change: Callable[[torch.Tensor], torch.Tensor]) -> Batch:
        """Make a batch of what a function gives for each of the tensors."""
        weights = None if self.weights is None else change(self.weights)
        offset = None if self.offset is None else change(self.offset)
        return Batch(change(self.x), change(self.y), weights, offset)

    def part(self, some: slice) -> Batch:
        """Take some of the rows: views."""
        return self.each(lambda column: column[some])

    def room(self, length: int) -> Batch:
        """Make room for so many rows like these."""
        return self.each(lambda column: column.new_empty((length, *column.shape[1:])))

    def put(self, at: int, rows: Batch) -> None:
        """Copy rows into this room, from a place on."""
        for place, column in zip(self, rows):
            if place is not None and column is not None:
                place[at : at + len(column)] = column
