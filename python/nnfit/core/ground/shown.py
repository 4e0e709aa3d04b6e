"""Results that say in a few lines what they hold: dicts, with a table for people to read."""

from __future__ import annotations

import copy
import numbers
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import NNFitError

if TYPE_CHECKING:
    from pandas import DataFrame

Self = TypeVar("Self", bound="Shown")
MOST_LINES = 6  # of a table
WIDEST = 30  # characters of a column
TABLE = Mapping[str, Sequence[Any]]


class Shown(dict[str, Any]):
    """Results, as a dict.

    `repr()` says what they are and shows the first lines of their table; `to_frame()` gives it. A
    subclass says what these are, by `_title()` and `_table()`; by `_shown()` which table is shown,
    where it is another, and by `_notes()` what else.
    """

    def to_frame(self) -> DataFrame:
        """Give the table as a data frame of pandas', which must be installed.

        Raises
        ------
        NNFitError
            If pandas is missing.
        """
        try:
            import pandas
        except ImportError:
            raise NNFitError(
                "to_frame()", "needs pandas, which can not be imported.", "Run: pip install pandas."
            ) from None
        return pandas.DataFrame(self._table())

    def copy(self: Self) -> Self:
        """Copy, which a dict's own `copy()` would do to a plain dict."""
        return copy.copy(self)

    def __repr__(self) -> str:
        """Say what they are; of what a user has taken keys from, as of a dict."""
        try:
            lines = [self._title(), *written(self._shown()), *self._notes()]
        except KeyError:
            return super().__repr__()
        keys = ", ".join(self)
        return "\n".join([*lines, f"Keys: {keys}. As a data frame: to_frame()"])

    def _title(self) -> str:
        raise NotImplementedError

    def _table(self) -> TABLE:
        raise NotImplementedError

    def _shown(self) -> TABLE:
        return self._table()

    def _notes(self) -> Sequence[str]:
        return ()


def written(table: TABLE) -> list[str]:
    """Write the first lines of a table: numbers to the right, texts to the left."""
    rows = max(map(len, table.values()), default=0)
    columns = [_column(name, values[:MOST_LINES]) for name, values in table.items()]
    lines = [("  " + "  ".join(cells)).rstrip() for cells in zip(*columns)]
    return [*lines, f"  ... {rows - MOST_LINES:,} more"] if rows > MOST_LINES else lines


def _column(name: str, values: Sequence[Any]) -> list[str]:
    cells = [_shortened(one) for one in (name, *map(_cell, values))]
    width = max(map(len, cells))
    right = all(isinstance(one, numbers.Real) for one in values)
    return [cell.rjust(width) if right else cell.ljust(width) for cell in cells]


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, numbers.Real) else str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def counted(number: int, what: str) -> str:
    """Say how many of something there are, which has an s where these are several."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
