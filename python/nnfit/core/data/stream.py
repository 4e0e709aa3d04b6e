"""Rows of Parquet files as training takes them: parts, chunks, batches; read anew each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from ..options.resolved import Resolved
from .batches import Batches, to_batch
from .design import Design
from .holdout import Holdout
from .moments import Moments
from .parquet import ParquetFiles, Piece, chunk_rows
from .scaling import Scaling
from .table import Batch, Table
from .triangle import Triangle

BUFFER_BYTES = 128 << 20  # of the shuffle buffer, unless the user says how many rows


@dataclass(frozen=True)
class Rows:
    """The rows of files that are for training, or those that are held out of it.

    Parameters
    ----------
    files : ParquetFiles
    design : Design
    spec : Resolved
        Resolved.
    holdout : Holdout, optional
    held_out : bool, default False
        Which side of the holdout this is.
    """

    files: ParquetFiles
    design: Design
    spec: Resolved
    holdout: Holdout | None = None
    held_out: bool = False

    @property
    def width(self) -> int:
        """How many numbers a row becomes: in the file, as predictors, in hidden layers."""
        return len(self.design.columns) + self.design.width + sum(self.spec.hidden_units)

    def tables(self, pieces: Sequence[Piece] | None = None) -> Iterator[Table]:
        """Read the rows, chunk by chunk; those of weight zero take part in nothing."""
        for chunk in self.files.chunks(self.design.columns, self.width, pieces):
            table = self.design.table(chunk, self.spec.loss)
            keep = np.ones(chunk.rows, dtype=bool)
            if self.holdout is not None:
                keep &= self.holdout.mask(chunk.start, chunk.rows) == self.held_out
            if table.weights is not None:
                keep &= table.weights > 0
            if keep.any():
                yield table if keep.all() else table.take(keep)


class Summary:
    """What one reading of the rows tells: their number, their weight, the columns' moments.

    `triangle`, where one is given, is filled as well.
    """

    def __init__(self, triangle: Triangle | None = None):
        self.triangle = triangle
        self.rows = 0
        self.weight = 0.0
        self.x, self.y = Moments(), Moments()

    def add(self, table: Table) -> None:
        """Take a chunk into account."""
        self.rows += len(table.x)
        self.weight += len(table.x) if table.weights is None else float(table.weights.sum())
        self.x.add(table.x)
        if table.y.ndim == 2:
            self.y.add(table.y)
        if self.triangle is not None:
            self.triangle.add(table)


class Stream:
    """All rows as batches of a chunk each, scaled, on the training device."""

    def __init__(self, rows: Rows, scaling: Scaling | None):
        self.rows = rows
        self.scaling = scaling
        self.pool = Pool(chunk_rows(rows.width))

    def batches(self, pieces: Sequence[Piece] | None = None) -> Iterator[Batch]:
        """Read them; `pieces` gives another order than that of the files."""
        for table in self.rows.tables(pieces):
            yield to_batch(table, self.scaling, self.rows.spec)

    def __iter__(self) -> Iterator[Batch]:
        """Read them in file order; batches of one length are the same tensors, filled anew."""
        return self.pool.blocks(self.batches())


class Whole(NamedTuple):
    """What a step takes all rows by, as the one batch of every epoch."""

    rows: Stream | Batch
    size: None = None


class MiniBatches:
    """Batches of a given size, in file order or shuffled.

    Shuffled, pieces of files come in random order and fill a buffer; what is in the buffer is
    shuffled and cut into batches. A buffer that holds all rows gives the batches that the same
    rows in memory give.

    Parameters
    ----------
    stream : Stream
    size : int
        Rows a batch; the last of an epoch may have fewer.
    buffer : int
        Rows of the shuffle buffer; 0: file order.
    count : int
        Of all rows; more than `size`.
    """

    def __init__(self, stream: Stream, size: int, buffer: int, count: int):
        self.stream = stream
        self.size = size
        self.shuffled = buffer > 0
        self.whole = buffer >= count
        rows = max(buffer // size, 1) * size
        self.pool = Pool(count if self.whole else rows)
        # one for each length of a block: what is trained on the same tensors is prepared once
        self.shufflers: dict[int, Batches] = {}

    def __iter__(self) -> Iterator[Batch]:
        """Yield each row once; a batch is good until the next one."""
        if not self.shuffled:
            yield from self.pool.blocks(self.stream.batches())
            return
        for block in self.pool.blocks(self.stream.batches(self._order())):
            yield from self._shuffler(block)

    def _shuffler(self, block: Batch) -> Batches:
        length = len(block.x)
        if length not in self.shufflers:
            self.shufflers[length] = Batches(block, self.size)
        return self.shufflers[length]

    def _order(self) -> Sequence[Piece] | None:
        if self.whole:
            return None
        pieces = self.stream.rows.files.pieces
        return [pieces[i] for i in torch.randperm(len(pieces)).tolist()]


class Pool:
    """Room for some rows, into which batches of any length are poured."""

    def __init__(self, size: int):
        self.size = size
        self.room: Batch | None = None
        self.views: dict[int, Batch] = {}

    def blocks(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield blocks of `size` rows, the last of perhaps fewer.

        A block is good until the next one, which is written over it: the same tensors, always.
        """
        filled = 0
        for batch in batches:
            start = 0
            while start < len(batch.x):
                taken = min(self.size - filled, len(batch.x) - start)
                self._pour(batch, start, filled, taken)
                filled, start = filled + taken, start + taken
                if filled == self.size:
                    yield self._view(filled)
                    filled = 0
        if filled:
            yield self._view(filled)

    def _pour(self, batch: Batch, start: int, filled: int, rows: int) -> None:
        if self.room is None:
            self.room = _each(
                batch, lambda column: column.new_empty((self.size, *column.shape[1:]))
            )
        for column, room in zip(batch, self.room):
            if column is not None:
                room[filled : filled + rows] = column[start : start + rows]

    def _view(self, rows: int) -> Batch:
        if rows not in self.views:
            self.views[rows] = _each(self.room, lambda column: column[:rows])
        return self.views[rows]


def _each(batch: Batch, change: Callable[[torch.Tensor], torch.Tensor]) -> Batch:
    return Batch(*(None if column is None else change(column) for column in batch))


def buffer_rows(spec: Resolved) -> int:
    """Choose the rows of a shuffle buffer by what they take."""
    return BUFFER_BYTES // (spec.torch_dtype.itemsize * (spec.n_features + spec.n_outputs + 1))
