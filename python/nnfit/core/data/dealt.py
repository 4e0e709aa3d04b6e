"""Which rows of files each of several processes reads.

Rows are dealt in units: runs of row groups, cut into parts where there are few. A unit belongs to
the process in whose share of the rows its middle lies, so that each has neighbouring rows and reads
hardly a row group in vain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from ..ground.processes import Processes
from .parquet import ParquetFiles, Piece

PARTS = 8  # units of a process at least, so that shares differ by an eighth at most


class Unit(NamedTuple):
    """Rows that one process reads.

    Attributes
    ----------
    piece : int
        Of which piece of the files they are, by its place among these.
    start, rows : int
        By their number among all rows.
    """

    piece: int
    start: int
    rows: int


class Deal:
    """The units of some files, and whose they are.

    Parameters
    ----------
    files : ParquetFiles
    processes : Processes

    Attributes
    ----------
    units : list of list of Unit
        Of each piece, in order.
    """

    def __init__(self, files: ParquetFiles, processes: Processes):
        self.files, self.processes = files, processes
        most = max(files.rows // (PARTS * processes.size), 1)
        self.units = [list(_cut(i, piece, most)) for i, piece in enumerate(files.pieces)]
        self.starts = np.array([unit.start for unit in self.in_order()] + [files.rows])

    def in_order(self, pieces: Iterable[int] | None = None) -> list[Unit]:
        """List the units of pieces, by default of all in file order."""
        chosen = range(len(self.units)) if pieces is None else pieces
        return [unit for piece in chosen for unit in self.units[piece]]

    def own(self) -> list[Piece]:
        """Give what this process reads where all rows count at once, in file order."""
        units = self.in_order()
        whose = owners([unit.rows for unit in units], self.files.rows, self.processes.size)
        return self.pieces(unit for unit, at in zip(units, whose) if at == self.processes.rank)

    def pieces(self, units: Iterable[Unit]) -> list[Piece]:
        """Give units as what can be read: neighbours together."""
        runs: list[Unit] = []
        for unit in units:
            last = runs[-1] if runs else None
            if last is not None and unit[:2] == (last.piece, last.start + last.rows):
                runs[-1] = last._replace(rows=last.rows + unit.rows)
            else:
                runs.append(unit)
        return [self.files.part(self.files.pieces[one.piece], *one[1:]) for one in runs]

    def number_of(self, unit: Unit) -> int:
        """Give a unit's place in file order."""
        return int(np.searchsorted(self.starts, unit.start))


def _cut(number: int, piece: Piece, most: int) -> Iterable[Unit]:
    parts = -(-piece.rows // most)
    edges = [piece.rows * part // parts for part in range(parts + 1)]
    for begin, end in zip(edges, edges[1:]):
        yield Unit(number, piece.start + begin, end - begin)


def owners(rows: Sequence[int], block: int, size: int) -> list[int]:
    """Say whose units are that come one after the other: in each block each process has a share.

    Parameters
    ----------
    rows : sequence of int
        Of the units.
    block : int
        Rows of a block; the last may have fewer.
    size : int
        How many processes there are.
    """
    total = sum(rows)
    whose = []
    for number, end in zip(rows, accumulate(rows)):
        middle = end - number / 2
        first = int(middle // block) * block
        length = max(min(block, total - first), 1)
        whose.append(min(int((middle - first) * size / length), size - 1))
    return whose
