"""Rows of Parquet files, as a source: read anew whenever they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch

from ..ground.errors import NNFitError
from ..ground.processes import ALONE, Processes
from ..ground.threads import threads_for
from ..options.asked import Asked
from ..options.checks import check
from ..options.resolved import Resolved
from .ahead import MOST, ahead
from .aliases import suspected
from .batches import to_batch
from .codes import keep_codes
from .dealt import Deal
from .design import Design
from .holdout import Holdout
from .moments import BLOCK, Moments
from .offset import settle, starts_at_mean, with_middle, with_start
from .parquet import ParquetFiles, Piece, chunk_rows
from .reading import WEIGHTS
from .reduction import Look, look_at, may_alias
from .scaling import Scaling, constant, from_spreads, without
from .scan import check_complete, scan
from .scanned import recall
from .shared import SharedBatches
from .stream import FullBatch, MiniBatches, ReadRows, Stream, buffer_rows
from .table import Batch, Table
from .triangle import Triangle, TriangleBuilder

AHEAD = 0.25  # of a shuffle buffer: rows that are read while those in it are trained on
BESIDE = 0.25  # of a shuffle buffer: rows to validate on, which are kept beside it


class Summary:
    """What one reading of the rows tells: their number, their weight, the columns' moments.

    Where it is `reduced`, the reading builds up the triangle of the rows as well.
    """

    def __init__(self, reduced: bool = False, units: int = 0):
        self.builder = TriangleBuilder() if reduced else None
        self.by_unit = np.zeros(units, dtype=int)  # the rows of each unit, where they are dealt
        self.rows = 0
        self.weight = 0.0
        self.x, self.y, self.offset = Moments(), Moments(), Moments()

    def add(self, table: Table) -> None:
        """Take a chunk into account."""
        self.rows += len(table.x)
        self.weight += len(table.x) if table.weights is None else float(table.weights.sum())
        few = None if self.builder is None else self.builder.add(table)
        p, weights = table.x.shape[1], table.weights
        self.x.add_chunk(table.x, few, slice(None, p), weights)
        if table.y.ndim == 2:
            self.y.add_chunk(table.y, few, slice(p, None), weights)
        if table.offset is not None:
            self.offset.add_chunk(table.offset, weights=weights)

    def join(self, other: Summary) -> Summary:
        """Take into account what another process has read."""
        self.rows += other.rows
        self.weight += other.weight
        self.by_unit = self.by_unit + other.by_unit
        self.x, self.y = self.x.join(other.x), self.y.join(other.y)
        self.offset = self.offset.join(other.offset)
        if self.builder is not None and other.builder is not None:
            self.builder = self.builder.join(other.builder)
        return self


@dataclass(frozen=True)
class FileRows:
    """The rows of files that are for training, or those that are held out of it.

    Parameters
    ----------
    files : ParquetFiles
    design : Design
    spec : Asked or Resolved
        Its loss is known.
    holdout : Holdout, optional
    held_out : bool, default False
        Which side of the holdout this is.
    processes : Processes, optional
        Who share the rows.
    """

    files: ParquetFiles
    design: Design
    spec: Asked | Resolved
    holdout: Holdout | None = None
    held_out: bool = False
    processes: Processes = ALONE

    @cached_property
    def deal(self) -> Deal:
        """Who reads what."""
        return Deal(self.files, self.processes)

    @property
    def width(self) -> int:
        """How many numbers a row becomes: in the file, as predictors, in hidden layers."""
        return len(self.design.columns) + self.design.width + sum(self.spec.hidden_units)

    def tables(self, pieces: Sequence[Piece] | None = None) -> Iterator[Table]:
        """Read the rows, chunk by chunk, settled; those of weight zero take part in nothing.

        Parameters
        ----------
        pieces : sequence of Piece, optional
            What to read, in this order; by default all that is this process's.
        """
        for _, table in self.placed(pieces):
            yield table

    def placed(self, pieces: Sequence[Piece] | None = None) -> Iterator[tuple[np.ndarray, Table]]:
        """Yield the same, each with the numbers of its rows among all rows of the files."""
        loss = self.spec.loss
        assert loss is not None  # whoever makes a FileRows has settled it
        if pieces is None and self.processes.several:
            pieces = self.deal.own()
        for chunk in self.files.chunks(self.design.columns, self.width, pieces):
            table = self.design.table(chunk, loss)
            keep = np.ones(chunk.rows, dtype=bool)
            if self.holdout is not None:
                keep &= self.holdout.mask(chunk.start, chunk.rows) == self.held_out
            if table.weights is not None:
                keep &= table.weights > 0
            if keep.any():
                some = table if keep.all() else table.take(keep)
                yield chunk.start + np.flatnonzero(keep), settle(some, loss)

    def first(self) -> Table:
        """Read the first chunk of all."""
        table = next(self.tables(self.files.pieces), None)
        if table is None:
            raise NNFitError("validation", "leaves one side without rows.", "Choose another share.")
        return table


class Kept(NamedTuple):
    """Rows that were read, as tensors under a scaling."""

    scaling: Scaling | None
    batches: list[Batch]


class FileSource:
    """Rows that are read from files; see `Source`.

    Parameters
    ----------
    file_rows : FileRows
        Its spec is resolved.
    spec : Resolved
    buffer : int, default 0
        Rows of the shuffle buffer; 0: mini-batches come in file order.
    argument : str, optional
        The user's name for the rows, where they are not those to train on.
    """

    streamed = True

    def __init__(
        self, file_rows: FileRows, spec: Resolved, buffer: int = 0, argument: str | None = None
    ):
        self.file_rows, self.spec = file_rows, spec
        self.buffer, self.argument = buffer, argument
        self.read: Summary | None = None
        self.kept: Kept | None = None

    @property
    def processes(self) -> Processes:
        return self.file_rows.processes

    @property
    def weighted(self) -> bool:
        # batches of several processes are filled up with rows of no weight
        shared = self.processes.several and not self.full_batch
        return shared or self.file_rows.design.weights is not None

    @property
    def rows(self) -> int:
        return self._summary().rows

    @property
    def weight(self) -> float:
        return self._summary().weight

    @property
    def terms(self) -> float:
        return float(self.rows * self.spec.n_outcomes)

    @property
    def full_batch(self) -> bool:
        size = self.spec.batch_size
        return size is None or size >= self.rows

    @property
    def step_rows(self) -> int:
        return self.spec.batch_size or len(self._first.x)

    @cached_property
    def _first(self) -> Table:
        return self.file_rows.first()

    def sample(self) -> Table:
        return self._first

    def triangle(self) -> Triangle:
        builder = self._summary(reduced=True).builder
        assert builder is not None  # a reduced summary has one
        return builder.triangle()

    def look(self) -> Look:
        return look_at(self.triangle(), self.rows, self.spec)

    def scaling(self) -> Scaling | None:
        spec = self.spec
        measured = keep_codes(self._measured() if spec.scale else self._as_given(), spec)
        if not may_alias(self.rows, spec):
            return measured
        if self._summary().builder is None and not suspected(self._first.x, spec.centres_inputs):
            return measured
        return without(measured, self.look().left_out, spec.n_outputs, spec.heads)

    def _as_given(self) -> Scaling | None:
        """Leave constant columns out; a module of the user's own gets the rows as they are."""
        spec = self.spec
        if spec.own_model:
            return None
        left_out = constant(*self._summary().x.spread(spec.centres_inputs))
        return without(None, left_out, spec.n_outputs, spec.heads)

    def _measured(self) -> Scaling:
        known, spec = self._summary(), self.spec
        y = known.y.spread(spec.centres_outcome) if spec.scales_outcome else None
        x = known.x.spread(spec.centres_inputs)
        scaling = from_spreads(x, y, spec.n_outputs, spec.heads)
        if starts_at_mean(spec):
            scaling = with_start(scaling, known.y.spread(True)[0], spec)
        return with_middle(scaling, known.offset.mean, spec) if known.offset.rows else scaling

    def chunks(
        self,
        scaling: Scaling | None,
        pieces: Sequence[Piece] | None = None,
        waiting: int = 0,
    ) -> Iterator[Batch]:
        """Read the rows as batches of a chunk each, ahead.

        Parameters
        ----------
        scaling : Scaling or None
        pieces : sequence of Piece, optional
            Another order.
        waiting : int, default 0
            Rows that may be read ahead; at the least some chunks are.
        """
        tables = self.file_rows.tables(pieces)
        on_cpu = self.spec.torch_device.type == "cpu"
        # an accelerator's work is asked for by one thread, which may be recording it
        batches = (self._batch(each, scaling) for each in (tables if on_cpu else ahead(tables)))
        most = max(waiting // chunk_rows(self.file_rows.width), MOST)
        yield from (ahead(batches, most) if on_cpu else batches)

    def _batch(self, table: Table, scaling: Scaling | None) -> Batch:
        return to_batch(table, scaling, self.spec, self.argument)

    def whole(self, scaling: Scaling | None) -> Stream:
        return self._stream(lambda pieces: self._again(scaling, pieces))

    def _stream(self, read: ReadRows) -> Stream:
        return Stream(read, chunk_rows(self.file_rows.width))

    def _again(self, scaling: Scaling | None, pieces: Sequence[Piece] | None) -> Iterator[Batch]:
        """Read the rows as `chunks()` does; few enough to keep, they are read once."""
        if self.kept is not None and self.kept.scaling is scaling and pieces is None:
            yield from self.kept.batches
            return
        keep = pieces is None and self._are_few
        batches = []
        for batch in self.chunks(scaling, pieces):
            if keep:
                batches.append(batch)
            yield batch
        if keep:
            self.kept = Kept(scaling, batches)

    @property
    def _are_few(self) -> bool:
        """Whether all rows take no more memory than a shuffle buffer, or than what it leaves."""
        rows = self.file_rows.files.rows if self.read is None else self.read.rows
        return rows <= buffer_rows(self.spec) * (1.0 if self.spec.batch_size is None else BESIDE)

    def batches(
        self, scaling: Scaling | None, least: int = 1
    ) -> FullBatch | MiniBatches | SharedBatches:
        if self.full_batch:
            return FullBatch(self.whole(scaling))
        # what is shuffled has a buffer of its own, of which the next part is read meanwhile
        waiting = int(min(self.buffer, self.rows) * AHEAD)
        stream = self._stream(lambda pieces: self.chunks(scaling, pieces, waiting))
        pieces = self.file_rows.files.pieces
        size = self.spec.batch_size or 0
        if self.processes.several:
            deal, by_unit = self.file_rows.deal, self._summary().by_unit
            return SharedBatches(stream.read, size, self.buffer, deal, by_unit, least)
        return MiniBatches(stream, size, self.buffer, self.rows, pieces, least)

    def _summary(self, reduced: bool = False) -> Summary:
        """Read all rows once; again only where a reduction is wanted that was not made then."""
        if self.read is None:
            self.read = self._known()
        if self.read is None or (reduced and self.read.builder is None):
            self.read = self._read(reduced)
        return self.read

    def _known(self) -> Summary | None:
        """Give what the first reading of all rows has told already, if that will do."""
        design, rows = self.file_rows.design, self.file_rows
        whole = rows.holdout is None and self.argument is None and not self.processes.several
        if not (design.of_numbers and whole):
            return None
        measured = recall(rows.files, design.columns)
        if measured is None or not design.takes(measured.ranges, self.spec.loss):
            return None
        summary = Summary()
        summary.rows, summary.x, summary.y, summary.builder = measured.sums(
            design.predictors, design.outcome
        )
        summary.weight = float(summary.rows)
        return summary

    def _read(self, reduced: bool) -> Summary:
        processes = self.processes
        edges = self.file_rows.deal.starts if processes.several else np.zeros(1)
        summary = Summary(reduced, len(edges) - 1)
        with threads_for(BLOCK * self.file_rows.width**2):
            for places, table in ahead(self.file_rows.placed()):
                summary.add(table)
                if processes.several:
                    summary.by_unit += np.histogram(places, edges)[0]
        summary = processes.joined(summary, Summary.join)
        if summary.rows == 0:
            raise NNFitError("validation", "leaves one side without rows.", "Choose another share.")
        _check_mean_weight(summary.weight / summary.rows)
        return summary


def _check_mean_weight(mean: float) -> None:
    if not WEIGHTS[0] <= mean <= WEIGHTS[1]:
        raise NNFitError(
            "weights",
            f"must have a mean from {WEIGHTS[0]:g} to {WEIGHTS[1]:g}, not {mean:.3g}.",
            "Divide them by some power of ten.",
        )


def check_weights(weights: str | None, ranges: Mapping[str, Sequence[float]]) -> None:
    """Refuse a column that can not be weights: negative, all zero, or not of numbers."""
    if weights is None:
        return
    least, largest = ranges.get(weights, (-1.0, -1.0))
    if least < 0 or largest == 0:
        raise NNFitError("weights", "must be a column of numbers, not negative, nor all zero.")


def check_offset(offset: Sequence[str], ranges: Mapping[str, Sequence[float]]) -> None:
    """Refuse columns that can not be an offset."""
    for name in offset:
        if name not in ranges:
            raise NNFitError("offset", f'must be columns of numbers, and "{name}" is none.')


def hold_out_rows(rows: FileRows, validation: float | str) -> list[FileRows]:
    """Give the rows to train on and, if there are any, those to validate on.

    Parameters
    ----------
    rows : FileRows
        All of them.
    validation : float or str
        The share to hold out, or the path of held-out files.
    """
    if isinstance(validation, str):
        files = ParquetFiles(validation, "validation")
        unweighted = replace(rows.design, weights=None)
        _check_validation(files, unweighted)
        return [rows, replace(rows, files=files, design=unweighted)]
    share: float = check("validation", validation)
    if share == 0:
        return [rows]
    # drawn after the network's values, so that these do not depend on it
    holdout = Holdout(share, int(torch.randint(2**62, ())))
    return [replace(rows, holdout=holdout), replace(rows, holdout=holdout, held_out=True)]


def _check_validation(files: ParquetFiles, design: Design) -> None:
    design.check(files, design.columns)
    found = scan(files, design.columns)
    check_complete(found, "validation")
    for column, levels in found["levels"].items():
        new = sorted(set(levels) - set(design.levels[column]))
        if new:
            raise NNFitError(
                "validation", f'has levels in "{column}" that the training rows lack: {new}.'
            )


def sources_of(
    sides: Sequence[FileRows], spec: Resolved, shuffle: bool, shuffle_buffer: float | None
) -> list[FileSource]:
    """Make the sources of training and validation rows; the first is shuffled as asked."""
    buffer = _buffer(shuffle, shuffle_buffer, spec)
    return [
        FileSource(replace(side, spec=spec), spec, buffer, argument)
        for side, argument in zip(sides, (None, "validation"))
    ]


def _buffer(shuffle: bool, rows: float | None, spec: Resolved) -> int:
    """Give the rows of the shuffle buffer; 0: file order."""
    shuffle, rows = check("shuffle", shuffle), check("shuffle_buffer", rows)
    if not shuffle:
        return 0
    return buffer_rows(spec) if rows is None else int(min(rows, 2**62))
