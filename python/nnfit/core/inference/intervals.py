"""Intervals around predictions: percentiles of what replicates predict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import nn

from ..data.reading import as_features
from ..data.scaling import Scaling
from ..ground.errors import NNFitError
from ..model import network as models
from ..model.predictions import predict_with, reopen

VALUES_AT_ONCE = 8_000_000  # bounds the memory: predictions of all replicates for some rows


def predict_interval(
    fit: Mapping[str, Any],
    x: Any,
    *,
    level: float = 0.95,
    type: str = "response",
    model: nn.Module | None = None,
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
    type, model
        As for `predict()`.

    Returns
    -------
    dict
        `fit`, `lwr` and `upr`, each (n, number of outputs).
    """
    if not 0 < level < 1:
        raise NNFitError("level", f"must be above 0 and below 1, not {level!r}.")
    replicates = fit.get("replicates")
    if not replicates or not len(replicates["seeds"]):
        raise NNFitError("fit", "has no replicates.", "Fit with `bootstrap=100`.")
    x = as_features(x, any_shape=bool(fit["options"]["own_model"]))
    network, spec = reopen(fit, type, model)
    point = predict_with(network, spec, Scaling.of_fit(fit["scaling"]), x, type)
    limits = [(1 - level) / 2, (1 + level) / 2]
    lower, upper = np.empty_like(point), np.empty_like(point)
    size = max(1, VALUES_AT_ONCE // (len(replicates["seeds"]) * point.shape[1]))
    for start in range(0, len(x), size):
        part = slice(start, start + size)
        values = predict_replicates(fit, x[part], type=type, model=model)
        lower[part], upper[part] = np.quantile(values, limits, axis=0)
    return {"fit": point, "lwr": lower, "upr": upper}


def predict_replicates(
    fit: Mapping[str, Any],
    x: np.ndarray,
    *,
    type: str = "response",
    model: nn.Module | None = None,
) -> np.ndarray:
    """Predict with each replicate of a fit: (R, n, number of outputs)."""
    network, spec = reopen(fit, type, model)
    stacked = fit["replicates"]
    predictions = []
    for replicate in range(len(np.atleast_1d(stacked["train_loss"]))):
        models.load(network, _one(stacked["parameters"], replicate)).to(spec.torch_device)
        scale = Scaling.of_fit(_one(stacked["scaling"], replicate))
        predictions.append(predict_with(network, spec, scale, x, type))
    return np.stack(predictions)


def _one(stacked: Mapping[str, Any] | None, replicate: int) -> dict[str, Any] | None:
    if stacked is None:
        return None
    return {name: np.asarray(values)[replicate] for name, values in stacked.items()}
