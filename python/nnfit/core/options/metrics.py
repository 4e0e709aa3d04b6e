"""The metrics that may be measured in each epoch: `metrics.csv`, which R reads too.

They have the names of R's yardstick, https://yardstick.tidymodels.org/reference/.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from ..ground.errors import NNFitError
from ..ground.names import canonical_name
from ..ground.tables import read_table
from .families import Family
from .ranges import Unfit, as_list, short
from .words import did_you_mean, meant


class MetricRow(NamedTuple):
    """A row of the table.

    Attributes
    ----------
    name : str
    outcome : "numeric", "class" or "survival"
    maximize : bool
        Whether more is better.
    probabilities : bool
        Whether it needs a probability for each class.
    each_class : bool
        Whether it is not known where a class has no row.
    """

    name: str
    outcome: str
    maximize: bool
    probabilities: bool
    each_class: bool


@cache
def metric_rows() -> dict[str, MetricRow]:
    """Read `metrics.csv`: the rows by name, in the table's order."""
    return {
        cells["name"]: MetricRow(
            cells["name"], cells["outcome"], cells["maximize"] == "TRUE",
            cells["probabilities"] == "TRUE", cells["each_class"] == "TRUE",
        )
        for cells in read_table(__file__, "metrics")
    }  # fmt: skip


def read_metrics(argument: str, value: Any) -> tuple[str, ...]:
    """Read names of metrics, as the table writes them."""
    return tuple(dict.fromkeys(read_metric(argument, name) for name in as_list(value)))


def read_metric(argument: str, value: Any, kind: str | None = None) -> str:
    """Read the name of one; case, `_`, `-`, `.` and blanks do not matter.

    `kind`, where it is known: that of the outcome, for which others are suggested.
    """
    if not isinstance(value, str):
        raise Unfit
    names = {canonical_name(name): name for name in metric_rows()}
    if canonical_name(value) not in names:
        raise NNFitError(
            argument,
            f"has {short(value)}, which is no metric.",
            _suggested(value, kind),
        )
    return names[canonical_name(value)]


# the kinds of outcomes that metrics are for, in words
WORDS = {"numeric": "numbers", "class": "classes", "survival": "censored times"}


def _suggested(value: str, kind: str | None) -> str:
    rows = metric_rows()
    suited = [name for name, row in rows.items() if kind in (None, row.outcome)]
    said = did_you_mean("metrics", value, suited)
    name = meant("metrics", value, suited).name
    if kind is not None or name is None:
        return said
    return f"{said} It is for an outcome of {WORDS[rows[name].outcome]}."


def check_metrics(argument: str, names: Sequence[str], family: Family, kind: str) -> None:
    """Refuse metrics that an outcome (a name in `WORDS`) or a loss does not have."""
    for row in (metric_rows()[name] for name in names):
        fits = [other.name for other in metric_rows().values() if other.outcome == kind]
        if row.outcome != kind:
            raise NNFitError(
                argument,
                f'names "{row.name}", which is not for an outcome of {WORDS[kind]}.',
                "Choose among " + ", ".join(f'"{name}"' for name in fits) + ".",
            )
        if row.probabilities and not family.probabilities:
            raise NNFitError(
                argument,
                f'names "{row.name}", which needs probabilities, and the loss "{family.name}" '
                "gives none.",
                'Leave it out, or choose the loss "cross_entropy".',
            )
