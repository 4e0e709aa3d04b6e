"""What y holds, and what a loss compares with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, NamedTuple

import numpy as np

from ..ground.errors import NNFitError
from ..options import catalog
from ..options.catalog import Named
from .reading import as_array, as_floats


class Outcome(NamedTuple):
    """What y holds: numbers (n, d), or 0-based class codes (n,) with their labels."""

    values: np.ndarray
    levels: tuple[str, ...] | None


def read_outcome(
    y: Any, levels: Sequence[str] | None, loss_outcome: str | None, argument: str = "y"
) -> Outcome:
    """Decide whether `y` holds numbers or classes, and read it.

    Parameters
    ----------
    y : array (n,) or (n, d)
        Strings and booleans are classes. Integers are classes if `levels` are given or the loss
        is one for classes; else they are numbers, so that counts and years stay a regression.
    levels : sequence of str, optional
        The labels, when `y` holds their 0-based positions or the labels themselves.
    loss_outcome : str or None
        What the user's loss takes: the catalog's column `outcome`.
    """
    array = as_array(y, argument)
    integers_are_classes = loss_outcome in ("class", "binary")
    if levels is None and (
        array.dtype.kind == "f" or (array.dtype.kind in "iu" and not integers_are_classes)
    ):
        values = as_floats(array, argument)
        return Outcome(values[:, None] if values.ndim == 1 else values, None)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise NNFitError(argument, f"of classes must be one column, not shape {array.shape}.")
    if levels is not None and array.dtype.kind in "iuf":
        return Outcome(_codes(array, len(levels), argument), tuple(levels))
    return _label_codes(array, levels, argument)


def _codes(array: np.ndarray, n_levels: int, argument: str) -> np.ndarray:
    codes = as_floats(array, argument)
    if ((codes < 0) | (codes >= n_levels) | (codes != np.floor(codes))).any():
        raise NNFitError(argument, f"must hold positions among the {n_levels} levels, from 0.")
    return codes.astype(np.int64)


def _label_codes(array: np.ndarray, levels: Sequence[str] | None, argument: str) -> Outcome:
    if array.dtype.kind == "O" and any(label is None or label != label for label in array):
        raise NNFitError(argument, "has missing labels.", "Remove those rows.")
    labels = array.astype(str) if array.dtype.kind in "OSU" else array
    if levels is None:
        found, codes = np.unique(labels, return_inverse=True)
        if len(found) < 2:
            raise NNFitError(argument, "holds a single class.", "Two are needed to tell apart.")
        return Outcome(codes.astype(np.int64), tuple(str(label) for label in found.tolist()))
    position = {level: code for code, level in enumerate(levels)}
    unknown = sorted({str(label) for label in labels.tolist()} - set(position))
    if unknown:
        raise NNFitError(argument, f"has labels that are not among the levels: {unknown}.")
    codes = [position[str(label)] for label in labels.tolist()]
    return Outcome(np.array(codes, dtype=np.int64), tuple(levels))


def _numeric(outcome: Outcome, loss: str) -> np.ndarray:
    if outcome.levels is not None:
        raise NNFitError("loss", f'"{loss}" needs a numeric y, and y holds classes.')
    return outcome.values


def _count(outcome: Outcome, loss: str) -> np.ndarray:
    values = _numeric(outcome, loss)
    if (values < 0).any():
        raise NNFitError("y", f'must not be negative under loss "{loss}".')
    return values


def _classes(outcome: Outcome, loss: str) -> np.ndarray:
    if outcome.levels is None:
        raise NNFitError(
            "loss",
            f'"{loss}" needs classes, and y is numeric.',
            "Give y as labels, or as positions together with `levels`.",
        )
    return outcome.values


def _binary(outcome: Outcome, loss: str) -> np.ndarray:
    if outcome.levels is not None:
        if len(outcome.levels) != 2:
            raise NNFitError(
                "loss",
                f'"{loss}" takes two classes, and y has {len(outcome.levels)}.',
                'Use "cross_entropy".',
            )
        return outcome.values[:, None].astype(np.float64)
    if (outcome.values < 0).any() or (outcome.values > 1).any():
        raise NNFitError("y", f'must lie between 0 and 1 under loss "{loss}".')
    return outcome.values


TARGETS: dict[str, Callable[[Outcome, str], np.ndarray]] = {
    "numeric": _numeric,
    "count": _count,
    "class": _classes,
    "binary": _binary,
}


def target(outcome: Outcome, loss: Named, n: int, argument: str = "y") -> np.ndarray:
    """Turn an outcome into what a loss compares with.

    Returns
    -------
    array
        (n, d) floats, or (n,) int64 classes for the losses that take those.
    """
    values = TARGETS[catalog.lookup("loss", loss.name).outcome](outcome, loss.name)
    if len(values) != n:
        raise NNFitError(argument, f"has {len(values)} rows, and x has {n}.")
    if values.ndim > 2 or values.size == 0:
        raise NNFitError(argument, f"must be a column or a matrix, not shape {values.shape}.")
    return 2 * values - 1 if loss.name == "soft_margin" else values
