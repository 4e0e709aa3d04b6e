"""Whether an outcome bends where a model is a straight line."""

from __future__ import annotations

import numpy as np

CLEAR = 9.0  # three standard errors, squared


def bends(
    x: np.ndarray, predicted: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
) -> bool:
    """Tell whether the square of a linear prediction helps to predict: by three standard errors.

    Ramsey, Tests for specification errors in classical linear least-squares regression analysis
    (1969).

    Parameters
    ----------
    x : array (n, p)
    predicted, y : array (n, d)
    weights : array (n,), optional
    """
    root = np.ones((len(x), 1)) if weights is None else np.sqrt(weights)[:, None]
    design = np.column_stack([np.ones(len(x)), x]) * root
    freedom = len(x) - design.shape[1] - 1
    if freedom < 1:
        return False
    basis = np.linalg.qr(design)[0]
    squares = np.square(_standardised(predicted)) * root
    rest, more = (values - basis @ (basis.T @ values) for values in (y * root, squares))
    before, length = np.square(rest).sum(0), np.square(more).sum(0)
    said = (length > 1e-12 * len(x)) & (before > 0)
    gained = np.square((rest * more).sum(0)) / np.where(said, length, 1.0)
    return bool((said & (gained * freedom > CLEAR * (before - gained))).any())


def _standardised(values: np.ndarray) -> np.ndarray:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
