"""Rows: as arrays before they are scaled, and as tensors after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch


class Table(NamedTuple):
    """Rows to fit or to validate on, as NumPy arrays that may be views of the caller's."""

    x: np.ndarray  # (n, p)
    y: np.ndarray  # (n, d) floats, or (n,) int64 classes
    weights: np.ndarray | None = None  # (n,)

    def take(self, rows: np.ndarray | None) -> Table:
        """Select rows; None: all of them."""
        if rows is None:
            return self
        return Table(*(None if column is None else column[rows] for column in self))


class Batch(NamedTuple):
    """Rows as tensors on the training device."""

    x: torch.Tensor
    y: torch.Tensor
    weights: torch.Tensor | None = None
