"""Numbers, and the range of a row that they must lie in: readers, and the words for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .rows import Row

SHORT = 80  # characters of a value that an error repeats


class Unfit(Exception):
    """A value is not what its option must be."""


def scalar(value: Any) -> Any:
    """Take the one element out of an array or a tensor; anything else is left as it is."""
    try:
        return value.item() if hasattr(value, "item") else value
    except (TypeError, ValueError, RuntimeError):
        raise Unfit from None


def as_number(value: Any) -> int | float:
    """Read a number: an integer as it is, anything else as a float."""
    value = scalar(value)
    # True is no number, nor are bytes, though float() takes them
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        raise Unfit
    try:
        return value if isinstance(value, int) else float(value)
    except (TypeError, ValueError):  # an object whose number is none, such as a signaling NaN
        raise Unfit from None


def within(row: Row, number: int | float) -> bool:
    """Tell whether a number lies in the range of a row; NaN lies in none."""
    least = -math.inf if row.least is None else row.least.number
    most = math.inf if row.most is None else row.most.number
    above = least < number if row.open in ("least", "both") else least <= number
    below = number < most if row.open in ("most", "both") else number <= most
    return above and below


def number(row: Row, value: Any) -> float:
    """Read a finite number in range."""
    read = float(as_number(value))
    if not (within(row, read) and math.isfinite(read)):
        raise Unfit
    return read


def whole(row: Row, value: Any) -> int:
    """Read a whole number in range, of any type."""
    read = as_number(value)
    if not within(row, read) or read != int(read):
        raise Unfit
    return int(read)


def whole_or_inf(row: Row, value: Any) -> int | float:
    """Read a whole number in range, or infinity."""
    return math.inf if as_number(value) == math.inf else whole(row, value)


def zero_or_whole(row: Row, value: Any) -> int:
    """Read a whole number in range, or 0 below it."""
    return 0 if as_number(value) == 0 else whole(row, value)


def range_words(row: Row, what: str) -> str:
    """Say which numbers are meant: `what` with its range, as in "a whole number from 1 to 2^53"."""
    if row.least and row.most and row.open == "both":
        return f"{what} between {row.least.text} and {row.most.text}"
    if row.least and row.most:
        upto = "up to, but not including," if row.open == "most" else "to"
        return f"{what} from {row.least.text} {upto} {row.most.text}"
    if row.least:
        return f"{what} {'above' if row.open == 'least' else 'of at least'} {row.least.text}"
    if row.most:
        return f"{what} {'below' if row.open == 'most' else 'of at most'} {row.most.text}"
    return what


def flag(row: Row, value: Any) -> bool:
    """Read True or False."""
    value = scalar(value)
    if not isinstance(value, bool):
        raise Unfit
    return value


def choice(row: Row, value: Any) -> str:
    """Read one of the row's choices."""
    if not (isinstance(value, str) and value in row.choices):
        raise Unfit
    return str(value)


def choices_words(choices: Sequence[str]) -> str:
    """Quote the choices: "a", "b" or "c"."""
    *others, last = (f'"{choice}"' for choice in choices)
    return f"{', '.join(others)} or {last}" if others else last


def as_list(value: Any) -> list[Any]:
    """Make a list of a scalar, a list, a tuple, an array or None."""
    if value is None:
        return []
    try:
        value = value.tolist() if hasattr(value, "tolist") else value
    except (RuntimeError, TypeError):  # a tensor that holds no plain numbers
        return [value]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def short(value: Any) -> str:
    """Repeat a value in an error, if it is short."""
    text = repr(value)
    short = len(text) <= SHORT and "\n" not in text
    return text if short else f"a long {type(value).__name__}"
