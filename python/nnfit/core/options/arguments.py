"""The arguments of activations, losses, optimizers, schedules: `arguments.csv`, which R reads too.

Torch looks at some of them when they are given, at some when they are used, and at others never:
so that all are refused alike, by name, they are looked at here first. In the table:

- `kind`, `of`: whose argument it is; several names are separated by blanks.
- `type`: a key of `TYPES`, and of `option_types` in R; `least`, `most`, `open`, `choices` and
  `null` are as in `options.csv`.
- `below`: the argument that it must be less than.
- `instead`: of torch's arguments that have a name of ours, that name, so that nothing can be said
  twice; they are those of a whole kind.
- `reweighs`: "TRUE" where a loss with it is no likelihood any more.

Not in the table are those that are for loops of one's own, such as `capturable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from ..ground.errors import NNFitError
from ..ground.tables import read_table
from . import ranges
from .ranges import Unfit, range_words, short
from .rows import Row, read_bound


class Argument(NamedTuple):
    """What one argument may be.

    Attributes
    ----------
    row : Row
        As of an option; its name is the argument's.
    below : str or None
        The argument that it must be less than.
    reweighs : bool
        Whether a loss with it is no likelihood any more.
    """

    row: Row
    below: str | None
    reweighs: bool


@cache
def arguments(kind: str, name: str) -> dict[str, Argument]:
    """List the arguments of an entry of the catalog, by name."""
    return {
        cells["argument"]: Argument(
            _row(cells), cells["below"] or None, cells["reweighs"] == "TRUE"
        )
        for cells in read_table(__file__, "arguments")
        if cells["kind"] == kind and name in cells["of"].split()
    }


@cache
def ours(kind: str) -> dict[str, str]:
    """Give our names of arguments of torch's."""
    rows = read_table(__file__, "arguments")
    return {
        cells["argument"]: cells["instead"]
        for cells in rows
        if cells["kind"] == kind and cells["instead"]
    }


def _row(cells: Mapping[str, str]) -> Row:
    return Row(
        name=cells["argument"],
        type=cells["type"],
        least=read_bound(cells["least"]),
        most=read_bound(cells["most"]),
        open=cells["open"] or None,
        choices=tuple(cells["choices"].split()),
        null=cells["null"] == "TRUE",
        null_means=None,
        default=None,
        part="argument",
        files=True,
        languages="both",
        meaning="",
    )


def check_argument(kind: str, name: str, argument: str, value: Any) -> Any:
    """Check the value of an argument that is in the table.

    Returns
    -------
    any
        A number, flag or string; a list of numbers; of classes perhaps a dict of numbers by
        label; None where that may be given.

    Raises
    ------
    NNFitError
        Naming the argument, what it must be and what it was.
    """
    row = arguments(kind, name)[argument].row
    if value is None and row.null:
        return None
    try:
        return TYPES[row.type].read(row, value)
    except (Unfit, OverflowError):
        or_none = ", or None" if row.null else ""
        must = TYPES[row.type].must(row) + or_none
        raise NNFitError(
            kind, f'"{name}" takes a `{argument}` that is {must}, not {short(value)}.'
        ) from None


def check_order(kind: str, name: str, values: Mapping[str, Any]) -> None:
    """Refuse arguments that are not below those that they must be less than.

    Parameters
    ----------
    values : mapping
        All arguments with their values, defaults too.
    """
    for argument, (_, below, _) in arguments(kind, name).items():
        if below is not None and not values[argument] < values[below]:
            raise NNFitError(
                kind,
                f'"{name}" takes a `{argument}` below its `{below}`, not {values[argument]!r} '
                f"beside {values[below]!r}.",
            )


# -- the types --


class Type(NamedTuple):
    """How values of a type are read, and the words that follow "is"; see `checks.Type`."""

    read: Callable[[Row, Any], Any]
    must: Callable[[Row], str]


def _pair(row: Row, value: Any) -> list[float | None]:
    """Read two numbers; where None may be given, each of them may be it."""
    values = ranges.as_list(value)
    if len(values) != 2:
        raise Unfit
    return [None if one is None and row.null else ranges.number(row, one) for one in values]


def class_numbers(row: Row, value: Any) -> list[float] | dict[str, float]:
    """Read a number for each class or outcome, perhaps by name."""
    if hasattr(value, "index") and hasattr(value, "to_dict"):  # a Series of pandas
        if not value.index.is_unique:
            raise Unfit
        value = value.to_dict()
    if isinstance(value, Mapping):
        named = {str(name): ranges.number(row, one) for name, one in value.items()}
        values = list(named.values())
    else:
        named = None
        values = [ranges.number(row, one) for one in ranges.as_list(value)]
    if not any(values):
        raise Unfit
    return values if named is None else named


def _levels(row: Row, value: Any) -> list[float]:
    """Read different numbers, and sort them."""
    values = sorted(ranges.number(row, one) for one in ranges.as_list(value))
    if not values or len(set(values)) != len(values):
        raise Unfit
    return values


def _increasing(row: Row, value: Any) -> list[int]:
    """Read whole numbers, one at least, each larger than the one before."""
    values = [ranges.whole(row, one) for one in ranges.as_list(value)]
    if not values or any(later <= one for one, later in zip(values, values[1:])):
        raise Unfit
    return values


def _whole_choice(row: Row, value: Any) -> int:
    number = ranges.whole(row, value)
    if str(number) not in row.choices:
        raise Unfit
    return number


TYPES: dict[str, Type] = {
    "flag": Type(ranges.flag, lambda row: "True or False"),
    "number": Type(ranges.number, lambda row: range_words(row, "a number")),
    "whole": Type(ranges.whole, lambda row: range_words(row, "a whole number")),
    "increasing": Type(_increasing, lambda row: range_words(row, "increasing whole numbers, each")),
    "choice": Type(ranges.choice, lambda row: ranges.choices_words(row.choices)),
    "whole_choice": Type(_whole_choice, lambda row: " or ".join(row.choices)),
    "levels": Type(_levels, lambda row: range_words(row, "different numbers, each")),
    "pair": Type(_pair, lambda row: range_words(row, "a pair of numbers, each")),
    "class_numbers": Type(
        class_numbers, lambda row: range_words(row, "numbers, each") + ", not all 0"
    ),
}
