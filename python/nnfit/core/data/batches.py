"""Rows as tensors on the training device, cut into batches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from ..ground.errors import NNFitError
from ..options.resolved import Resolved
from .offset import middle_of, starts_at_mean, unit_of
from .outcome import KINDS
from .place import Place, permuted
from .scaling import Beyond, Scaling, encode
from .table import Batch, Table

FAR = 3.0
LARGE_PAGES = 1 << 22  # bytes from which NumPy asks for them
ALIGN = 64


def to_inputs(x: np.ndarray, scaling: Scaling | None, spec: Resolved) -> torch.Tensor:
    """Copy features (n, p) into a tensor of its own, scaled, in the spec's dtype and place.

    Raises
    ------
    Beyond
        If a value is beyond the range of the spec's dtype.
    """
    if scaling is None:
        return _to_tensor(x, spec)
    straight = x if scaling.powers is None else scaling.powers(x)
    inputs = _to_tensor(straight, spec, scaling.x_center, scaling.x_scale)
    return _drawn_in(inputs, spec.code_columns) if spec.tuned else inputs


def _drawn_in(x: torch.Tensor, kept: list[int]) -> torch.Tensor:
    """Draw columns in, but for those that are no quantities."""
    if not kept:
        return draw_in(x)
    codes = x[:, kept].clone()
    x = draw_in(x)
    x[:, kept] = codes
    return x


def draw_in(x: torch.Tensor) -> torch.Tensor:
    """Draw far values smoothly in, to within three standard deviations: x / sqrt(1 + (x / 3)^2).

    A row far from the others neither bends a network to itself nor is it predicted far beyond all
    others. Holzmueller, Grinsztajn and Steinwart (2024), Better by default: strong pre-tuned MLPs
    and boosted trees on tabular data, section 3.
    """
    return x.div_(torch.hypot(x / FAR, x.new_ones(())))  # a square may be beyond numbers


def _to_tensor(
    values: np.ndarray,
    spec: Resolved,
    center: np.ndarray | None = None,
    scale: np.ndarray | float = 1.0,
) -> torch.Tensor:
    tensor = _room(values.shape, spec)
    encode(values, center, scale, tensor.numpy())
    return tensor.to(spec.torch_device)


def _room(shape: tuple[int, ...], spec: Resolved) -> torch.Tensor:
    """Make a tensor to be written to.

    A large one is of NumPy's memory, for which that asks the system for large pages: a first copy
    into 60,000 x 784 takes 16 ms so, and 80 in torch's. That begins at a multiple of 64 bytes,
    NumPy's need not: the way that a product takes, and its last digits, may depend on it.
    """
    size, unit = math.prod(shape), torch.finfo(spec.torch_dtype).bits // 8
    if size * unit < LARGE_PAGES:
        return torch.empty(shape, dtype=spec.torch_dtype)
    room = np.empty(size + ALIGN // unit, dtype=spec.dtype)
    start = -room.__array_interface__["data"][0] % ALIGN // unit
    return torch.from_numpy(room[start : start + size].reshape(shape))


def to_batch(
    table: Table, scaling: Scaling | None, spec: Resolved, argument: str | None = None
) -> Batch:
    """Copy rows into tensors of their own, as `to_inputs()` does.

    Parameters
    ----------
    table : Table
    scaling : Scaling or None
    spec : Resolved
    argument : str, optional
        The user's name for the rows; by default "x", "y", "weights" or "offset".

    Raises
    ------
    NNFitError
        If a value is beyond the range of the spec's dtype.
    """
    with _named(argument or "x", spec):
        x = to_inputs(table.x, scaling, spec)
    with _named(argument or "y", spec):
        y = to_targets(table.y, scaling, spec)
    with _named(argument or "weights", spec):
        weights = None if table.weights is None else _to_tensor(table.weights, spec)
    with _named(argument or "offset", spec):
        return Batch(x, y, weights, _to_offset(table.offset, len(table.x), scaling, spec))


def _to_offset(
    offset: np.ndarray | None, n: int, scaling: Scaling | None, spec: Resolved
) -> torch.Tensor | None:
    if offset is None:
        if scaling is None or not starts_at_mean(spec):
            return None
        offset = np.zeros((n, spec.n_outputs))
    if scaling is None:
        return _to_tensor(offset, spec)
    return _to_tensor(offset, spec, middle_of(scaling, spec), unit_of(scaling, spec))


def to_targets(y: np.ndarray, scaling: Scaling | None, spec: Resolved) -> torch.Tensor:
    """Copy an outcome into a tensor as losses take it, scaled where it is a number."""
    if y.ndim == 1:  # classes are indices
        return torch.tensor(y, device=spec.torch_device)
    codes = KINDS[spec.family.outcome].codes
    if codes is not None:
        return torch.from_numpy(codes(y)).to(spec.torch_device)
    if scaling is None:
        return _to_tensor(y, spec)
    return _to_tensor(y, spec, scaling.y_center, scaling.y_scale)


@contextmanager
def _named(argument: str, spec: Resolved) -> Iterator[None]:
    try:
        yield
    except Beyond:
        raise NNFitError(
            argument,
            f"has values beyond the range of {spec.dtype}"
            + (", measured by the training rows." if spec.scale else "."),
            'Give them in other units, or dtype "float64".'
            if spec.scale
            else 'Give `scale` as true, or values in other units, or dtype "float64".',
        ) from None


def last_of(n: int, size: int, least: int = 1) -> int:
    """Count the rows of the last batch of n rows: what is left, or that and the one before."""
    left = n % size or size
    return left if left >= least or n <= size else left + size


def sizes_of(n: int, size: int, least: int = 1) -> list[int]:
    """Cut n rows into batches of a size, but for the last."""
    last = last_of(n, size, least)
    return [*[size] * ((n - last) // size), last]


class Batches:
    """The training rows, cut anew each epoch.

    Parameters
    ----------
    rows : Batch
        All of them.
    size : int or None
        Rows a batch, the last may have fewer; None, or as many as there are: the full batch.
    least : int, default 1
        Rows a batch at least: with fewer, the last joins the one before it.
    """

    def __init__(self, rows: Batch, size: int | None, least: int = 1):
        self.rows = rows
        n = len(rows.x)
        self.size = None if size is None or size >= n else size
        self.sizes = [] if self.size is None else sizes_of(n, self.size, least)
        self.places = self._places(set(self.sizes)) if self.sizes else {}

    def _places(self, sizes: set[int]) -> dict[int, Batch]:
        """Make the tensors that batches are gathered into, by the number of their rows.

        A batch of fewer rows takes a part of the tensors of the others.
        """
        full = self.rows.each(lambda column: column.new_empty((max(sizes), *column.shape[1:])))
        return {size: _first(full, size) for size in sizes}

    def __iter__(self) -> Iterator[Batch]:
        """Yield each row once, in an order drawn by torch's CPU generator.

        A batch is good until the next one, which is written over it.
        """
        return self.noting(None)

    def noting(self, place: Place | None) -> Iterator[Batch]:
        """Yield the same; what the order is drawn from is noted in a place, or is from there."""
        if self.size is None:
            yield self.rows
            return
        order = permuted(len(self.rows.x), place).to(self.rows.x.device)
        for part in order.split(self.sizes):
            batch = self.places[len(part)]
            for column, room in zip(self.rows, batch):
                if column is not None:
                    torch.index_select(column, 0, part, out=room)
            yield batch


def _first(rows: Batch, size: int) -> Batch:
    return rows if len(rows.x) == size else rows.each(lambda column: column[:size])
