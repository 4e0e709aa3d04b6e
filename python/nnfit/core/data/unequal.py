"""Outcomes of very unequal spread, of which one network would fit the widest alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..ground.errors import warn
from ..options.asked import Asked
from ..options.families import family
from .table import Table

MOST = 30.0  # times the least spread: its errors are then a thousandth of the sum of squares


def tell_unequal(rows: Table, asked: Asked) -> None:
    """Warn of numeric outcomes that share hidden layers, and whose spreads are far apart.

    Their losses are added up in the units of the data, so that what is lost on the narrow ones
    hardly counts. A linear model has coefficients of its own for each outcome, and none is lost.
    """
    assert asked.loss is not None  # the outcome has settled it
    shared = not asked.linear and family(asked.loss.name).outcome == "numeric"
    if not shared or rows.y.ndim != 2 or rows.y.shape[1] < 2:
        return
    spreads = np.std(rows.y, axis=0, dtype=float)
    varying = np.flatnonzero(spreads > 0)
    if len(varying) < 2:
        return
    least, most = (varying[pick(spreads[varying])] for pick in (np.argmin, np.argmax))
    if spreads[most] <= MOST * spreads[least]:
        return
    names: Sequence[str] = asked.outcome_names or [f"column {k + 1}" for k in range(len(spreads))]
    warn(
        "y",
        f"has columns of very unequal spread: {names[most]} has a standard deviation of "
        f"{spreads[most]:.2g}, {names[least]} one of {spreads[least]:.2g}, whose errors hardly "
        "count in the loss of both.",
        "Bring them to like units, or fit each by itself.",
    )
