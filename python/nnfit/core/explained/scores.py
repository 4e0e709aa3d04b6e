"""How bad predictions are: by the loss of the fit, or by a metric; row by row where it is a mean.

Less is better of all of them: a metric of which more is better is counted with the other sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Optional

import numpy as np
import torch
from torch import Tensor

from ..data.batches import to_batch
from ..data.offset import settle
from ..diagnosis.losses import RowLosses
from ..ground.errors import NNFitError, listed
from ..model.metrics import SMALLEST, measure
from ..model.predictions import link_from, of_classes, response_of
from ..options.metrics import check_metrics, metric_rows, read_metric
from ..options.ranges import Unfit, short
from ..options.resolved import Resolved
from .asked import place_of
from .rows import Asked

Values = Callable[[Tensor], np.ndarray]
Whole = Callable[[np.ndarray, np.ndarray, Optional[np.ndarray]], float]


class Score(NamedTuple):
    """A way to judge what a network gives for all rows of an `Asked`.

    Attributes
    ----------
    name : str
        "loss", or a metric.
    sign : int
        -1 where more of it is better.
    values : callable
        Maps outputs (n, k) to losses (n,) whose mean is the score; if `whole`, to what that takes.
    whole : callable or None
        Maps values, positions of rows and their weights to the score, times `sign`; None: it is a
        mean over rows.
    """

    name: str
    sign: int
    values: Values
    whole: Whole | None


def score_of(asked: Asked, metric: Any, outcome: int | None = None) -> Score:
    """Make the score that a caller names; None: the loss of the fit.

    Of several numeric outcomes all together, or of the one at a position, from 0.
    """
    if metric is None:
        return _loss(asked, outcome)
    one = slice(None) if outcome is None else slice(outcome, outcome + 1)
    name = _metric_name(asked, metric)
    sign = -1 if metric_rows()[name].maximize else 1
    y = _truth(asked, name)
    y = y if asked.spec.levels else y[:, one]

    def predicted(output: Tensor) -> np.ndarray:
        link = link_from(output, asked.spec, asked.scaling, asked.table.offset)
        response = response_of(link, asked.spec)
        return of_classes(response) if asked.spec.levels else response[:, one]

    if name in BY_ROW:
        of_row = BY_ROW[name]
        return Score(name, sign, lambda output: sign * of_row(y, predicted(output)), None)
    return Score(
        name, sign, predicted,
        lambda values, rows, weights: sign * measure(name, y[rows], values, weights),
    )  # fmt: skip


def judged_by(outcome: Any, spec: Resolved) -> int | None:
    """Read one of several outcomes, by its name or its position from 0; None: it is all."""
    if outcome is None:
        return None
    one_each = spec.n_outcomes == spec.n_responses > 1
    if spec.levels or spec.family.joint or not one_each:
        raise NNFitError(
            "outcome",
            "is for fits of several numeric outcomes, of each of which one number is predicted.",
            "Leave it out.",
        )
    names, last = spec.outcome_names, spec.n_outcomes - 1
    place = place_of(outcome, names, spec.n_outcomes)
    if place is None:
        called = f"the name of one ({listed(names, most=20)}), or " if names else ""
        problem = f"must be {called}a position from 0 to {last}, not {short(outcome)}."
        raise NNFitError("outcome", problem)
    return place


def _metric_name(asked: Asked, metric: Any) -> str:
    spec = asked.spec
    kind = "survival" if spec.family.joint else "class" if spec.levels else "numeric"
    try:
        name = read_metric("metric", metric, kind)
    except Unfit:
        problem = f"must be the name of a metric, or None, not {short(metric)}."
        raise NNFitError("metric", problem) from None
    if spec.family.heads_by and len(spec.heads) > 1:
        raise NNFitError(
            "metric",
            f'does not go with several levels of the loss "{spec.loss.name}".',
            "Leave it out: the loss itself judges all levels.",
        )
    check_metrics("metric", [name], spec.family, kind)
    return name


def _truth(asked: Asked, name: str) -> np.ndarray:
    y = asked.table.y
    if asked.spec.levels is None:
        return y
    codes = y if y.ndim == 1 else y[:, 0]
    if (codes != np.floor(codes)).any():
        raise NNFitError(
            "metric",
            f'is "{name}", which is for a class a row, and these rows hold shares of two.',
            "Leave it out: the loss judges shares.",
        )
    return codes.astype(int)


def _loss(asked: Asked, outcome: int | None) -> Score:
    spec, scaling = asked.spec, asked.scaling
    if spec.family.own:
        raise NNFitError(
            "metric",
            "must name a metric: the loss is a function of your own, which a fit does not keep.",
            f'For example "{"accuracy" if spec.levels else "rmse"}".',
        )
    losses = RowLosses(spec, scaling, outcome)
    batch = to_batch(settle(asked.table, spec.loss), scaling, spec)
    if not spec.family.joint:
        return Score("loss", 1, lambda output: losses(output, batch).numpy() * losses.factor, None)

    def whole(values: np.ndarray, rows: np.ndarray, weights: np.ndarray | None) -> float:
        part = batch if len(rows) == len(asked.table.x) else batch.each(
            lambda column: column[torch.from_numpy(rows)]
        )  # fmt: skip
        total = float(losses(torch.from_numpy(values), part)) * losses.factor
        return total / float(len(rows) if weights is None else weights.sum())

    return Score("loss", 1, lambda output: output.numpy(), whole)


def _share(y: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    own = np.take_along_axis(probabilities, y[:, None], axis=1)[:, 0]
    return np.asarray(-np.log(np.clip(own, SMALLEST, 1 - SMALLEST)))


def _brier(y: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    truth = np.arange(probabilities.shape[1]) == y[:, None]
    return np.asarray(((probabilities - truth) ** 2).sum(axis=1) / 2)


def _mape(y: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100 * np.abs((y - predicted) / y).mean(axis=1))


# metrics that are means over rows, as `model.metrics` has them
BY_ROW: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "mae": lambda y, predicted: np.asarray(np.abs(y - predicted).mean(axis=1)),
    "mape": _mape,
    "accuracy": lambda y, scores: np.asarray(scores.argmax(axis=1) == y, dtype=float),
    "mn_log_loss": _share,
    "brier_class": _brier,
}
