"""The caller's arrays and data frames: checked, viewed where they can be, and never written to."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import torch

from ..ground.errors import NNFitError, first_line, listed
from ..options.embed import Embedded
from .codes import check_codes, coded
from .frames import Frame, aligned, check_index, frame_of

EXACT = 2**53  # the whole numbers up to here are float64's

# what the largest weight may be where losses are added up, so that the sum is a number in float32
WEIGHTS = 1e-15, 1e15


def as_array(value: Any, argument: str) -> np.ndarray:
    """View a tensor, an array or nested lists as a NumPy array, without a copy where it can."""
    if isinstance(value, torch.Tensor):
        return _of_tensor(value, argument)
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        masked = int(np.ma.count_masked(value))
        raise NNFitError(argument, f"has {masked} masked value(s).", "Remove those rows.")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise NNFitError(argument, f"is not an array: {error}") from error


def _of_tensor(tensor: torch.Tensor, argument: str) -> np.ndarray:
    """Read a tensor; torch has several types that hold no plain numbers, or none at all."""
    try:
        tensor = tensor.detach().cpu().to_dense()
        half = tensor.dtype in (torch.float16, torch.bfloat16)
        return (tensor.float() if half else tensor).numpy()
    except (RuntimeError, TypeError) as error:
        reason = first_line(error)
        raise NNFitError(argument, f"is a tensor that can not be read: {reason}") from error


def as_floats(value: Any, argument: str) -> np.ndarray:
    """View `value` as a floating array without missing or infinite values."""
    frame = frame_of(value, argument)
    if frame is not None:
        return _frame_floats(frame, argument)
    array = as_array(value, argument)
    if array.dtype in (np.float32, np.float64):
        floats = array
    else:
        converted = _floats_of(array, argument)
        if converted is None:
            raise NNFitError(argument, f"must be numeric, not {_kind_of(value, array)}.")
        floats = converted
    bad = _count_bad(floats)
    if bad:
        raise NNFitError(argument, f"has {bad} missing or infinite value(s).", "Remove those rows.")
    return floats


def _kind_of(value: Any, array: np.ndarray) -> str:
    """Say what is no number: the type of the whole, or of the elements."""
    if array.ndim == 0 and array.dtype.kind == "O":
        return f"a {type(value).__name__}"
    names = {"U": "strings", "S": "strings", "O": "objects"}
    return names.get(array.dtype.kind, str(array.dtype))


def _count_bad(array: np.ndarray) -> int:
    with np.errstate(all="ignore"):  # a finite sum has finite terms
        finite = np.isfinite(array.sum())
    return 0 if finite else array.size - np.count_nonzero(np.isfinite(array))


def _floats_of(array: np.ndarray, argument: str) -> np.ndarray | None:
    """Convert an array of numbers, NaN where one is missing; None: it holds something else.

    Strings that look like numbers, dates and complex numbers would convert too, but are none.
    """
    if array.dtype.kind == "O":
        types = {type(one) for one in array.flat}
        missing = {kind for kind in types if kind.__name__ in ("NoneType", "NAType")}
        if not all(_is_number(kind) for kind in types - missing):
            return None
        if missing:
            array = np.array([np.nan if type(one) in missing else one for one in array.flat],
                             dtype=object).reshape(array.shape)  # fmt: skip
    elif array.dtype.kind not in "fiub":
        return None
    try:
        floats = array.astype(np.float64)
    except OverflowError:
        raise NNFitError(argument, "has numbers that are too large for a float.") from None
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
        _check_exact(array, floats, argument)
    return floats


def _is_number(kind: type) -> bool:
    return issubclass(kind, (numbers.Real, Decimal, np.bool_))


def _check_exact(wholes: np.ndarray, floats: np.ndarray, argument: str) -> None:
    """Refuse whole numbers that differ by less than floats of their size can."""
    if not floats.size or max(abs(floats.min()), abs(floats.max())) < EXACT:
        return
    if any(int(one) != int(back) for one, back in zip(wholes.flat, floats.flat)):
        raise NNFitError(
            argument,
            "has whole numbers beyond 2^53, which a float can not hold exactly.",
            "Subtract a constant, or leave out what is a label and no quantity.",
        )


def _frame_floats(frame: Frame, argument: str) -> np.ndarray:
    """Make one array (n, p) of a frame's columns."""
    if frame.block is not None and not _count_bad(frame.block):
        return frame.block
    columns, names = frame.columns, frame.names or ("",) * frame.width
    found = [None if column.classes else _floats_of(column.values(), argument)
             for column in columns]  # fmt: skip
    wrong = [
        f"{name} ({column.kind})".lstrip()
        for name, column, floats in zip(names, columns, found)
        if floats is None
    ]
    if wrong:
        raise NNFitError(
            argument,
            f"must hold numbers. Of another type: {listed(wrong, quote='')}.",
            "Make numbers of them (of classes: pandas.get_dummies()), or leave them out.",
        )
    arrays = [floats for floats in found if floats is not None]
    counts = [_count_bad(floats) for floats in arrays]
    if any(counts):
        where = [f"{name} ({count})".lstrip() for name, count in zip(names, counts) if count]
        raise NNFitError(
            argument,
            f"has {sum(counts)} missing or infinite value(s), in {listed(where, quote='')}.",
            "Remove those rows.",
        )
    rows = 0 if frame.index is None else len(frame.index)
    return np.column_stack(arrays) if arrays else np.empty((rows, 0))


