"""What the first reading of files has told of their numbers, for the fit that comes after it.

That reading is for the levels of classes and for what is missing. Where there are numbers alone,
their moments and their triangle cost little more, and the fit need not read the files for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..ground.errors import NNFitError
from .moments import Few, Moments
from .parquet import Chunk, ParquetFiles, as_numbers
from .table import Table
from .triangle import TriangleBuilder

MOST = 32  # columns up to which sums of products take no longer than reading the files again


class Sums(NamedTuple):
    """What is known of some columns: x is those of a design, y its outcomes."""

    rows: int
    x: Moments
    y: Moments
    builder: TriangleBuilder | None


class Measured:
    """Sums over all rows of columns of numbers, and their ranges.

    Parameters
    ----------
    columns : sequence of str
    """

    def __init__(self, columns: Sequence[str]):
        self.places = {name: j for j, name in enumerate(columns)}
        self.rows = 0
        self.moments = Moments()
        self.builder = TriangleBuilder() if len(columns) <= MOST else None
        self.ranges: Mapping[str, Sequence[float]] = {}

    def add(self, chunk: Chunk) -> None:
        """Take a chunk into account, in which nothing is missing."""
        columns = np.empty((len(self.places), chunk.rows))
        for name, j in self.places.items():
            columns[j] = as_numbers(chunk.columns[name])
        table = Table(columns.T, np.empty((chunk.rows, 0)))
        self.rows += chunk.rows
        self.moments.add_chunk(table.x, self._reduced(table))

    def _reduced(self, table: Table) -> Few | None:
        try:
            return None if self.builder is None else self.builder.add(table)
        except NNFitError:  # of values too large for it, which not all models need
            self.builder = None
            return None

    def sums(self, x: Sequence[str], y: Sequence[str]) -> Sums:
        """Give those of a design's columns and outcomes."""
        of_x, of_y = ([self.places[name] for name in names] for names in (x, y))
        builder = None if self.builder is None else self.builder.of_columns([*of_x, *of_y])
        return Sums(
            self.rows, self.moments.of_columns(of_x), self.moments.of_columns(of_y), builder
        )


class _Last(NamedTuple):
    stamps: list[tuple[str, int, int]]
    measured: Measured


_last: list[_Last] = []  # one at most: between the two calls that make a fit


def remember(files: ParquetFiles, measured: Measured) -> None:
    """Keep what was read of files for a fit to them."""
    _last[:] = [_Last(files.stamps, measured)]


def recall(files: ParquetFiles, columns: Sequence[str]) -> Measured | None:
    """Give it, once, if it was these columns of these files, as they still are."""
    known, _last[:] = _last[:], []
    if known and set(columns) <= known[0].measured.places.keys():
        return known[0].measured if known[0].stamps == files.stamps else None
    return None
