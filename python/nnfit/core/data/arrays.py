"""Arrays in: checked and never written to; training rows, validation rows and batches out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Callable, NamedTuple

import numpy as np
import torch

from ..ground.errors import NNFitError
from ..options import catalog
from ..options.catalog import Named
from ..options.spec import Spec
from .scaling import Scaling, encode


class Outcome(NamedTuple):
    """What y holds: numbers (n, d), or 0-based class codes (n,) with their labels."""

    values: np.ndarray
    levels: tuple[str, ...] | None


class Table(NamedTuple):
    """Rows to fit or to validate on, as NumPy arrays that may be views of the caller's."""

    x: np.ndarray  # (n, p)
    y: np.ndarray  # (n, d) floats, or (n,) int64 classes
    weights: np.ndarray | None = None  # (n,)

    def take(self, rows: np.ndarray | None) -> Table:
        """Select rows; None: all of them."""
        if rows is None:
            return self
        return Table(*(None if column is None else column[rows] for column in self))


class Batch(NamedTuple):
    """Rows as tensors on the training device."""

    x: torch.Tensor
    y: torch.Tensor
    weights: torch.Tensor | None = None


# -- reading the caller's arrays --


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
    """
    array = as_floats(x, argument)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim < 2 or (array.ndim > 2 and not any_shape):
        raise NNFitError(argument, f"must have rows and columns, not shape {array.shape}.")
    if 0 in array.shape:
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


# -- from the outcome to what a loss wants --


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


# -- training and validation rows --


def split(
    weights: np.ndarray | None, n: int, fraction: float
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Choose training and validation rows; torch's generator draws them.

    Parameters
    ----------
    weights : array (n,) or None
        Rows of weight zero take part in neither, as in `lm()`.
    n : int
    fraction : float
        In [0, 1): the part of the rows held out, rounded down.

    Returns
    -------
    train, valid : int arrays, 0-based, or None
        None for `train`: all rows; for `valid`: no fraction asked for.
    """
    used = None if weights is None or weights.all() else np.flatnonzero(weights)
    if fraction == 0:
        return used, None
    pool = np.arange(n) if used is None else used
    held_out = int(fraction * len(pool))
    if held_out == 0:
        raise NNFitError(
            "validation", f"of {fraction:g} holds out none of {len(pool)} rows.", "Ask for more."
        )
    shuffled = pool[torch.randperm(len(pool)).numpy()]
    return shuffled[:-held_out], shuffled[-held_out:]


def to_inputs(x: np.ndarray, scaling: Scaling | None, spec: Spec) -> torch.Tensor:
    """Copy features (n, p) into a tensor of its own, scaled, in the spec's dtype and place."""
    center, scale = (scaling.x_center, scaling.x_scale) if scaling else (None, None)
    return _to_tensor(x, center, scale, spec)


def _to_tensor(
    values: np.ndarray, center: np.ndarray | None, scale: Any, spec: Spec
) -> torch.Tensor:
    # torch's memory begins at a multiple of 64 bytes, NumPy's need not: the way that a product
    # takes, and its last digits, may depend on that
    tensor = torch.empty(values.shape, dtype=spec.torch_dtype)
    encode(values, center, scale, tensor.numpy())
    return tensor.to(spec.torch_device)


def to_batch(table: Table, scaling: Scaling | None, spec: Spec) -> Batch:
    """Copy rows into tensors of their own, as `to_inputs()` does."""
    if table.y.ndim == 1:  # classes are indices
        y = torch.tensor(table.y, device=spec.torch_device)
    elif scaling is None:
        y = _to_tensor(table.y, None, None, spec)
    else:
        y = _to_tensor(table.y, scaling.y_center, scaling.y_scale, spec)
    weights = None if table.weights is None else _to_tensor(table.weights, None, None, spec)
    return Batch(to_inputs(table.x, scaling, spec), y, weights)


class Batches:
    """The training rows, cut anew each epoch.

    Parameters
    ----------
    rows : Batch
        All of them.
    size : int or None
        Rows a batch, the last may have fewer; None, or as many as there are: the full batch.
    """

    def __init__(self, rows: Batch, size: int | None):
        self.rows = rows
        n = len(rows.x)
        self.size = None if size is None or size >= n else size
        self.places = {} if self.size is None else self._places(n)

    def _places(self, n: int) -> dict[int, Batch]:
        """Make the tensors that batches are gathered into: one set, and a part of it at the end."""
        full = [None if column is None else column.new_empty((self.size, *column.shape[1:]))
                for column in self.rows]  # fmt: skip
        lengths = {self.size, n % self.size or self.size}
        return {
            length: Batch(*(None if place is None else place[:length] for place in full))
            for length in lengths
        }

    def __iter__(self) -> Iterator[Batch]:
        """Yield each row once, in an order drawn by torch's CPU generator.

        A batch is good until the next one, which is written over it.
        """
        if self.size is None:
            yield self.rows
            return
        order = torch.randperm(len(self.rows.x)).to(self.rows.x.device)
        for part in order.split(self.size):
            batch = self.places[len(part)]
            for column, place in zip(self.rows, batch):
                if column is not None:
                    torch.index_select(column, 0, part, out=place)
            yield batch
