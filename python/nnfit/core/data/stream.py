"""Batches of rows from files: whole, in file order, or shuffled.

They are read anew in each epoch, unless a buffer holds them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Optional

from ..options.resolved import Resolved
from .batches import Batches, last_of
from .parquet import Piece
from .place import Place, permuted
from .table import Batch

BUFFER_BYTES = 128 << 20  # of the shuffle buffer, unless the user says how many rows

# Reads the rows once, as scaled batches of any length; pieces of files give another order.
ReadRows = Callable[[Optional[Sequence[Piece]]], Iterator[Batch]]


class Stream:
    """All rows in file order; batches of one length are the same tensors, filled anew.

    Parameters
    ----------
    read : callable
    rows : int
        Of a batch; the last may have fewer.
    """

    def __init__(self, read: ReadRows, rows: int):
        self.read = read
        self.buffer = RowBuffer(rows)

    def __iter__(self) -> Iterator[Batch]:
        """Read them."""
        return self.buffer.blocks(self.read(None))


class FullBatch:
    """All rows as the one step of an epoch; the step reads them chunk by chunk."""

    size = None

    def __init__(self, rows: Stream):
        self.rows = rows

    def __iter__(self) -> Iterator[Batch]:
        """Yield the chunks."""
        return self.noting(None)

    def noting(self, place: Place | None) -> Iterator[Batch]:
        """Yield the same: nothing is drawn."""
        return iter(self.rows)


class MiniBatches:
    """Batches of a given size, in file order or shuffled.

    Shuffled, pieces of files come in random order and fill a buffer; what is in the buffer is
    shuffled and cut into batches. A buffer that holds all rows is filled once, and gives the
    batches that the same rows in memory give.

    Parameters
    ----------
    rows : Stream
    size : int
        Rows a batch; the last of an epoch may have fewer.
    buffer : int
        Rows of the shuffle buffer; 0: file order.
    count : int
        Of all rows; more than `size`.
    pieces : sequence of Piece
        What can be read in another order.
    least : int, default 1
        Rows a batch at least: with fewer, the last of an epoch joins the one before it.
    """

    def __init__(
        self,
        rows: Stream,
        size: int,
        buffer: int,
        count: int,
        pieces: Sequence[Piece],
        least: int = 1,
    ):
        self.rows, self.size, self.pieces, self.least = rows, size, pieces, least
        self.shuffled = buffer > 0
        self.holds_all = buffer >= count
        held = count if self.holds_all else max(buffer // size, 1) * size
        self.buffer = RowBuffer(held, last_of(count, held, least))
        # one for each length of a block: what is trained on the same tensors is prepared once
        self.shufflers: dict[int, Batches] = {}
        self.kept: Batch | None = None

    def __iter__(self) -> Iterator[Batch]:
        """Yield each row once; a batch is good until the next one."""
        return self.noting(None)

    def noting(self, place: Place | None) -> Iterator[Batch]:
        """Yield the same; what orders are drawn from is noted in a place, or is from there."""
        if not self.shuffled:
            yield from self.buffer.blocks(self.rows.read(None))
            return
        for block in self._blocks(place):
            yield from self._shuffler(block).noting(place)

    def _blocks(self, place: Place | None) -> Iterator[Batch]:
        """Fill the buffer again and again; one that holds all rows is filled once."""
        if self.kept is not None:
            yield self.kept
            return
        for block in self.buffer.blocks(self.rows.read(self._order(place))):
            self.kept = block if self.holds_all else None
            yield block

    def _shuffler(self, block: Batch) -> Batches:
        length = len(block.x)
        if length not in self.shufflers:
            self.shufflers[length] = Batches(block, self.size, self.least)
        return self.shufflers[length]

    def _order(self, place: Place | None) -> Sequence[Piece] | None:
        if self.holds_all:
            return None
        return [self.pieces[i] for i in permuted(len(self.pieces), place).tolist()]


class RowBuffer:
    """Room for some rows, into which batches of any length are poured.

    Parameters
    ----------
    size : int
        Rows of a block.
    last : int, optional
        Rows of the last block, where it takes more: those that are left beyond.
    """

    def __init__(self, size: int, last: int = 0):
        self.size, self.room = size, max(size, last)
        # by their number, the first rows of the room; all of them are the room itself
        self.views: dict[int, Batch] = {}

    def blocks(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield blocks of `size` rows, the last of perhaps fewer, or more.

        A block is good until the next one, which is written over it: the same tensors, always.
        """
        filled = 0
        for batch in batches:
            start = 0
            while start < len(batch.x):
                if filled == self.room:  # full, and there is more than the room beyond its size
                    yield self._view(self.size)
                    filled = self._keep_rest()
                taken = min(self.room - filled, len(batch.x) - start)
                self._room(batch).put(filled, batch.part(slice(start, start + taken)))
                filled, start = filled + taken, start + taken
        if filled:
            yield self._view(filled)

    def _keep_rest(self) -> int:
        """Move the rows beyond a block to the front; give their number."""
        for room in self.views[self.room]:
            if room is not None:
                room[: self.room - self.size] = room[self.size :]
        return self.room - self.size

    def _room(self, rows: Batch) -> Batch:
        if not self.views:
            self.views[self.room] = rows.room(self.room)
        return self.views[self.room]

    def _view(self, rows: int) -> Batch:
        if rows not in self.views:
            self.views[rows] = self.views[self.room].part(slice(rows))
        return self.views[rows]


def buffer_rows(spec: Resolved) -> int:
    """Choose the rows of a shuffle buffer by what they take."""
    return BUFFER_BYTES // (spec.torch_dtype.itemsize * (spec.n_features + spec.n_outputs + 1))
