"""Weights of classes, multiplied into those of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..ground.errors import NNFitError, listed
from ..options.asked import Asked


def weighed(
    asked: Asked, y: np.ndarray, weights: np.ndarray | None
) -> tuple[Asked, np.ndarray | None]:
    """Multiply row weights (n,) by those of the rows' classes.

    Parameters
    ----------
    asked : Asked
        Its levels are settled.
    y : array (n,) or (n, 1)
        As it is trained on: positions among the levels.
    weights : array (n,) or None

    Returns
    -------
    Asked
        With a number for each class, in the order of the levels.
    array (n,) or None

    Raises
    ------
    NNFitError
        If the outcome has no classes, or the weights lack some or name others.
    """
    if asked.class_weights is None:
        return asked, weights
    assert not isinstance(asked.class_weights, list)  # they are put into order here
    if asked.levels is None:
        raise NNFitError("class_weights", "needs an outcome of classes, and this one has none.")
    found = _numbers(asked.class_weights, asked.levels, y, weights)
    each = by_class(found, y)
    made = each if weights is None else each * weights
    if not made.any():
        raise NNFitError("class_weights", "leaves no row that counts.")
    return replace(asked, class_weights=found), made


def by_class(numbers: Sequence[float], y: np.ndarray) -> np.ndarray:
    """Give the number of each row's class (n,)."""
    return np.asarray(numbers, dtype=float)[y.reshape(-1).astype(int)]


def without(settled: Any, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
    """Give the weights of rows (n,) without those of their classes, by which metrics are.

    Rows of a class of weight 0 had none, and have none.

    Parameters
    ----------
    settled : list of float or None
        Of each class, as they were multiplied into `weights`; None: they were not.
    """
    if settled is None or weights is None:
        return weights
    each = by_class(settled, y)
    own = np.divide(weights, each, out=np.zeros(len(each)), where=each > 0)
    return own if not each.all() or (own != 1).any() else None


def _numbers(
    given: str | Mapping[str, float],
    levels: Sequence[str],
    y: np.ndarray,
    weights: np.ndarray | None,
) -> list[float]:
    if given == "balanced":
        return _balanced(len(levels), y, weights)
    assert isinstance(given, Mapping)
    missing = [label for label in levels if label not in given]
    unknown = [label for label in given if label not in levels]
    for word, which in (("lacks", missing), ("has the unknown", unknown)):
        if which:
            _refuse(levels, f"{word} {listed(which)}")
    return [given[label] for label in levels]


def _refuse(levels: Sequence[str], wrong: str) -> None:
    raise NNFitError(
        "class_weights", f"{wrong}.", f"Give a number for each of {listed(levels)}, by name."
    )


def _balanced(number: int, y: np.ndarray, weights: np.ndarray | None) -> list[float]:
    """Give n / (k n_j) for each of k classes, as scikit-learn does; of weighted rows likewise."""
    sums = np.bincount(y.reshape(-1).astype(int), weights, minlength=number)
    return [float(sums.sum() / (number * one)) if one else 1.0 for one in sums]
