"""Columns that a linear model can not tell from others, as R's `lm()` finds and leaves them out."""

from __future__ import annotations

import numpy as np

from . import moments
from .scaling import CONSTANT

TOLERANCE = 1e-7  # the share of its length that a column must have of its own: that of `lm()`
CLEAR = 1e-5  # the share of its squared length; sums of products are not good to many more digits
SAMPLE = 1000  # rows that are enough to see that nothing is aliased, and so many more a column


def aliased(columns: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Find the columns that follow from those before them, by Gram's and Schmidt's method.

    Parameters
    ----------
    columns : array (m, p)
        About their means, where the model has an intercept.
    lengths : array (p,)
        Of the columns as they are, by which rounding is judged.

    Returns
    -------
    array (p,) of bool
        Columns without length are among them.
    """
    own = moments.lengths(columns)
    least = np.maximum(TOLERANCE * own, CONSTANT * lengths)
    left, found = columns.copy(), np.zeros(columns.shape[1], dtype=bool)
    for j in range(columns.shape[1]):
        length = moments.lengths(left[:, [j]])[0]
        found[j] = length <= least[j]
        if not found[j]:
            direction = left[:, j] / length
            left[:, j + 1 :] -= np.outer(direction, direction @ left[:, j + 1 :])
    return found


def suspected(x: np.ndarray, center: bool) -> bool:
    """Tell whether columns (n, p) might be aliased, at little cost.

    What is aliased is so in every part of the rows: a part in which nothing is clears all.
    """
    step = max(1, len(x) // (SAMPLE + 10 * x.shape[1]))
    part = x[::step].astype(np.float64)
    part = part - part.mean(axis=0) if center else part
    lengths = moments.lengths(part)
    if not lengths.all():
        return True
    part /= lengths
    try:
        return bool(
            np.square(np.linalg.cholesky(part.T @ part).diagonal()).min(initial=1.0) < CLEAR
        )
    except np.linalg.LinAlgError:
        return True
