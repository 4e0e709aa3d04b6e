"""Intervals around predictions: percentiles of what replicates predict."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from torch import nn

from ..data.frames import check_index
from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..model.predictions import Reopened, member_responses
from ..options.families import Family
from ..options.ranges import Unfit, as_number

VALUES_AT_ONCE = 8_000_000  # bounds the memory: predictions of all replicates for some rows


def predict_interval(
    fit: Mapping[str, Any],
    x: Any,
    *,
    level: float = 0.95,
    type: str = "response",
    model: nn.Module | None = None,
    offset: Any = None,
) -> dict[str, np.ndarray]:
    """Predict with percentile limits from the replicates of a fit.

    Parameters
    ----------
    fit : mapping
        What `fit(..., bootstrap=)` returned; `parameters`, `scaling`, `options` and
        `replicates` are enough.
    x : array or tensor (n, p)
    level : float, default 0.95
        The share of the replicates' predictions between the limits, row by row.
    type, model, offset
        As for `predict()`.

    Returns
    -------
    dict
        `fit`, `lwr` and `upr`, each (n, number of outputs).
    """
    level = _check_level(level)
    reopened = Reopened(fit, type, model)
    replicates = fit.get("replicates")
    if not replicates or not len(replicates["seeds"]):
        raise NNFitError("fit", "has no replicates.", "Fit with `bootstrap=100`.")
    check_index(x, offset, "offset")
    x = reopened.features(x)
    given = reopened.offset(offset, len(x))
    point = reopened.predict(x, given)
    limits = [(1 - level) / 2, (1 + level) / 2]

    def of_rows(rows: np.ndarray, offset: np.ndarray | None) -> Any:
        values = predict_replicates(reopened, replicates, rows, offset)
        return np.quantile(values, limits, axis=0)

    lower, upper = _by_parts(of_rows, point, x, given, len(replicates["seeds"]))
    return {"fit": point, "lwr": lower, "upr": upper}


def _by_parts(
    limits: Callable[[np.ndarray, np.ndarray | None], Any],
    point: np.ndarray,
    x: np.ndarray,
    offset: np.ndarray | None,
    values: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute lower and upper limits, like `point` (n, d), which take so many values for a row."""
    lower, upper = np.empty_like(point), np.empty_like(point)
    size = max(1, VALUES_AT_ONCE // (values * point.shape[1]))
    for start in range(0, len(x), size):
        part = slice(start, start + size)
        lower[part], upper[part] = limits(x[part], None if offset is None else offset[part])
    return lower, upper


def predict_conformal(
    fit: Mapping[str, Any], x: Any, *, level: float = 0.95, offset: Any = None
) -> dict[str, np.ndarray]:
    """Predict with limits between which a new outcome falls, whatever its distribution.

    The interval is CV+ of Barber, Candes, Ramdas and Tibshirani (2021), Predictive inference with
    the jackknife+, Annals of Statistics 49(1), 486-507. For each row of the fit, what the members
    that have not seen it predict for the new row, plus and minus what they have missed of that
    row; the limits are quantiles of these. If rows are exchangeable, a share of at least
    1 - 2 (1 - level) of new outcomes is between them, and in practice about `level`.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned of a network whose penalty was chosen, of a numeric outcome;
        `parameters`, `scaling`, `options` and `held_out` are enough.
    x : array or tensor (n, p)
    level : float, default 0.95
    offset : array, optional
        As for `predict()`.

    Returns
    -------
    dict
        `fit`, `lwr` and `upr`, each (n, number of outcomes). A limit is infinite where the rows of
        the fit are too few for the level, unless the loss bounds the outcome, as counts at 0.
    """
    level = _check_level(level)
    reopened = Reopened(fit, "response", None)
    held_out = fit.get("held_out")
    if not held_out:
        raise NNFitError(
            "fit",
            "has no rows held out for such an interval.",
            "Fit a network of which you say no more than `hidden_units`.",
        )
    check_index(x, offset, "offset")
    x = reopened.features(x)
    given = reopened.offset(offset, len(x))
    point = reopened.predict(x, given)
    member = np.asarray(held_out["member"], dtype=int)
    sizes = np.abs(np.asarray(held_out["residual"]).reshape(len(member), -1))[:, None]

    def of_rows(rows: np.ndarray, offset: np.ndarray | None) -> Any:
        predicted = member_responses(
            reopened.network, reopened.spec, reopened.scaling, rows, offset
        )
        unseen = sum(predicted[which] for which in member.T) / member.shape[1]
        return -_at_rank(sizes - unseen, level), _at_rank(unseen + sizes, level)

    lower, upper = _by_parts(of_rows, point, x, given, len(member))
    return {"fit": point, **_within(reopened.spec.family, lower, upper)}


def _within(loss: Family, lower: np.ndarray, upper: np.ndarray) -> dict[str, np.ndarray]:
    """Draw limits in to where an outcome can be at all: a count is not below 0."""
    floors = [bound for bound in (loss.at_least, loss.above) if bound is not None]
    ceiling = math.inf if loss.at_most is None else loss.at_most
    return {
        "lwr": np.maximum(lower, max(floors, default=-math.inf)),
        "upr": np.minimum(upper, ceiling),
    }


def _at_rank(values: np.ndarray, level: float) -> np.ndarray:
    """Give of n values, along the first axis, the one at rank `level` (n + 1), counted upwards."""
    rank = math.ceil(level * (len(values) + 1)) - 1
    if rank >= len(values):
        return np.full(values.shape[1:], math.inf)
    return np.partition(values, rank, axis=0)[rank]


def _check_level(level: Any) -> float:
    try:
        share = float(as_number(level))
    except (Unfit, OverflowError):
        share = math.nan
    if not 0 < share < 1:
        problem = f"must be a number above 0 and below 1, not {reprlib.repr(level)}."
        raise NNFitError("level", problem)
    return share


def predict_replicates(
    reopened: Reopened,
    replicates: Mapping[str, Any],
    x: np.ndarray,
    offset: np.ndarray | None = None,
) -> np.ndarray:
    """Predict with each replicate of a fit: (R, n, number of outputs)."""
    predictions = []
    for replicate in range(len(np.atleast_1d(replicates["train_loss"]))):
        scaling = replicates["scaling"]
        if scaling is not None:
            scaling = Scaling.of_fit(_of_replicate(scaling, replicate))
        reopened.load(_of_replicate(replicates["parameters"], replicate), scaling)
        predictions.append(reopened.predict(x, offset))
    return np.stack(predictions)


def _of_replicate(stacked: Mapping[str, Any], replicate: int) -> dict[str, Any]:
    return {name: np.asarray(values)[replicate] for name, values in stacked.items()}
