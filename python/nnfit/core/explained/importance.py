"""How much the predictions of a fit owe to its predictors: by what it costs to lose one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from ..formula.formula import Formula
from ..ground import forks
from ..ground.errors import NNFitError
from ..ground.renamed import renamed
from ..ground.threads import threads_for
from ..inference.intervals import check_level
from ..model.outputs import output_names
from .found import Importance
from .moved import Made, Moved
from .numbers import as_count, as_seed
from .rows import Asked, open_rows
from .scores import Score, judged_by, score_of
from .spread import Estimate
from .student import t_between
from .terms import Donated, Term, donated, read_groups, read_pairs, read_variables, terms_of
from .variables import Variables, check_columns

OF_R = dict.fromkeys(("x", "y", "weights", "offset"), "data")  # where R has them from


def importance(
    fit: Mapping[str, Any],
    x: Any,
    y: Any,
    *,
    groups: Mapping[str, Any] | None = None,
    interactions: bool | Sequence[tuple[str, str]] = False,
    metric: str | None = None,
    outcome: str | int | None = None,
    repeats: int = 10,
    seed: int | None = None,
    level: float = 0.95,
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
) -> Importance:
    """Compute permutation importances: by how much the loss rises where a predictor is lost.

    Each row is given the values that another row has in some columns, and keeps all others. So
    what these say of this row is gone, and they are distributed as before. The rise of the mean
    loss is the model reliance of Fisher, Rudin and Dominici (2019), All models are wrong, but many
    are useful, Journal of Machine Learning Research 20(177), as a difference; Breiman (2001),
    Random forests, Machine Learning 45(1). The other row is the r-th further on along one random
    cycle through all, in repeat r: no row is given its own values, nor those of another twice, and
    n - 1 repeats are all pairs of rows.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned.
    x, y : array
        Rows as `fit()` takes them; better rows that it was not made on. Of a fit by a formula x is
        a data frame, or a dict of columns, with its variables: all columns of the fit that follow
        from a variable are then made anew. Columns of an array are moved as they are.
    groups : dict, optional
        Columns that are moved together, by the name of their group: names or positions from 0, or
        variables of the formula. By default each column, or each variable, is one.
    interactions : bool or list of pairs of groups, default False
        Also of pairs, True: of all: what moving either costs, less what moving both at once does.
    metric : str, optional
        A name in `metrics.csv`, such as "rmse"; by default the loss of the fit, in the user's
        units, which has the `class_weights` of the fit: a metric has not.
    outcome : str or int, optional
        Of several numeric outcomes one, by its name or its position from 0, whose loss or metric
        alone is taken. By default that over all, in the units of the data: an outcome of large
        values counts for most of it.
    repeats : int, default 10
        How many other rows each row is given values of; n - 1 at most.
    seed : int, optional
        None: NumPy draws one.
    level : float, default 0.95
        Of the intervals.
    weights, offset : array, optional
        As for `fit()`. Weights count in the mean; who gives values to whom does not depend on them.
    model : nn.Module, optional
        Your own module again, where the fit came from one.

    Returns
    -------
    Importance
        A dict that shows its beginning; `to_frame()` gives a row for each group and pair to pandas.
        `term`, `importance`, `std_error`, `conf_low` and `conf_high`, lists with an entry for each
        group and pair; the name of the `metric` ("loss": that of the fit), its value `baseline` on
        the rows as they are, and `repeats`.

        An importance is of this fit, and its error that of a mean over rows: how far it would be
        another on other rows of the same kind, and by other deals. It knows nothing of other fits.

    Raises
    ------
    NNFitError
        Naming the argument that does not go with the fit.
    """
    level, repeats = check_level(level), as_count("repeats", repeats)
    rng = np.random.default_rng(as_seed(seed))
    asked = open_rows(fit, x, y, weights, offset, model, trained=metric is None)
    known = asked.variables
    if known is None:
        check_columns(Formula.of(fit), groups)
    named: Mapping[str, Sequence[Any]] = (
        read_groups(groups, asked.spec) if known is None else read_variables(groups, known)
    )
    moved, terms = terms_of(named, read_pairs(interactions, list(named)))
    if known is None:
        moves, made = [Donated(columns, []) for columns in moved], None
    else:
        moves = [donated(names, known) for names in moved]
        made = _by_formula(known, moved, moves)
    cycle = rng.permutation(len(asked.table.x))
    judged = judged_by(outcome, asked.spec)
    score = score_of(asked, metric, judged)
    found = _found(asked, moves, terms, cycle, repeats, score, level, made)
    names = output_names(asked.spec, asked.spec.n_responses)
    return Importance(found, len(asked.table.x), None if judged is None else names[judged])


def _by_formula(known: Variables, moved: list[list[str]], moves: list[Donated]) -> Made:
    """Make columns of variables of which some are those of other rows."""

    def made(place: int, repeat: int, rows: np.ndarray) -> np.ndarray:
        others = {name: known.given[name][rows] for name in moved[place]}
        return known.columns(others)[:, moves[place].made]

    return made


def permuted(
    fit: Mapping[str, Any],
    x: Any,
    y: Any,
    *,
    moves: Sequence[Sequence[Sequence[int]]],
    terms: Sequence[Sequence[Any]],
    cycle: Any,
    repeats: int,
    metric: str | None = None,
    outcome: int | None = None,
    level: float = 0.95,
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
    made: Made = None,
) -> dict[str, Any]:
    """Compute the same of columns that a caller works out: as R does, which knows the formula.

    Parameters
    ----------
    moves, terms
        As `Donated` and `Term`, without their names.
    cycle : array (n,)
        The rows in the order in which values are passed on, from 0.
    outcome : int, optional
        Of several numeric outcomes, which are no levels of one, the position of that which is
        judged by, from 0. None: all together.
    made : callable, optional
        Gives a move's columns `made` (n, c), from the numbers of the move and the repeat, from 0,
        and which row each is given values of. All rows must count.
    """
    with renamed(OF_R):
        asked = open_rows(fit, x, y, weights, offset, model, trained=metric is None)
    order = np.atleast_1d(np.asarray(cycle, dtype=np.int64))
    if not asked.counts.all():
        kept = np.cumsum(asked.counts) - 1
        order = kept[order[asked.counts[order]]]
    read = [Donated(*(np.atleast_1d(part).astype(int).tolist() for part in one)) for one in moves]
    asked_terms = [
        Term(str(name), *(np.atleast_1d(part).astype(int).tolist() for part in parts))
        for name, *parts in terms
    ]
    with renamed(OF_R):
        score = score_of(asked, metric, outcome)
        return _found(asked, read, asked_terms, order, repeats, score, check_level(level), made)


def _found(
    asked: Asked,
    moves: list[Donated],
    terms: list[Term],
    cycle: np.ndarray,
    repeats: int,
    score: Score,
    level: float,
    made: Made,
) -> dict[str, Any]:
    forks.settle()
    n = len(asked.table.x)
    repeats = min(repeats, n - 1)
    with torch.no_grad(), threads_for(0):
        moved = Moved(asked, moves, score, cycle, repeats, made)
        baseline = moved.baseline()
        if not np.isfinite(baseline):
            raise NNFitError(
                "metric" if score.name != "loss" else "x",
                f"gives a {score.name} of {score.sign * baseline} for the rows as they are.",
                "Give other rows.",
            )
        estimates = [moved.estimate(term) for term in terms]
    return {
        "term": [term.name for term in terms],
        **_columns(estimates, level),
        "metric": score.name, "baseline": score.sign * baseline, "repeats": repeats,
    }  # fmt: skip


def _columns(estimates: Sequence[Estimate], level: float) -> dict[str, list[float]]:
    away = [t_between(level, one.df) * one.error for one in estimates]
    return {
        "importance": [one.value for one in estimates],
        "std_error": [one.error for one in estimates],
        "conf_low": [one.value - by for one, by in zip(estimates, away)],
        "conf_high": [one.value + by for one, by in zip(estimates, away)],
    }
