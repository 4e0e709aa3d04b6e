"""What a fit predicts on average where columns move, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from ..ground import forks
from ..ground.threads import threads_for
from ..inference.coefficients import covariance_of
from ..model import network as networks
from .accumulated import accumulate, accumulate_two, nodes_of
from .moves import Grid, Move, Rows, Slopes, Steps, counts, curves, means
from .sensitivity import Sensitivity
from .surface import ROWS_AT_ONCE, Surface


class Wanted(NamedTuple):
    """What is wanted of a move.

    Attributes
    ----------
    move : Grid, Steps or Slopes
    after : str
        "means"; of a grid "contrasts" (less its first place), "centred" (the same, with that
        place); of steps "accumulated" or, of those of two columns, "together".
    nodes : array or None
        Of accumulated steps from class to class: the weight of each class.
    shape : tuple of int or None
        Of steps of two columns: how many intervals each has.
    """

    move: Move
    after: str = "means"
    nodes: np.ndarray | None = None
    shape: tuple[int, int] | None = None

    def finish(self, values: np.ndarray, rows: Rows) -> np.ndarray:
        """Go on from means (..., d) or (..., d, m) to what is wanted."""
        if self.after == "contrasts":
            return values[:, 1:] - values[:, :1]
        if self.after == "centred":
            return values - values[:, :1]
        if self.after == "accumulated":
            assert isinstance(self.move, Steps)
            nodes = nodes_of(counts(self.move, rows)) if self.nodes is None else self.nodes
            return accumulate(values, nodes)
        if self.after == "together":
            assert isinstance(self.move, Steps) and self.shape is not None
            cells = counts(self.move, rows).reshape(self.shape)
            return accumulate_two(values.reshape(*self.shape, *values.shape[1:]), cells)
        return values


class Spread(NamedTuple):
    """By what it is said how sure a mean is.

    Attributes
    ----------
    source : "none", "replicates" or "likelihood"
    level : float
        The share of the replicates between the limits.
    """

    source: str = "none"
    level: float = 0.95


def explained(
    surface: Surface, fit: Mapping[str, Any], wanted: Sequence[Wanted], rows: Rows, spread: Spread
) -> list[dict[str, np.ndarray]]:
    """Compute what is wanted.

    Returns
    -------
    list of dict
        Of each the `estimate` (..., d); by replicates `std_error`, `lower` and `upper`, by a
        likelihood `std_error`.
    """
    moves = [one.move for one in wanted]
    points = means(surface, moves, rows)
    found = [{"estimate": one.finish(point, rows)} for one, point in zip(wanted, points)]
    if spread.source == "likelihood":
        scores = surface.spec.likelihood == "multinomial"
        covariance = covariance_of(fit["information"], surface.spec.n_outputs, scores)
        for one, slopes, told in zip(wanted, Sensitivity(surface, fit).of(moves, rows), found):
            moved = one.finish(slopes, rows)
            squares = ((moved @ covariance) * moved).sum(-1)
            told["std_error"] = np.sqrt(np.maximum(squares, 0.0))
    if spread.source == "replicates":
        each = [means(surface, moves, rows) for _ in surface.each()]
        limits = [(1 - spread.level) / 2, (1 + spread.level) / 2]
        for place, (one, told) in enumerate(zip(wanted, found)):
            values = one.finish(np.stack([replicate[place] for replicate in each], -1), rows)
            told["std_error"] = values.std(-1, ddof=1)
            told["lower"], told["upper"] = np.quantile(values, limits, axis=-1)
    return found


def explain(
    fit: Mapping[str, Any],
    x: np.ndarray,
    moves: Sequence[Mapping[str, Any]],
    *,
    offset: Any = None,
    weights: Any = None,
    groups: Any = None,
    type: str = "response",
    spread: str = "none",
    level: float = 0.95,
    curves: int = 0,
    model: nn.Module | None = None,
) -> list[dict[str, np.ndarray]]:
    """Do so for R, which makes the moves, as dicts.

    Parameters
    ----------
    fit : mapping
        `parameters`, `scaling` and `options`; by `spread` its `replicates`, or its `information`
        (and `baseline`).
    x : array (n, p)
    moves : sequence of dict
        `kind` ("grid", "steps" or "slopes") with the attributes of such a move (of slopes the rates
        as `values`), and `after`, `nodes` and `shape` as in `Wanted`.
    offset, weights : array, optional
    groups : int array (n,), optional
        From 0.
    type : "response" or "link"
    spread, level
        As in `Spread`.
    curves : int, default 0
        Of so many rows, which their predictions choose, the `curves` (rows, G, d) along the grid
        that is the first move, with the places of these `rows`.
    model : nn.Module, optional

    Returns
    -------
    list of dict
        As `explained()`: of each move tables (..., d).
    """
    forks.settle()
    surface = Surface(fit, type, model)
    rows = rows_of(surface, x, offset, weights, groups)
    wanted = [_read(move) for move in moves]
    with threads_for(min(len(rows.x), ROWS_AT_ONCE) * networks.size_of(surface.network)):
        which, single = individual(surface, wanted[0], rows, curves) if curves else (None, None)
        found = explained(surface, fit, wanted, rows, Spread(spread, float(level)))
    tables = [{name: _table(values) for name, values in one.items()} for one in found]
    if which is not None and single is not None:
        tables[0].update(curves=_table(single), rows=which)
    return tables


def rows_of(surface: Surface, x: Any, offset: Any, weights: Any, groups: Any) -> Rows:
    """Read rows to average over; without weights all alike, without groups all together."""
    features, given = surface.reopened.rows(x, offset)
    n = len(features)
    counted = np.ones(n) if weights is None else np.asarray(weights, dtype=float).reshape(n)
    belongs = np.zeros(n, int) if groups is None else np.asarray(groups).astype(int).reshape(n)
    return Rows(features, given, counted, belongs, int(belongs.max()) + 1)


def individual(
    surface: Surface, wanted: Wanted, rows: Rows, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """Predict some rows along a grid: which (m,), and their curves (m, G, d).

    They are spread evenly over what the rows are predicted, whatever their order.
    """
    assert isinstance(wanted.move, Grid)
    values = _predictions(surface, rows)[:, 0]
    order = np.argsort(values, kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(number, len(order))).round().astype(int))
    which = np.sort(order[places])
    return which, wanted.finish(curves(surface, wanted.move, rows, which), rows)


def _predictions(surface: Surface, rows: Rows) -> np.ndarray:
    return np.concatenate([
        surface(surface.inputs(rows.x[part]), rows.offsets(part))
        for part in (slice(at, at + ROWS_AT_ONCE) for at in range(0, len(rows.x), ROWS_AT_ONCE))
    ])  # fmt: skip


def _table(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, values.shape[-1])


def _read(move: Mapping[str, Any]) -> Wanted:
    columns = np.atleast_1d(np.asarray(move["columns"])).astype(int)
    after, shape = str(move["after"]), move.get("shape")
    nodes = None if move.get("nodes") is None else np.atleast_1d(np.asarray(move["nodes"], float))
    values = np.asarray(move["values"], dtype=float)
    if move["kind"] == "grid":
        return Wanted(Grid(columns, values), after)
    if move["kind"] == "slopes":
        return Wanted(Slopes(columns, values), after)
    rows, cells = (np.atleast_1d(np.asarray(move[name])).astype(int) for name in ("rows", "cells"))
    signs = np.atleast_1d(np.asarray(move["signs"], dtype=float))
    steps = Steps(columns, values, signs, rows, cells, int(move["number"]))
    if shape is not None:
        shape = (int(shape[0]), int(shape[1]))
    return Wanted(steps, after, nodes, shape)