def as_features(
    x: Any,
    argument: str = "x",
    any_shape: bool = False,
    names: Sequence[str] | None = None,
    embedded: Sequence[Embedded] = (),
) -> np.ndarray:
    """View `x` as floats of shape (n, p); one dimension is one column.

    Parameters
    ----------
    any_shape : bool, default False
        Take more than two dimensions too, for modules that expect them.
    names : sequence of str, optional
        Of the columns, where they are known: those of a data frame are found by them.
    embedded : sequence of Embedded, optional
        The columns of which the array has the positions of their levels.

    Returns
    -------
    array (n, p)
        One row at least; there may be no columns, for a model that is its intercept alone.
    """
    frame = frame_of(x, argument)
    if frame is None and embedded and names is not None:
        raise NNFitError(argument, "must be a data frame: its classes are matched by their labels.")
    array = (
        as_floats(x, argument) if frame is None else _features_of(frame, argument, names, embedded)
    )
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim < 2 or (array.ndim > 2 and not any_shape):
        raise NNFitError(argument, f"must have rows and columns, not shape {array.shape}.")
    if 0 in (len(array), *array.shape[2:]):
        raise NNFitError(argument, f"has no values: its shape is {array.shape}.")
    if embedded:
        check_codes(array, embedded, argument)
    return array


def _features_of(
    frame: Frame,
    argument: str,
    names: Sequence[str] | None,
    embedded: Sequence[Embedded] = (),
) -> np.ndarray:
    return _frame_floats(coded(aligned(frame, names, argument), embedded, argument), argument)


def columns_of(y: Any, names: Sequence[str] | None, argument: str) -> Any:
    """Read several columns of a frame by their names, as floats; anything else is left alone."""
    frame = frame_of(y, argument)
    if frame is None or names is None or len(names) == 1:
        return y
    return _features_of(frame, argument, names)


def as_weights(weights: Any, n: int, reduction: str = "mean", x: Any = None) -> np.ndarray | None:
    """View row weights as (n,) floats, none negative and not all zero.

    A mean does not depend on their size: very large or very small ones are counted in another
    unit, a power of two. A sum does, and must be a number.

    Parameters
    ----------
    x : any, optional
        Whose rows they weigh: if both are pandas', they must have the same labels.
    """
    if weights is None:
        return None
    check_index(x, weights, "weights")
    array = as_floats(weights, "weights")
    if array.size != n or n not in array.shape:
        raise NNFitError("weights", f"has {array.size} values for {n} rows.")
    if (array < 0).any() or not array.any():
        raise NNFitError("weights", "must not be negative, nor all zero.")
    return _in_range(array.reshape(n), reduction)


class Counts(NamedTuple):
    """Weights whose whole numbers say how many rows each stands for, as scikit-learn's do.

    Others weigh rows against each other, and twice as much of all is the same.
    """

    given: Any


def counts_of(weights: Any, read: np.ndarray | None) -> np.ndarray | None:
    """Give the numbers of rows (n,) that weights stand for, if they do; `read`: as floats."""
    if not isinstance(weights, Counts) or read is None or (read != np.floor(read)).any():
        return None
    return read


def _in_range(weights: np.ndarray, reduction: str) -> np.ndarray:
    largest = float(weights.max())
    if WEIGHTS[0] <= largest <= WEIGHTS[1]:
        return weights
    if reduction == "mean":
        return np.divide(weights, 2.0 ** (math.frexp(largest)[1] - 1), dtype=np.float64)
    raise NNFitError("weights", *weights_beyond(largest))


def weights_beyond(largest: float) -> tuple[str, str]:
    """Say that the largest weight is out of range."""
    least, most = WEIGHTS
    return (
        f"has {largest:.3g} as its largest value, which must be from {least:g} to {most:g} here.",
        "Divide them by their mean.",
    )
