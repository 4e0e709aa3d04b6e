"""Whether an outcome bends where a model is a straight line."""

from __future__ import annotations

import numpy as np

CLEAR = 9.0  # three standard errors, squared
FLAT = 1e-3  # a spread of predictions, in that of the outcome, that says nothing
NEAR = 1.5  # of the best line's sum of squares
NEGLIGIBLE = 1e-10  # a part of the outcome's sum of squares: float32's rounding


def bends(
    x: np.ndarray, predicted: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
) -> bool:
    """Tell whether the square of a linear prediction helps to predict: by three standard errors.

    Not so where the prediction is not even near the best straight line: it is not trained yet.

    Ramsey, Tests for specification errors in classical linear least-squares regression analysis
    (1969). Where all predictions are the same, the squares of the columns take that place.

    Parameters
    ----------
    x : array (n, p)
    predicted, y : array (n, d)
    weights : array (n,), optional
    """
    root = np.ones((len(x), 1)) if weights is None else np.sqrt(weights)[:, None]
    design = np.column_stack([np.ones(len(x)), _standardised(x)]) * root
    freedom = len(x) - design.shape[1] - 1
    if freedom < 1:
        return False
    flat = predicted.std(axis=0) <= FLAT * y.std(axis=0)
    squares = np.where(flat, _squares(x).sum(axis=1, keepdims=True), _squares(predicted))
    basis = np.linalg.qr(design)[0]
    whole = _standardised(y) * root
    rest, more = (part - basis @ (basis.T @ part) for part in (whole, squares * root))
    before, length = np.square(rest).sum(axis=0), np.square(more).sum(axis=0)
    errors = (y - predicted) / np.where(y.std(axis=0) > 0, y.std(axis=0), 1.0) * root
    near = np.square(errors).sum(axis=0) <= NEAR * before
    said = (
        near & (length > NEGLIGIBLE * len(x)) & (before > NEGLIGIBLE * np.square(whole).sum(axis=0))
    )
    gained = np.square((rest * more).sum(axis=0)) / np.where(said, length, 1.0)
    return bool((said & (gained * freedom > CLEAR * (before - gained))).any())


def _standardised(values: np.ndarray) -> np.ndarray:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _squares(values: np.ndarray) -> np.ndarray:
    return np.square(_standardised(values))
