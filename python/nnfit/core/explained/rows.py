"""A fit and rows with their outcome, ready to be asked what the fit goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from ..data.class_weights import weighed
from ..data.frames import check_index
from ..data.given import read_again
from ..data.scaling import Scaling
from ..data.table import Table
from ..ground.errors import NNFitError
from ..model.predictions import Reopened
from ..options.resolved import Resolved
from .forward import frozen
from .variables import Variables


class Asked(NamedTuple):
    """A fit with rows.

    Attributes
    ----------
    network : nn.Module
        A copy, in evaluation mode.
    spec : Resolved
    scaling : Scaling or None
    table : Table
        Rows of a weight above 0, as they were given: the outcome is as it is, and an offset too.
    counts : bool array
        Which of the rows that were given these are.
    variables : Variables or None
        Those of a formula that the rows are made by.
    """

    network: nn.Module
    spec: Resolved
    scaling: Scaling | None
    table: Table
    counts: np.ndarray
    variables: Variables | None = None


def open_rows(
    fit: Mapping[str, Any],
    x: Any,
    y: Any,
    weights: Any,
    offset: Any,
    model: nn.Module | None,
    trained: bool = True,
) -> Asked:
    """Read a fit and the rows to ask it about.

    `trained`: whether classes count as they did in training, as for its loss, or all alike, as for
    a metric.
    """
    reopened = Reopened(fit, "response", model)
    spec = reopened.spec
    for given, name in ((y, "y"), (weights, "weights"), (offset, "offset")):
        check_index(x, given, name)
    variables = Variables.of(reopened.formula, x)
    x, offset = reopened.made(x, offset)
    table = read_again(x, y, weights, offset, spec)
    if trained and spec.class_weights is not None:
        _, counted = weighed(spec, table.y, table.weights)  # type: ignore[arg-type]
        table = table._replace(weights=counted)
    counts = np.ones(len(table.x), bool) if table.weights is None else table.weights > 0
    if counts.sum() < 2:
        raise NNFitError("x", "must have two rows that count: values go from one to another.")
    spec = replace(spec, class_weights=None)
    network = frozen(reopened.network)
    if not counts.all():
        table = table.take(counts)
        variables = None if variables is None else variables.take(np.flatnonzero(counts))
    return Asked(network, spec, reopened.scaling, table, counts, variables)
