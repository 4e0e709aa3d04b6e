"""How predictions move with one column, or two: for Python users."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from ..data.frames import check_index
from ..data.reading import as_weights
from ..ground import forks
from ..ground.errors import NNFitError
from ..ground.threads import threads_for
from ..inference.coefficients import FAR
from ..inference.intervals import check_level
from ..model import network as networks
from .asked import check_choice, count_of, flag_of
from .explain import Spread, Wanted, explained, individual, rows_of
from .movable import Movable, OfColumns, OfVariables
from .moves import Rows, Steps
from .surface import ROWS_AT_ONCE, Surface
from .variables import Variables, check_columns

TYPES = ("partial", "ice", "ale", "average")
PLACES = {1: 50, 2: 20}  # of a grid, by the number of columns


def effects(
    fit: Mapping[str, Any],
    x: Any,
    variables: Any = None,
    *,
    type: str = "partial",
    predict_type: str = "response",
    grid: int | None = None,
    values: Any = None,
    center: bool = False,
    curves: int = 100,
    level: float = 0.95,
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
) -> dict[str, Any]:
    """Say what a fit has learnt of a column, or of two, averaged over rows.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned.
    x : array, tensor or data frame (n, p)
        Rows to average over, such as those of the fit. Of a fit by a formula a data frame, or a
        dict of columns, with its variables: all columns of the fit that follow from a variable
        then move with it. Columns of an array are moved one by one.
    variables : int, str, or sequence of them, optional
        Columns, by place or by name, or variables of the formula: one or two; for "average" any
        number, by default all.
    type : {"partial", "ice", "ale", "average"}
        The mean prediction with the column set to a value in all rows (partial dependence, Friedman
        2001); the same of single rows (individual conditional expectation, Goldstein and others
        2015); the mean local effect, added up (accumulated local effects, Apley and Zhu 2020),
        which leaves correlated columns where they are, and of two columns is what they do together;
        or the mean derivative.
    predict_type : {"response", "link"}
        The scale of predictions, as `type` of `predict()`.
    grid : int, optional
        How many values (or intervals, of "ale"): by default 50, and 20 each of two columns.
    values : array, optional
        The values themselves, of one column; not for "ale" and "average".
    center : bool, default False
        For "partial" and "ice" of one column: less what is predicted at the first value.
    curves : int, default 100
        For "ice": how many rows, spread evenly over what they are predicted.
    level : float, default 0.95
        The share of a fit's bootstrap replicates between the limits.
    weights : array (n,), optional
        How much each row counts in the mean.
    offset, model
        As for `predict()`.

    Returns
    -------
    dict
        `values`, a list with the values of each column, and the `estimate` there, (G, d) or
        (G, H, d). Of "ice" also `curves` (m, G, d) and which `rows` (m,) they are of. Of "average"
        the names of the `variables` and the `estimate` (variables, d): of a variable with classes
        an entry for each but the first, "g: b - a", as it differs from that one.
        Of a fit with replicates `std_error`, `lower` and `upper`; of a linear one under a
        likelihood and without a penalty `std_error`, by the delta method.

    Raises
    ------
    NNFitError
        Naming the argument that cannot be.

    References
    ----------
    Friedman (2001), Greedy function approximation, Annals of Statistics 29(5), 1189-1232.
    Goldstein, Kapelner, Bleich and Pitkin (2015), Peeking inside the black box, Journal of
    Computational and Graphical Statistics 24(1), 44-65.
    Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised
    learning models, Journal of the Royal Statistical Society B 82(4), 1059-1086.
    """
    check_choice(type, TYPES, "type")
    check_choice(predict_type, ("response", "link"), "predict_type")
    number = count_of(curves, "curves", 1)
    spread = Spread("none", check_level(level))
    centred = flag_of(center, "center")
    forks.settle()
    surface = Surface(fit, predict_type, model)
    _refuse_others(surface, type, grid, values, centred)
    check_index(x, offset, "offset")
    rows = rows_of(surface, x, offset, None, None)
    counted = as_weights(weights, len(rows.x), x=x)
    rows = rows if counted is None else rows._replace(weights=counted)
    known = Variables.of(surface.reopened.formula, x)
    if known is None:
        check_columns(surface.reopened.formula, variables)
    movable: Movable = (
        OfColumns(rows.x, surface.spec.feature_names) if known is None else OfVariables(known)
    )
    most = rows.x.shape[1] if type == "average" else 1 if type == "ice" or centred else 2
    keys = movable.chosen(variables, most)
    asked = _Asked(surface, fit, rows, movable, keys, spread._replace(source=_source(fit, surface)))
    with threads_for(min(len(rows.x), ROWS_AT_ONCE) * networks.size_of(surface.network)):
        if type == "average":
            return _average(asked)
        places = PLACES[len(keys)] if grid is None else count_of(grid, "grid", 2)
        if type == "ale":
            return _local(asked, places)
        if values is not None:
            at = [movable.asked(values, keys)]
        else:
            at = [movable.spread(key, places) for key in keys]
        number = number if type == "ice" else 0
        return _partial(asked, at, "centred" if centred else "means", number)


class _Asked(NamedTuple):
    surface: Surface
    fit: Mapping[str, Any]
    rows: Rows
    movable: Movable
    keys: list[Any]
    spread: Spread

    def answer(self, *wanted: Wanted) -> list[dict[str, np.ndarray]]:
        return explained(self.surface, self.fit, wanted, self.rows, self.spread)


def _refuse_others(surface: Surface, type: str, grid: Any, values: Any, centred: bool) -> None:
    if surface.spec.embedded and type in ("ale", "average"):
        raise NNFitError("type", f'"{type}" is not there for a fit with embedded classes.')
    if grid is not None and (type == "average" or values is not None):
        raise NNFitError("grid", "is for types with a grid, and without `values`.", "Leave it out.")
    if values is not None and type in ("ale", "average"):
        raise NNFitError("values", f'does not go with type "{type}".', "Leave it out.")
    if centred and type in ("ale", "average"):
        raise NNFitError("center", f'does not go with type "{type}".', "Leave it out.")


def _source(fit: Mapping[str, Any], surface: Surface) -> str:
    """Say by what limits or standard errors are: nothing, replicates or the likelihood."""
    replicates, known = fit.get("replicates"), fit.get("information")
    if replicates and np.size(replicates["train_loss"]) > 1:
        return "replicates"
    spec = surface.spec
    fault = (fit.get("fault") or {}).get("kind")
    if known is None or fault or not spec.linear or spec.penalty > 0 or spec.likelihood is None:
        return "none"
    return "likelihood" if known["gap"] <= FAR else "none"


def _average(asked: _Asked) -> dict[str, Any]:
    names, moves = zip(*(asked.movable.average(key) for key in asked.keys))
    found = asked.answer(*moves)
    told = {
        name: np.concatenate([one[name].reshape(-1, one[name].shape[-1]) for one in found])
        for name in found[0]
    }
    return {"variables": [name for those in names for name in those], **told}


def _partial(asked: _Asked, at: Sequence[np.ndarray], after: str, curves: int) -> dict[str, Any]:
    places = [one.ravel() for one in np.meshgrid(*at, indexing="ij")]
    wanted = Wanted(asked.movable.grid(asked.keys, places), after)
    more: dict[str, Any] = {}
    if curves:
        which, found = individual(asked.surface, wanted, asked.rows, curves)
        more = {"curves": found, "rows": which}
    shape = tuple(len(one) for one in at)
    told = asked.answer(wanted)[0]
    shaped = {name: one.reshape(*shape, one.shape[-1]) for name, one in told.items()}
    return {"values": list(at), **shaped, **more}


def _local(asked: _Asked, places: int) -> dict[str, Any]:
    each = [asked.movable.numbers(key) for key in asked.keys]
    edges, cells = zip(*(intervals(numbers, places) for numbers in each))
    sizes = tuple(len(one) - 1 for one in edges)
    if 0 in sizes:
        raise NNFitError("variables", "must be columns that vary.")
    signs, values = corners(edges, cells)
    columns, moved = asked.movable.stepped(asked.keys, values)
    steps = Steps(
        columns, moved, signs, np.arange(len(asked.rows.x)),
        np.asarray(np.ravel_multi_index(cells, sizes)), math.prod(sizes),
    )  # fmt: skip
    two = len(sizes) == 2
    shape = (sizes[0], sizes[1]) if two else None
    told = asked.answer(Wanted(steps, "together" if two else "accumulated", None, shape))[0]
    return {"values": list(edges), **told}


def intervals(column: np.ndarray, places: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut a column at its quantiles: the ends (K + 1,), and which interval each row is in."""
    ends = np.unique(np.quantile(column, np.linspace(0, 1, places + 1), method="inverted_cdf"))
    cells = np.clip(np.searchsorted(ends, column, side="left") - 1, 0, max(len(ends) - 2, 0))
    return ends, cells


def corners(
    edges: Sequence[np.ndarray], cells: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Give signs (S,) and values (S, n, J): each row at the ends of its intervals."""
    signs, values = [], []
    for corner in np.ndindex(*[2] * len(edges)):
        signs.append((-1.0) ** (len(edges) - sum(corner)))
        at = [ends[cell + side] for ends, cell, side in zip(edges, cells, corner)]
        values.append(np.stack(at, 1))
    return np.array(signs), np.stack(values)
