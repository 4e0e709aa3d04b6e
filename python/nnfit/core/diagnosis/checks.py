"""The checks of a diagnosis: `checks.csv` has their limits and what is said, for R too."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from ..ground.tables import read_table

OK, LOOK, USELESS, UNKNOWN = "ok", "look", "useless", "unknown"


class Check(NamedTuple):
    """A row of the table.

    Attributes
    ----------
    name : str
    by : str
        "fit", or "layer" where each layer has a value.
    side : str
        On which side of the limit something is found: "above" or "below".
    limit : float or None
        None: it follows from the fit.
    verdict : str
        What is said then: "look", or "useless".
    title, found : str
        What the value is; what it means beyond the limit.
    advice : str
        What to try then, by semicolons. Some is for fits of a trait, which stands before it in
        brackets: see `traits_of()`.
    """

    name: str
    by: str
    side: str
    limit: float | None
    verdict: str
    title: str
    found: str
    advice: str


@lru_cache(maxsize=1)
def checks() -> dict[str, Check]:
    """Read `checks.csv`, by name."""
    rows = read_table(__file__, "checks")
    return {
        row["name"]: Check(
            row["name"], row["by"], row["side"], float(row["limit"]) if row["limit"] else None,
            row["verdict"], row["title"], row["found"], row["advice"],
        )
        for row in rows
    }  # fmt: skip


class Finding(NamedTuple):
    """What a check came to.

    Attributes
    ----------
    check : str
    layer : int
        From 1; 0: the fit as a whole.
    value, limit : float
        NaN: not known.
    verdict : str
        "ok", "look", "useless" or "unknown".
    says : str
        What was found and what to try; of what is not known, why. Empty where all is well.
    """

    check: str
    layer: int
    value: float
    limit: float
    verdict: str
    says: str


def judged(
    name: str,
    value: float,
    layer: int = 0,
    limit: float | None = None,
    verdict: str | None = None,
    beside: str = "",
) -> Finding:
    """Judge a value.

    Parameters
    ----------
    name : str
    value : float
    layer : int, default 0
    limit : float, optional
        Where the table has none.
    verdict : str, optional
        What is said beyond the limit, where it is not the table's.
    beside : str, optional
        A sentence that goes behind what was found.
    """
    check = checks()[name]
    limit = check.limit if limit is None else limit
    assert limit is not None  # either of the two has it
    beyond = value > limit if check.side == "above" else value < limit
    if not beyond:
        return Finding(name, layer, value, limit, OK, "")
    says = " ".join(part for part in (check.found, beside) if part)
    return Finding(name, layer, value, limit, verdict or check.verdict, says)


def advised(finding: Finding, traits: Collection[str]) -> Finding:
    """Add to what was found what may be tried of a fit that has these traits."""
    if finding.verdict not in (LOOK, USELESS):
        return finding
    fitting = []
    for part in checks()[finding.check].advice.split("; "):
        trait, _, advice = part[1:].partition("] ") if part.startswith("[") else ("", "", part)
        if not trait or trait in traits:
            fitting.append(advice)
    if not fitting:
        return finding
    *first, last = fitting
    tried = f"{', '.join(first)}{',' * (len(first) > 1)} or {last}" if first else last
    return finding._replace(says=f"{finding.says} Try {tried}.")


def unknown(name: str, why: str, layer: int = 0) -> Finding:
    """Say why a check has no value."""
    return Finding(name, layer, math.nan, math.nan, UNKNOWN, f"Not known: {why}.")
