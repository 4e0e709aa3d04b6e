"""Predictions for Parquet files by path, chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import nn

from .data.design import Design
from .data.parquet import ParquetFiles
from .data.scaling import Scaling
from .model.predictions import predict_with, reopen, width_of


def predict_parquet(
    fit: Mapping[str, Any],
    path: str,
    *,
    type: str = "response",
    model: nn.Module | None = None,
) -> np.ndarray:
    """Predict for every row of Parquet files from a fit by `fit_parquet()`.

    Parameters
    ----------
    fit : mapping
        What `fit_parquet()` returned; `parameters`, `scaling`, `options` and `design` are enough.
    path : str
        A file or a folder with the predictors' columns.
    type, model
        As in `predict()`.

    Returns
    -------
    array (n, number of outputs)
        In float64, in file order; NaN in rows with a predictor that is missing or infinite.
    """
    network, spec = reopen(fit, type, model)
    files = ParquetFiles(path)
    design = Design.of(fit["design"])
    files.check_columns(design.predictors)
    scale = Scaling.of_fit(fit["scaling"])
    out = np.full((files.rows, width_of(spec, type)), np.nan)
    for chunk in files.chunks(design.predictors, len(design.predictors) + design.width):
        x = design.features(chunk)
        whole = np.isfinite(x).all(axis=1)
        if whole.any():
            values = predict_with(network, spec, scale, x[whole], type)
            out[chunk.start : chunk.start + chunk.rows][whole] = values
    return out
