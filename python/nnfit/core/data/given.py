"""What a caller gives as data: rows with their outcome, and what is to be held out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..ground.errors import NNFitError
from ..options.asked import Asked
from ..options.checks import check
from ..options.families import family
from ..options.resolved import Resolved
from .holdout import split, split_by_rows
from .offset import as_offset, offset_for, settle
from .outcome import read_outcome, target
from .reading import as_features, as_weights
from .table import Table


class SplitTable(NamedTuple):
    """A table, and which of its rows are trained on and validated on.

    Parameters
    ----------
    table : Table
        All rows.
    rows, held_out : int array or None
        Positions in the table, from 0: of the rows in training (None: all), and of those in
        validation (None: no row of the table).
    beside : Table or None
        Rows of their own to validate on, where the table's are all in training.
    """

    table: Table
    rows: np.ndarray | None
    held_out: np.ndarray | None
    beside: Table | None

    @property
    def training(self) -> Table:
        """The rows to train on."""
        return self.table.take(self.rows)

    @property
    def validation(self) -> Table | None:
        """The rows to validate on, if there are any."""
        return self.beside if self.held_out is None else self.table.take(self.held_out)


def read(x: Any, y: Any, weights: Any, asked: Asked, offset: Any = None) -> tuple[Table, Asked]:
    """Read rows to train on, and settle the loss and the levels, which depend on them."""
    x = as_features(x, any_shape=asked.own_model)
    loss_outcome = family(asked.loss.name).outcome if asked.loss else None
    outcome = read_outcome(y, asked.levels, loss_outcome)
    asked = asked.with_outcome(outcome.levels, offset is not None)
    assert asked.loss is not None
    values = target(outcome, asked.loss, len(x))
    columns = len(asked.levels or ()) if values.ndim == 1 else values.shape[1]
    added = None if offset is None else as_offset(offset, len(x), columns, family(asked.loss.name))
    return Table(x, values, as_weights(weights, len(x)), added), asked


def hold_out(validation: Any, table: Table, spec: Resolved) -> SplitTable:
    """Tell the rows to train on from those to validate on.

    Parameters
    ----------
    validation : float, array, pair or triple
        The part of the rows to hold out, drawn by torch's generator; an array of the positions of
        rows, from 0, or of a boolean for each; or `(x, y)`, with an offset `(x, y, offset)`.
    table : Table
        All rows, as they were read.
    spec : Resolved

    Returns
    -------
    SplitTable
        Of the rows as they are trained on: see `offset.settle()`.
    """
    beside: Table | None = None
    rows: np.ndarray | None
    held_out: np.ndarray | None
    if isinstance(validation, np.ndarray) and validation.ndim == 1:
        rows, held_out = split_by_rows(table.weights, len(table.x), validation)
    else:
        fraction, beside = _read_validation(validation, spec)
        rows, held_out = split(table.weights, len(table.x), fraction)
    return SplitTable(settle(table, spec.family), rows, held_out, beside)


def _read_validation(validation: Any, spec: Resolved) -> tuple[float, Table | None]:
    """Tell a fraction from data: gives the fraction (0 for data) and the data's table."""
    if isinstance(validation, (list, tuple)) and len(validation) in (2, 3):
        x = as_features(validation[0], "validation", any_shape=spec.own_model)
        if x.shape[1] != spec.n_features:
            raise NNFitError(
                "validation", f"has {x.shape[1]} columns of x, and x has {spec.n_features}."
            )
        outcome = read_outcome(validation[1], spec.levels, spec.family.outcome, "validation")
        y = target(outcome, spec.loss, len(x), "validation")
        offset = offset_for(spec, (*validation, None)[2], len(x), "validation")
        return 0.0, settle(Table(x, y, None, offset), spec.family)
    return check("validation", validation), None
