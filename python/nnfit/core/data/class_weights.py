"""Weights of classes, multiplied into those of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..ground.errors import NNFitError, listed
from ..options.asked import Asked
from .table import Table

BALANCED = "balanced"


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
    balanced = asked.class_weights == BALANCED
    return replace(asked, class_weights=found, balanced=balanced), made


def by_class(numbers: Sequence[float], y: np.ndarray) -> np.ndarray:
    """Give the number of each row's class (n,)."""
    return np.asarray(numbers, dtype=float)[y.reshape(-1).astype(int)]


def balanced_by(table: Table, rows: np.ndarray, number: int) -> tuple[list[float], np.ndarray]:
    """Balance classes by some rows alone: by those that are trained on.

    Parameters
    ----------
    table : Table
        As `read()` gives it where classes have weights.
    rows : int array
        Positions in the table.
    number : int
        Of classes.

    Returns
    -------
    list of float
        A number for each class.
    array (n,)
        The weights of all rows of the table, with it.
    """
    assert table.own is not None  # as where classes have weights
    found = _balanced(number, table.y[rows], table.own[rows])
    return found, table.own * by_class(found, table.y)


def _numbers(
    given: str | Mapping[str, float],
    levels: Sequence[str],
    y: np.ndarray,
    weights: np.ndarray | None,
) -> list[float]:
    if given == BALANCED:
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
