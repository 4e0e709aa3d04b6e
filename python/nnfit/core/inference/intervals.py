"""Intervals around predictions: percentiles of what replicates predict."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from ..data.frames import check_index
from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..model.predictions import Reopened
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
) -> dict[str, NDArray[Any]]:
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
    level = check_level(level)
    reopened = Reopened(fit, type, model)
    replicates = fit.get("replicates")
    if not replicates or not len(replicates["seeds"]):
        raise NNFitError("fit", "has no replicates.", "Fit with `bootstrap=100`.")
    check_index(x, offset, "offset")
    x, given = reopened.rows(x, offset)
    point = reopened.predict(x, given)
    limits = [(1 - level) / 2, (1 + level) / 2]

    def of_rows(rows: NDArray[Any], offset: NDArray[Any] | None) -> Any:
        values = predict_replicates(reopened, replicates, rows, offset)
        return np.quantile(values, limits, axis=0)

    lower, upper = by_parts(of_rows, x, given, len(replicates["seeds"]) * point.shape[1])
    return {"fit": point, "lwr": lower, "upr": upper}


def by_parts(
    of_rows: Callable[[NDArray[Any], NDArray[Any] | None], Any],
    x: NDArray[Any],
    offset: NDArray[Any] | None,
    values: int,
) -> NDArray[Any]:
    """Compute (..., n, k) of some rows at a time: each takes so many values on the way."""
    size = max(1, VALUES_AT_ONCE // values)
    parts = (slice(start, start + size) for start in range(0, len(x), size))
    found = [of_rows(x[part], None if offset is None else offset[part]) for part in parts]
    return np.concatenate(found, axis=-2)


def check_level(level: Any) -> float:
    """Refuse what is no share between 0 and 1."""
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
    x: NDArray[Any],
    offset: NDArray[Any] | None = None,
) -> NDArray[Any]:
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
