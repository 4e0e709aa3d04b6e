"""The first pass over Parquet files: what must be known of the columns before anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Union

import numpy as np

from ..ground.errors import NNFitError
from ..ground.threads import threads_for
from .ahead import ahead
from .moments import BLOCK
from .parquet import ParquetFiles, as_numbers, as_strings
from .scanned import Measured, remember

# Every level but the first becomes a column of the model. A column of strings with more levels
# than this most likely holds names, one for each row, which no model can learn from.
MOST_LEVELS = 10_000
LOGICAL = ["false", "true"]  # as arrow writes them; both exist even where only one occurs


class NumericColumn:
    """What is seen of a numeric column: its range."""

    def __init__(self) -> None:
        self.least, self.largest = np.inf, -np.inf

    def add(self, array: Any) -> np.ndarray:
        """Take a chunk's values into account; tell which are not finite."""
        values = as_numbers(array)
        wrong = ~np.isfinite(values)
        values = values[~wrong] if wrong.any() else values
        self.least = min(self.least, values.min(initial=np.inf))
        self.largest = max(self.largest, values.max(initial=-np.inf))
        return wrong


class ClassColumn:
    """What is seen of a column of classes: the levels that occur."""

    def __init__(self) -> None:
        self.dictionary: dict[str, None] = {}
        self.used: set[str] = set()

    def add(self, array: Any) -> np.ndarray:
        """Take a chunk's values into account; tell which are missing."""
        if hasattr(array, "dictionary"):
            self.dictionary.update(dict.fromkeys(as_strings(array.dictionary).to_pylist()))
        self.used.update(as_strings(array.unique()).drop_null().to_pylist())
        return array.is_null().to_numpy(zero_copy_only=False)

    def levels(self) -> list[str]:
        """List the levels that occur: a dictionary's in its order, strings sorted."""
        return [level for level in self.dictionary if level in self.used] or sorted(self.used)


Seen = dict[str, Union[NumericColumn, ClassColumn]]


def scan(files: ParquetFiles, columns: Sequence[str], measure: bool = False) -> dict[str, Any]:
    """Read columns once.

    Parameters
    ----------
    files : ParquetFiles
    columns : sequence of str
    measure : bool, default False
        Whether a fit to all of the rows is likely to follow, none weighted: where all columns are
        numbers, its sums are added up on the way, and remembered.

    Returns
    -------
    dict
        `rows`; `levels`: column of classes -> list of str; `ranges`: column of numbers ->
        [least, largest]; `bad`: column -> how many values are missing or infinite; `bad_rows`:
        rows with any of those.
    """
    files.check_columns(columns)
    seen: Seen = {
        name: NumericColumn() if files.kinds[name] == "number" else ClassColumn()
        for name in columns
    }
    bad, bad_rows, measured = _look(files, seen, measure)
    ranges = {
        name: [float(column.least), float(column.largest)]
        for name, column in seen.items()
        if isinstance(column, NumericColumn)
    }
    if measured is not None:
        measured.ranges = ranges
        remember(files, measured)
    return {
        "rows": files.rows,
        "levels": {
            name: LOGICAL if files.kinds[name] == "logical" else column.levels()
            for name, column in seen.items()
            if isinstance(column, ClassColumn)
        },
        "ranges": ranges,
        "bad": bad,
        "bad_rows": bad_rows,
    }


def _look(
    files: ParquetFiles, seen: Seen, measure: bool
) -> tuple[dict[str, int], int, Measured | None]:
    """Read the columns of `seen`; give what is bad in each, in how many rows, and their sums."""
    columns = list(seen)
    numbers = all(isinstance(column, NumericColumn) for column in seen.values())
    measured = Measured(columns) if measure and columns and numbers else None
    bad, bad_rows = dict.fromkeys(columns, 0), 0
    with threads_for(BLOCK * len(columns) ** 2):
        for chunk in ahead(files.chunks(columns, len(columns))):
            broken = np.zeros(chunk.rows, dtype=bool)
            for name, column in seen.items():
                wrong = column.add(chunk.columns[name])
                bad[name] += int(np.count_nonzero(wrong))
                broken |= wrong
            bad_rows += int(np.count_nonzero(broken))
            _check_levels(seen, files.argument)
            measured = None if bad_rows else measured
            if measured is not None:
                measured.add(chunk)
    return bad, bad_rows, measured


def _check_levels(seen: Seen, argument: str) -> None:
    for name, column in seen.items():
        if isinstance(column, ClassColumn) and len(column.used) > MOST_LEVELS:
            raise NNFitError(
                argument,
                f'has more than {MOST_LEVELS:,} levels in its column "{name}".',
                "Leave that column out, or store it as numbers.",
            )


def check_complete(found: Mapping[str, Any], argument: str) -> None:
    """Refuse files in which values are missing or infinite."""
    bad = {name: count for name, count in found["bad"].items() if count}
    if bad:
        where = ", ".join(f"{name} ({count})" for name, count in bad.items())
        raise NNFitError(
            argument,
            f"has {found['bad_rows']} row(s) with missing or infinite values, in {where}.",
            "Leave those rows out, or fill them in.",
        )
