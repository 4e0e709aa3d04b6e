"""The batches that several processes train on together: each has its own rows of every batch.

The batches are those of one process, row for row, however many there are: the orders are drawn
alike by all, from one seed, and each process looks where its rows have come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import torch

from ..ground.seed import seed_for
from .batches import sizes_of
from .dealt import Deal, Unit, owners
from .place import Place
from .stream import ReadRows, RowBuffer
from .table import Batch

STEPS = 32  # a batch is filled up to a multiple of a 32nd of a process's share

# what a process has of a batch of which it has no rows
NOTHING = Batch(torch.empty(0, 0), torch.empty(0))


class Block(NamedTuple):
    """Rows that are shuffled together.

    Attributes
    ----------
    own : Batch
        Those of this process.
    where : Tensor (all rows,)
        Of each row of the block, where it is among those of this process; -1: it is none of them.
    """

    own: Batch
    where: torch.Tensor


class SharedBatches:
    """A process's rows of the batches; see `stream.MiniBatches` for those of one process.

    What is done for a batch is made once for each number of rows, so their number is rounded up:
    there are rows of weight 0 at the end.

    Parameters
    ----------
    read : callable
        Reads pieces of the files as scaled batches.
    size : int
        Rows of a batch, all processes together.
    buffer : int
        Rows of the shuffle buffer, all processes together; 0: file order.
    deal : Deal
    by_unit : array of int
        How many rows of each unit take part, in file order.
    least : int, default 1
        Rows of a batch at least.
    """

    def __init__(
        self,
        read: ReadRows,
        size: int,
        buffer: int,
        deal: Deal,
        by_unit: np.ndarray,
        least: int = 1,
    ):
        self.read, self.size, self.deal, self.least = read, size, deal, least
        self.by_unit, self.count = by_unit, int(by_unit.sum())
        self.shuffled, self.holds_all = buffer > 0, buffer >= self.count
        self.held = self.count if self.holds_all else max(buffer // size, 1) * size
        self.rooms: dict[int, Batch] = {}
        self.kept: Block | None = None
        self.quantum = max(size // (STEPS * deal.processes.size), 1)
        lengths = sizes_of(self.count, self.held, least)
        self.drawn = self.shuffled and (len(deal.units) > 1 or max(lengths) > size)

    @property
    def rows(self) -> None:
        """Nothing: a step is given a batch."""

    def __iter__(self) -> Iterator[Batch]:
        """Yield this process's rows of each batch; a batch is good until the next one."""
        return self.noting(None)

    def noting(self, place: Place | None) -> Iterator[Batch]:
        """Yield the same; what orders are drawn from is noted in a place, or is from there."""
        place = Place() if place is None else place
        if not self.drawn:  # what networks draw is to be other in each epoch all the same
            place.permuted(2)
        batches = self._shuffled(place) if self.shuffled else self._in_file_order()
        for number, batch in enumerate(batches):
            # what a network draws in a step is each process's own; orders are drawn alike by all
            own = seed_for(place.after, number, self.deal.processes.rank)
            torch.default_generator.manual_seed(own)
            yield batch
            torch.set_rng_state(place.after)

    def _shuffled(self, place: Place) -> Iterator[Batch]:
        for block in self._blocks(place):
            where, length = block.where, len(block.where)
            if length > self.size:
                where = where.index_select(0, place.permuted(length))
            for part in where.split(sizes_of(length, self.size, self.least)):
                yield self._gathered(block.own, part[part >= 0])

    def _in_file_order(self) -> Iterator[Batch]:
        """Read all rows, of which each process takes its part of every batch."""
        rank, size = self.deal.processes.rank, self.deal.processes.size
        last = sizes_of(self.count, self.size, self.least)[-1]
        for batch in RowBuffer(self.size, last).blocks(self.read(self.deal.files.pieces)):
            n = len(batch.x)
            yield self._gathered(batch, torch.arange(n * rank // size, n * (rank + 1) // size))

    def _blocks(self, place: Place) -> Iterator[Block]:
        """Read this process's rows, block by block; what is one block is read once."""
        if self.kept is not None:
            yield self.kept
            return
        for block in self._read(self._order(place)):
            self.kept = block if self.holds_all else None
            yield block

    def _order(self, place: Place) -> list[Unit]:
        """Draw the order of pieces, and with it that of units."""
        pieces = len(self.deal.units)
        order = range(pieces) if self.holds_all else place.permuted(pieces).tolist()
        return self.deal.in_order(order)

    def _read(self, units: Sequence[Unit]) -> Iterator[Block]:
        rank, size = self.deal.processes.rank, self.deal.processes.size
        rows = [int(self.by_unit[self.deal.number_of(unit)]) for unit in units]
        whose = owners(rows, self.held, size)
        own = [unit for unit, one in zip(units, whose) if one == rank]
        ends = list(accumulate(rows))
        mine = [torch.arange(end - n, end) for n, end, one in zip(rows, ends, whose) if one == rank]
        places = torch.cat(mine) if mine else torch.arange(0)
        lengths = sizes_of(self.count, self.held, self.least)
        starts = [end - length for end, length in zip(accumulate(lengths), lengths)]
        inside = [(places >= a) & (places < a + n) for a, n in zip(starts, lengths)]
        blocks = poured(self.read(self.deal.pieces(own)), [int(one.sum()) for one in inside])
        for block, one, start, length in zip(blocks, inside, starts, lengths):
            yield Block(block, _where(places[one] - start, length))

    def _gathered(self, rows: Batch, chosen: torch.Tensor) -> Batch:
        """Copy some rows, and fill up with rows of no weight."""
        n = len(chosen)
        if not n:
            return NOTHING
        batch = self._room(rows, -(-n // self.quantum) * self.quantum)
        filled = torch.cat([chosen, chosen[:1].expand(len(batch.x) - n)])
        assert batch.weights is not None  # a room has them
        for column, room in zip(rows, batch):
            if column is not None and room is not None:
                torch.index_select(column, 0, filled, out=room)
        if rows.weights is None:
            batch.weights[:n] = 1.0
        batch.weights[n:] = 0.0
        return batch

    def _room(self, rows: Batch, length: int) -> Batch:
        if length not in self.rooms:
            weights = rows.x.new_empty(length)
            self.rooms[length] = rows.room(length)._replace(weights=weights)
        return self.rooms[length]


def poured(batches: Iterator[Batch], lengths: Sequence[int]) -> Iterator[Batch]:
    """Pour batches of any length into blocks of these; a block is good until the next one."""
    room: Batch | None = None
    left = NOTHING
    for length in lengths:
        filled = 0
        while filled < length:
            left = left if len(left.x) else next(batches)
            room = left.room(max(lengths)) if room is None else room
            taken = min(length - filled, len(left.x))
            room.put(filled, left.part(slice(taken)))
            filled += taken
            left = left.part(slice(taken, None))
        yield NOTHING if room is None else room.part(slice(length))


def _where(places: torch.Tensor, length: int) -> torch.Tensor:
    where = torch.full((length,), -1, dtype=torch.int32)
    where[places] = torch.arange(len(places), dtype=torch.int32)
    return where
