"""The options of a fit: `options.csv`, which R reads too (R/option-table.R).

In the table is every argument by which a user says how to fit, with what it may be: what both
languages check is one fact here. Its `part` says who takes the option:

- "training": how one model is trained. `Asked` holds these, and R's `nn_options()` takes them.
- "call": what else `fit()` and `nn_options()` take. `validation`, `weights` and `model` are data,
  or may be: the table holds their names and defaults, and those who read the data check them.
  `progress` is a flag in R and a function in Python.
- "files", "folds", "tune": what fits on files, cross-validation and the search for options take
  beside the others.

Not in the table: the data (`x`, `y`, `formula`, `path`), and what is asked of a finished fit.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from ..ground.tables import read_table


class Bound(NamedTuple):
    """The end of a range: a number, and how the table writes it, such as "2^31 - 1"."""

    number: int | float
    text: str


class Row(NamedTuple):
    """What one option may be.

    Attributes
    ----------
    name : str
    type : str
        A key of `checks.TYPES`, and of `option_types` in R.
    least, most : Bound or None
        The range of a number; None: there is no end.
    open : "least", "most", "both" or None
        The end that does not itself belong to the range.
    choices : tuple of str
        Those of the types "choice", "dtype" and "device".
    null : bool
        May it be None (in R `NULL`)?
    null_means : int or None
        What None stands for, where that does not depend on the data.
    default : bool, number, str or None
    part : "training", "call", "files", "folds" or "tune"
    files : bool
        May it be given where the data are files?
    languages : "both", "python" or "r"
    meaning : str
        A sentence.
    """

    name: str
    type: str
    least: Bound | None
    most: Bound | None
    open: str | None
    choices: tuple[str, ...]
    null: bool
    null_means: int | None
    default: Any
    part: str
    files: bool
    languages: str
    meaning: str


@cache
def option_rows() -> dict[str, Row]:
    """Read `options.csv`: the rows by name, in the table's order, but for what R alone takes."""
    rows = read_table(__file__, "options")
    return {cells["name"]: _row(cells) for cells in rows if cells["languages"] != "r"}


@cache
def option_names(*parts: str) -> tuple[str, ...]:
    """Name the options of some parts, in the table's order."""
    return tuple(row.name for row in option_rows().values() if row.part in parts)


def _row(cells: dict[str, str]) -> Row:
    read = {
        "least": read_bound,
        "most": read_bound,
        "choices": lambda text: tuple(text.split()),
    }
    return Row(**{column: read.get(column, _value)(text) for column, text in cells.items()})


def read_bound(text: str) -> Bound | None:
    """Read a number or a power of two, perhaps less one."""
    if not text:
        return None
    power = re.fullmatch(r"2\^(\d+)( - 1)?", text)
    return Bound(2 ** int(power[1]) - bool(power[2]) if power else _value(text), text)


WORDS = {"": None, "TRUE": True, "FALSE": False}


def _value(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
