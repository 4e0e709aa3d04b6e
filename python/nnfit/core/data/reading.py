"""The caller's arrays: checked, viewed where they can be, and never written to."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..ground.errors import NNFitError


def as_array(value: Any, argument: str) -> np.ndarray:
    """View a tensor, an array or nested lists as a NumPy array, without a copy where it can."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        value = value.float() if value.dtype in (torch.float16, torch.bfloat16) else value
        return value.numpy()
    try:
        return np.asarray(value)
    except ValueError as error:
        raise NNFitError(argument, f"is not an array: {error}") from error


def as_floats(value: Any, argument: str) -> np.ndarray:
    """View `value` as a floating array without missing or infinite values."""
    array = as_array(value, argument)
    if array.dtype not in (np.float32, np.float64):
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise NNFitError(argument, "must be numeric.") from None
    with np.errstate(all="ignore"):  # a finite sum has finite terms
        finite = np.isfinite(array.sum(dtype=np.float64))
    bad = 0 if finite else array.size - np.count_nonzero(np.isfinite(array))
    if bad:
        raise NNFitError(argument, f"has {bad} missing or infinite value(s).", "Remove those rows.")
    return array


def as_features(x: Any, argument: str = "x", any_shape: bool = False) -> np.ndarray:
    """View `x` as floats of shape (n, p); one dimension is one column.

    Parameters
    ----------
    any_shape : bool, default False
        Take more than two dimensions too, for modules that expect them.

    Returns
    -------
    array (n, p)
        One row at least; there may be no columns, for a model that is its intercept alone.
    """
    array = as_floats(x, argument)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim < 2 or (array.ndim > 2 and not any_shape):
        raise NNFitError(argument, f"must have rows and columns, not shape {array.shape}.")
    if 0 in (len(array), *array.shape[2:]):
        raise NNFitError(argument, f"has no values: its shape is {array.shape}.")
    return array


def as_weights(weights: Any, n: int) -> np.ndarray | None:
    """View row weights as (n,) floats, none negative and not all zero."""
    if weights is None:
        return None
    array = as_floats(weights, "weights")
    if array.size != n:
        raise NNFitError("weights", f"has {array.size} values for {n} rows.")
    if (array < 0).any() or not array.any():
        raise NNFitError("weights", "must not be negative, nor all zero.")
    return array.reshape(n)
