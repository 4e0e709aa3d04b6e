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
from ..model.outputs import output_names
from .asked import check_choice
from .explain import Spread, Wanted, explained, individual, rows_of
from .found import Effects
from .movable import Movable, OfColumns, OfVariables
from .moves import Rows, Steps
from .numbers import as_count, as_flag
from .surface import ROWS_AT_ONCE, Surface
from .variables import Variables, check_columns

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
) -> Effects:
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
    Effects
        A dict that shows its beginning; `to_frame()` gives a row for each output and place, or
        curve, to pandas: the variables by their names (with `_` behind one that is called as
        another column), `estimate` and what there is of the following.
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
    given = _Given.of(type, predict_type, grid, values, center, curves, level)
    forks.settle()
    surface = Surface(fit, predict_type, model)
    _refuse_others(surface, given)
    check_index(x, offset, "offset")
    rows = _weighed(rows_of(surface, x, offset, None, None), weights, x)
    movable = _movable(surface, rows, x, variables)
    keys = movable.chosen(variables, given.most(rows.x.shape[1]))
    spread = Spread(_source(fit, surface), given.level)
    asked = _Asked(surface, fit, rows, movable, keys, spread)
    with threads_for(min(len(rows.x), ROWS_AT_ONCE) * networks.size_of(surface.network)):
        found = WAYS[given.type](asked, given)
    outputs = output_names(surface.spec, surface.reopened.width)
    return Effects(found, given.type, [movable.name(key) for key in keys], outputs, len(rows.x))


class _Given(NamedTuple):
    """What of the call needs no fit to be read."""

    type: str
    grid: Any
    values: Any
    centred: bool
    curves: int
    level: float

    @classmethod
    def of(
        cls, type: Any, predict_type: Any, grid: Any, values: Any, center: Any, curves: Any,
        level: Any,
    ) -> _Given:  # fmt: skip
        check_choice(type, tuple(WAYS), "type")
        check_choice(predict_type, ("response", "link"), "predict_type")
        number, centred = as_count("curves", curves), as_flag("center", center)
        return cls(type, grid, values, centred, number, check_level(level))

    def most(self, columns: int) -> int:
        """Say how many variables may move."""
        return columns if self.type == "average" else 1 if self.type == "ice" or self.centred else 2

    def places(self, keys: Sequence[Any]) -> int:
        """Say how many values each of some variables has."""
        return PLACES[len(keys)] if self.grid is None else as_count("grid", self.grid, 2)


class _Asked(NamedTuple):
    """A fit, the rows to average over, and what is to move in them."""

    surface: Surface
    fit: Mapping[str, Any]
    rows: Rows
    movable: Movable
    keys: list[Any]
    spread: Spread

    def answer(self, *wanted: Wanted) -> list[dict[str, np.ndarray]]:
        return explained(self.surface, self.fit, wanted, self.rows, self.spread)


def _weighed(rows: Rows, weights: Any, x: Any) -> Rows:
    counted = as_weights(weights, len(rows.x), x=x)
    return rows if counted is None else rows._replace(weights=counted)


def _movable(surface: Surface, rows: Rows, x: Any, variables: Any) -> Movable:
    """Tell columns of an array from variables of a formula."""
    formula = surface.reopened.formula
    known = Variables.of(formula, x)
    if known is not None:
        return OfVariables(known)
    check_columns(formula, variables)
    return OfColumns(rows.x, surface.spec.feature_names)


def _refuse_others(surface: Surface, given: _Given) -> None:
    """Refuse what is of another type of effect."""
    type, moved = given.type, given.type in ("ale", "average")
    if surface.spec.embedded and moved:
        raise NNFitError("type", f'"{type}" is not there for a fit with embedded classes.')
    if given.grid is not None and (type == "average" or given.values is not None):
        raise NNFitError("grid", "is for types with a grid, and without `values`.", "Leave it out.")
    if given.values is not None and moved:
        raise NNFitError("values", f'does not go with type "{type}".', "Leave it out.")
    if given.centred and moved:
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


def _average(asked: _Asked, given: _Given) -> dict[str, Any]:
    names, moves = zip(*(asked.movable.average(key) for key in asked.keys))
    found = asked.answer(*moves)
    told = {
        name: np.concatenate([one[name].reshape(-1, one[name].shape[-1]) for one in found])
        for name in found[0]
    }
    return {"variables": [name for those in names for name in those], **told}


def _partial(asked: _Asked, given: _Given) -> dict[str, Any]:
    """Predict at each place, in the mean and, of "ice", for single rows."""
    at = _places(asked, given)
    each = [one.ravel() for one in np.meshgrid(*at, indexing="ij")]
    wanted = Wanted(asked.movable.grid(asked.keys, each), "centred" if given.centred else "means")
    more: dict[str, Any] = {}
    if given.type == "ice":
        which, found = individual(asked.surface, wanted, asked.rows, given.curves)
        more = {"curves": found, "rows": which}
    shape = tuple(len(one) for one in at)
    told = asked.answer(wanted)[0]
    shaped = {name: one.reshape(*shape, one.shape[-1]) for name, one in told.items()}
    return {"values": at, **shaped, **more}


def _places(asked: _Asked, given: _Given) -> list[np.ndarray]:
    if given.values is not None:
        return [asked.movable.asked(given.values, asked.keys)]
    places = given.places(asked.keys)
    return [asked.movable.spread(key, places) for key in asked.keys]


def _local(asked: _Asked, given: _Given) -> dict[str, Any]:
    """Add up what predictions do within the intervals of the rows."""
    places = given.places(asked.keys)
    each = [asked.movable.numbers(key) for key in asked.keys]
    edges, cells = zip(*(intervals(numbers, places) for numbers in each))
    sizes = tuple(len(one) - 1 for one in edges)
    if 0 in sizes:
        raise NNFitError("variables", "must be columns that vary.")
    wanted = _steps(asked, edges, cells, sizes)
    return {"values": list(edges), **asked.answer(wanted)[0]}


def _steps(
    asked: _Asked, edges: Sequence[np.ndarray], cells: Sequence[np.ndarray], sizes: tuple[int, ...]
) -> Wanted:
    """Put each row at the ends of its intervals; of two variables, what they do together."""
    signs, values = corners(edges, cells)
    columns, moved = asked.movable.stepped(asked.keys, values)
    belongs = np.asarray(np.ravel_multi_index(tuple(cells), sizes))
    rows = np.arange(len(asked.rows.x))
    steps = Steps(columns, moved, signs, rows, belongs, math.prod(sizes))
    if len(sizes) == 2:
        return Wanted(steps, "together", shape=(sizes[0], sizes[1]))
    return Wanted(steps, "accumulated")


WAYS = {"partial": _partial, "ice": _partial, "ale": _local, "average": _average}


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
