"""Rows as tensors on the training device, cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from ..options.resolved import Resolved
from .scaling import Scaling, encode
from .table import Batch, Table


def to_inputs(x: np.ndarray, scaling: Scaling | None, spec: Resolved) -> torch.Tensor:
    """Copy features (n, p) into a tensor of its own, scaled, in the spec's dtype and place."""
    center, scale = (scaling.x_center, scaling.x_scale) if scaling else (None, None)
    return _to_tensor(x, center, scale, spec)


def _to_tensor(
    values: np.ndarray, center: np.ndarray | None, scale: Any, spec: Resolved
) -> torch.Tensor:
    # torch's memory begins at a multiple of 64 bytes, NumPy's need not: the way that a product
    # takes, and its last digits, may depend on that
    tensor = torch.empty(values.shape, dtype=spec.torch_dtype)
    encode(values, center, scale, tensor.numpy())
    return tensor.to(spec.torch_device)


def to_batch(table: Table, scaling: Scaling | None, spec: Resolved) -> Batch:
    """Copy rows into tensors of their own, as `to_inputs()` does."""
    if table.y.ndim == 1:  # classes are indices
        y = torch.tensor(table.y, device=spec.torch_device)
    elif scaling is None:
        y = _to_tensor(table.y, None, None, spec)
    else:
        y = _to_tensor(table.y, scaling.y_center, scaling.y_scale, spec)
    weights = None if table.weights is None else _to_tensor(table.weights, None, None, spec)
    return Batch(to_inputs(table.x, scaling, spec), y, weights)


class Batches:
    """The training rows, cut anew each epoch.

    Parameters
    ----------
    rows : Batch
        All of them.
    size : int or None
        Rows a batch, the last may have fewer; None, or as many as there are: the full batch.
    """

    def __init__(self, rows: Batch, size: int | None):
        self.rows = rows
        n = len(rows.x)
        self.size = None if size is None or size >= n else size
        self.places = {} if self.size is None else self._places(n)

    def _places(self, n: int) -> dict[int, Batch]:
        """Make the tensors that batches are gathered into: one set, and a part of it at the end."""
        full = [None if column is None else column.new_empty((self.size, *column.shape[1:]))
                for column in self.rows]  # fmt: skip
        lengths = {self.size, n % self.size or self.size}
        return {
            length: Batch(*(None if place is None else place[:length] for place in full))
            for length in lengths
        }

    def __iter__(self) -> Iterator[Batch]:
        """Yield each row once, in an order drawn by torch's CPU generator.

        A batch is good until the next one, which is written over it.
        """
        if self.size is None:
            yield self.rows
            return
        order = torch.randperm(len(self.rows.x)).to(self.rows.x.device)
        for part in order.split(self.size):
            batch = self.places[len(part)]
            for column, place in zip(self.rows, batch):
                if column is not None:
                    torch.index_select(column, 0, part, out=place)
            yield batch
