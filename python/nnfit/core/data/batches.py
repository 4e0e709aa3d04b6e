"""Rows as tensors on the training device, cut into batches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from ..options.resolved import Resolved
from .offset import middle_of
from .scaling import Scaling, encode
from .table import Batch, Table


def to_inputs(x: np.ndarray, scaling: Scaling | None, spec: Resolved) -> torch.Tensor:
    """Copy features (n, p) into a tensor of its own, scaled, in the spec's dtype and place."""
    if scaling is None:
        return _to_tensor(x, spec)
    return _to_tensor(x, spec, scaling.x_center, scaling.x_scale)


def _to_tensor(
    values: np.ndarray,
    spec: Resolved,
    center: np.ndarray | None = None,
    scale: np.ndarray | float = 1.0,
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
        y = _to_tensor(table.y, spec)
    else:
        y = _to_tensor(table.y, spec, scaling.y_center, scaling.y_scale)
    weights = None if table.weights is None else _to_tensor(table.weights, spec)
    offset = None
    if table.offset is not None:
        middle = None if scaling is None else middle_of(scaling, spec)
        offset = _to_tensor(table.offset, spec, middle)
    return Batch(to_inputs(table.x, scaling, spec), y, weights, offset)


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
        self.places = {} if self.size is None else self._places(n, self.size)

    def _places(self, n: int, size: int) -> dict[int, Batch]:
        """Make the tensors that batches are gathered into, by the number of their rows.

        The last batch, where it has fewer rows, takes a part of the tensors of the others.
        """
        full = self.rows.each(lambda column: column.new_empty((size, *column.shape[1:])))
        last = n % size or size
        return {size: full, last: full.each(lambda place: place[:last])}

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
