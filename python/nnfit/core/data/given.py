"""What a caller gives as data: rows with their outcome, and what is to be held out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..ground.errors import NNFitError
from ..options.asked import Asked
from ..options.checks import check
from ..options.families import family
from ..options.resolved import Resolved
from .censored import is_censored
from .class_weights import balanced_by, by_class, weighed
from .codes import settle_embed
from .frames import check_index, check_named, names_of
from .holdout import split, split_by_rows
from .offset import as_offset, offset_for, settle
from .outcome import check_not_tiny, outcomes_in, read_outcome, target
from .reading import Counts, as_features, as_weights, columns_of, counts_of
from .scaling import check_shape
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
    def validates(self) -> bool:
        """Whether there are rows to validate on."""
        return self.held_out is not None or self.beside is not None

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
    asked = settle_embed(x, asked) if asked.embed else asked
    features = as_features(x, any_shape=asked.own_model, embedded=asked.embedded)
    check_index(x, y, "y")
    loss_outcome = family(asked.loss.name).outcome if asked.loss else None
    if is_censored(y) and asked.levels is not None:
        raise NNFitError("levels", "are those of classes, and y has times.", "Leave it out.")
    outcome = read_outcome(y, asked.levels, loss_outcome)
    asked = replace(
        asked.with_outcome(outcome.levels, offset is not None, outcome.censored),
        strata=outcome.strata,
        feature_names=names_of(x),
        outcome_names=None if outcome.censored else names_of(y, "y"),
    )
    assert asked.loss is not None
    n, loss = len(features), family(asked.loss.name)
    values = target(outcome, asked.loss, n)
    if outcome.levels is None and not outcome.censored:
        check_not_tiny(values, loss, "y")
    columns = outcomes_in(values, asked.levels, loss)
    check_index(x, offset, "offset")
    added = None
    if offset is not None:
        names = asked.levels or asked.outcome_names
        link = loss.link_under(asked.loss.args)
        added = as_offset(offset, n, columns, loss, names=names, link=link)
    given = weights.given if isinstance(weights, Counts) else weights
    rows = as_weights(given, n, asked.reduction, x)
    counts = counts_of(weights, rows)
    own, (asked, rows) = rows, weighed(asked, values, rows)
    table = Table(features, values, rows, added, counts)
    if asked.class_weights is None:
        return table, asked
    return table._replace(own=np.ones(n) if own is None else own), asked


def hold_out(
    validation: Any, table: Table, spec: Resolved, coded: bool = True
) -> tuple[SplitTable, Resolved]:
    """Tell the rows to train on from those to validate on.

    Parameters
    ----------
    validation : float, array, pair or triple
        The part of the rows to hold out, drawn by torch's generator; an array of the positions of
        rows, from 0, or of a boolean for each; or `(x, y)`, with an offset `(x, y, offset)`.
    table : Table
        All rows, as they were read.
    spec : Resolved
    coded : bool, default True
        As `read_outcome()` has it.

    Returns
    -------
    SplitTable
        Of the rows as they are trained on: see `offset.settle()`.
    Resolved
        Classes that count alike do so among the rows to train on.
    """
    beside: Table | None = None
    sides: tuple[np.ndarray | None, np.ndarray | None]
    if isinstance(validation, np.ndarray) and validation.ndim == 1:
        sides = split_by_rows(table.weights, len(table.x), validation)
    else:
        fraction, beside = _read_validation(validation, table, spec, coded)
        sides = split(table.weights, len(table.x), fraction)
    if spec.balanced and sides[1] is not None:
        assert sides[0] is not None and spec.levels is not None
        found, weights = balanced_by(table, sides[0], len(spec.levels))
        table, spec = table._replace(weights=weights), replace(spec, class_weights=found)
    return SplitTable(settle(table, spec.loss), *sides, beside), spec


def _read_validation(
    validation: Any, table: Table, spec: Resolved, coded: bool
) -> tuple[float, Table | None]:
    """Tell a fraction from data: gives the fraction (0 for data) and the data's table."""
    if isinstance(validation, (list, tuple)) and len(validation) in (2, 3):
        x, y, offset = (*validation, None)[:3]
        return 0.0, _read_beside(x, y, offset, table, spec, coded)
    return check("validation", validation), None


def _read_beside(x: Any, y: Any, offset: Any, table: Table, spec: Resolved, coded: bool) -> Table:
    """Read rows of their own to validate on."""
    if not spec.embedded:
        check_named(x, spec.feature_names, "validation")
    read = _read_rows(x, y, offset, spec, coded, dict.fromkeys(("x", "y", "offset"), "validation"))
    if spec.scale:
        check_shape(read.x, table.x[0], "validation")
    counted = spec.class_weights  # settled by the rows of the fit
    weights = by_class(counted, read.y) if isinstance(counted, list) else None
    own = None if weights is None else np.ones(len(read.x))
    return settle(read._replace(weights=weights, own=own), spec.loss)


def read_again(x: Any, y: Any, weights: Any, offset: Any, spec: Resolved) -> Table:
    """Read rows with their outcome for a fit that is made, by its names, levels and loss.

    Weights are as they are given, without those of classes, and so is an offset: see
    `offset.settle()`.
    """
    names = {name: name for name in ("x", "y", "offset")}
    read = _read_rows(x, y, offset, spec, not _are_labels(y, spec.levels), names)
    rows = as_weights(weights, len(read.x), spec.reduction, x)
    return read._replace(weights=rows)


def _are_labels(y: Any, levels: tuple[str, ...] | None) -> bool:
    """Tell labels of classes that are whole numbers from positions among the levels."""
    if levels is None or is_censored(y):
        return False
    values = np.unique(np.asarray(y)) if np.asarray(y).dtype.kind in "iu" else ()
    return all(str(value) in levels for value in values)


def _read_rows(
    x: Any, y: Any, offset: Any, spec: Resolved, coded: bool, names: dict[str, str]
) -> Table:
    """Read rows as those of a fit; `names`: what the user calls each of these arguments."""
    features = as_features(x, names["x"], spec.own_model, spec.feature_names, spec.embedded)
    if features.shape[1] != spec.n_features:
        of_x = ("", "the fit") if names["x"] == "x" else (" of x", "x")
        raise NNFitError(
            names["x"],
            f"has {features.shape[1]} columns{of_x[0]}, and {of_x[1]} has {spec.n_features}.",
        )
    for other, name in ((y, names["y"]), (offset, names["offset"])):
        check_index(x, other, name, "x" if names["x"] == "x" else "its x")
    if spec.levels is None and not is_censored(y):
        y = columns_of(y, spec.outcome_names, names["y"])
    outcome = read_outcome(y, spec.levels, spec.family.outcome, names["y"], coded)
    values = target(outcome, spec.loss, len(features), names["y"])
    if spec.own_model and values.ndim == 2 and values.shape[1] == 1 < spec.n_outcomes:
        values = np.repeat(values, spec.n_outcomes, axis=1)  # as the rows of the fit were spread
    added = offset_for(spec, offset, len(features), names["offset"])
    return Table(features, values, None, added)
