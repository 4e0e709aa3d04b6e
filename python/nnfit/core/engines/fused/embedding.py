"""Embedded columns as lists of operations: vectors are gathered, their gradients added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from ...model.embedding import Embeddings
from ..base import Op

# From the gradient by the vectors (*lead, n, size), the positions that these were taken from, of
# the same shape, and the place of the gradient by the table, to the operations between them.
ByCode = Callable[[Tensor, Tensor, Tensor], list[Op]]


class EmbeddedRows(NamedTuple):
    """What embedded columns give, and the operations for it.

    Attributes
    ----------
    value, grad : Tensor (*lead, n, inputs)
        What the first layer is given, and the gradient by it.
    reading : list of Op
        What depends on the rows alone.
    forward, backward : list of Op
    """

    value: Tensor
    grad: Tensor
    reading: list[Op]
    forward: list[Op]
    backward: list[Op]


def embedded_rows(
    layer: Embeddings,
    x: Tensor,
    tables: Sequence[tuple[Tensor, Tensor]],
    training: bool,
    by_code: ByCode,
) -> EmbeddedRows:
    """Write out what `Embeddings.of_tables()` computes.

    Parameters
    ----------
    layer : Embeddings
    x : Tensor (*lead, n, p)
        Read whenever `reading` is called.
    tables : sequence of pair of Tensor (*lead, levels, size)
        The vectors of each column, and the place for the gradient by them.
    training : bool
    by_code : callable
    """
    quantities = len(layer.others)
    width = quantities + sum(table.shape[-1] for table, _ in tables)
    value = x.new_empty((*x.shape[:-1], width))
    made = EmbeddedRows(value, torch.zeros_like(value), [], [], [])
    for source, target in _runs(layer.others):
        made.reading.append(partial(value[..., target].copy_, x[..., source]))
    start = quantities
    for place, (column, (table, grad)) in enumerate(zip(layer.columns, tables)):
        part = slice(start, start + table.shape[-1])
        codes = torch.zeros(x.shape[:-1], dtype=torch.int64)
        index = codes.unsqueeze(-1).expand(*codes.shape, table.shape[-1])
        made.reading.append(partial(codes.copy_, x[..., column]))
        if not training:
            seen = None if layer.seen is None else layer.seen[place]
            table, ops = _with_mean(table, seen)
            made.forward.extend(ops)
        made.forward.append(partial(torch.gather, table, -2, index, out=value[..., part]))
        made.backward.extend(by_code(made.grad[..., part], index, grad))
        start = part.stop
    return made


def add_by_code(grad: Tensor, index: Tensor, place: Tensor) -> list[Op]:
    """Add up the gradients of rows at the vectors that they were given."""
    return [place.zero_, partial(place.scatter_add_, -2, index, grad)]


def each_by_code(grad: Tensor, index: Tensor, place: Tensor) -> list[Op]:
    """Put the derivatives of row after row (n, size) into tables of their own (n, levels, size)."""
    return [place.zero_, partial(place.scatter_, 1, index.unsqueeze(1), grad.unsqueeze(1))]


def _runs(columns: Sequence[int]) -> Iterator[tuple[slice, slice]]:
    """Cut columns that rise into runs of neighbours: from where, and to where in their order."""
    begins = 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place] != columns[place - 1] + 1:
            yield slice(columns[begins], columns[place - 1] + 1), slice(begins, place)
            begins = place


def _with_mean(table: Tensor, seen: Tensor | None) -> tuple[Tensor, list[Op]]:
    """Write out what `embedding.with_mean()` computes."""
    out = torch.empty((*table.shape[:-2], table.shape[-2] + 1, table.shape[-1]), dtype=table.dtype)
    levels, mean = out[..., :-1, :], out[..., -1:, :]
    known = torch.ones(table.shape[:-1]) if seen is None else seen
    known = known.to(table.dtype).unsqueeze(-1)
    share = known / known.sum(-2, keepdim=True)
    each = torch.empty_like(table)
    return out, [
        partial(torch.mul, table, share, out=each),
        partial(torch.sum, each, -2, keepdim=True, out=mean),
        partial(torch.mul, table, known, out=levels),
        partial(levels.addcmul_, mean, 1 - known),
    ]
