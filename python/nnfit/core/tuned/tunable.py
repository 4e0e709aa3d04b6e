"""The options that may be searched for: `tunable.csv`, which R reads too.

In the table is the `kind` of each option: a "number" and a "whole" number may be given as a range,
whose scale is logarithmic where `log` is so, and which is from `lower` to `upper` where a user does
not say; a "value" is chosen from a list. The ranges are those of R's dials and brulee (hidden
units, step size, momentum, `stop_iter`), narrowed to what can matter where columns are standardised
(penalty, dropout) or a call has to end (epochs, batches).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ..ground.errors import NNFitError
from ..ground.tables import read_table
from ..options.rows import option_rows
from ..options.words import did_you_mean


class Tunable(NamedTuple):
    """A row of the table.

    Attributes
    ----------
    name : str
    kind : "number", "whole" or "value"
    log : bool
        Whether its range is on a logarithmic scale.
    lower, upper : float or None
        The range where none is said; None: there is none.
    """

    name: str
    kind: str
    log: bool
    lower: float | None
    upper: float | None


@cache
def tunable_rows() -> dict[str, Tunable]:
    """Read the table: the rows by name."""
    return {
        cells["name"]: Tunable(
            cells["name"], cells["kind"], cells["log"] == "TRUE",
            *(float(cells[end]) if cells[end] else None for end in ("lower", "upper")),
        )
        for cells in read_table(__file__, "tunable")
    }  # fmt: skip


def tunable(name: str) -> Tunable:
    """Give the row of an option.

    Raises
    ------
    NNFitError
        If it is no option, or one that all candidates have in common.
    """
    rows = tunable_rows()
    if name in rows:
        return rows[name]
    if name not in option_rows():
        raise NNFitError(name, "is not an option.", did_you_mean("option", name, rows))
    raise NNFitError(
        name,
        "can not be searched for: all candidates have the same.",
        "Give one value.",
    )
