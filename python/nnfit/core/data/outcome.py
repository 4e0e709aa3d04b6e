"""What y holds, and what a loss compares with."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Callable, NamedTuple

import numpy as np

from ..ground.errors import NNFitError, listed
from ..options.catalog import Named
from ..options.families import Family, default_of, family
from .censored import check_events, codes_of, is_censored, read_censored
from .frames import Column, Frame, frame_of, is_missing
from .reading import as_array, as_floats

LARGEST_LOSS = 300  # digits before the point: the largest number has 308
LOST = "beyond the digits that numbers have."


class Outcome(NamedTuple):
    """What y holds: numbers (n, d), or 0-based class codes (n,) with their labels.

    `censored`: or times to an event (n, 4), as `censored.COLUMNS`, with the labels of their
    `strata`, if there are any.
    """

    values: np.ndarray
    levels: tuple[str, ...] | None
    censored: bool = False
    strata: tuple[str, ...] | None = None


def read_outcome(
    y: Any,
    levels: Sequence[str] | None,
    loss_outcome: str | None,
    argument: str = "y",
    coded: bool = True,
) -> Outcome:
    """Decide whether `y` holds numbers or classes, and read it.

    Parameters
    ----------
    y : array (n,) or (n, d), or a column or data frame
        Strings and booleans are classes. Integers are classes if `levels` are given or the loss
        is one for classes; else they are numbers, so that counts and years stay a regression.
        Categorical columns are classes, with their categories as levels in their order. A
        structured array has censored times, as `censored.surv()` makes it.
    levels : sequence of str, optional
        The labels, when `y` holds their 0-based positions or the labels themselves.
    loss_outcome : str or None
        What the user's loss takes: one of `KINDS`.
    coded : bool, default True
        Whether numbers are positions among `levels`. Not where the levels were found in the
        training data: there, numbers are labels.
    """
    if is_censored(y):
        values, strata = read_censored(y, argument)
        return Outcome(values, None, True, strata)
    frame = frame_of(y, argument)
    if frame is not None and frame.width == 1 and frame.column(0).classes:
        return _category_codes(frame.column(0), levels, argument)
    array = _plain_array(y, frame, argument)
    if array.ndim == 0:
        raise NNFitError(argument, "must have a value for each row, not a single one.")
    if not array.size:
        raise NNFitError(argument, f"has no values: its shape is {array.shape}.")
    integers_are_classes = loss_outcome is not None and KINDS[loss_outcome].classes
    if levels is None and (
        array.dtype.kind == "f" or (array.dtype.kind in "iu" and not integers_are_classes)
    ):
        values = as_floats(array, argument)
        return Outcome(values[:, None] if values.ndim == 1 else values, None)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise NNFitError(argument, f"of classes must be one column, not shape {array.shape}.")
    if coded and levels is not None and array.dtype.kind in "iuf":
        return Outcome(_codes(array, len(levels), argument), tuple(levels))
    return _label_codes(array, levels, argument)


def _plain_array(y: Any, frame: Frame | None, argument: str) -> np.ndarray:
    """Make an array of floats, of integers, or of labels: strings or booleans."""
    if frame is not None and frame.width != 1:
        return as_floats(y, argument)
    array = as_array(y, argument) if frame is None else frame.column(0).values()
    if array.dtype.kind == "O":
        return _of_one_kind(array, argument)
    if array.dtype.kind not in "fiubU":
        raise NNFitError(
            argument, f"must hold numbers or classes, not {array.dtype}.", "Make numbers of it."
        )
    return array


def _of_one_kind(array: np.ndarray, argument: str) -> np.ndarray:
    """Give Python objects the one type of NumPy that they all have, of numbers or of labels."""
    if any(is_missing(one) for one in array.flat):
        raise NNFitError(argument, "has missing values or labels.", "Remove those rows.")
    types = {type(one) for one in array.flat}
    for kinds, dtype in OBJECTS:
        if all(issubclass(kind, kinds) for kind in types):
            with suppress(OverflowError):  # too large an integer is a number all the same
                return array.astype(dtype)
    if all(issubclass(kind, (numbers.Real, Decimal)) for kind in types):
        return as_floats(array, argument)
    found = sorted(kind.__name__ for kind in types)
    raise NNFitError(
        argument, f"must hold numbers or labels, not objects of {listed(found, quote='')}."
    )


OBJECTS: tuple[tuple[Any, Any], ...] = (
    (str, str),
    ((bool, np.bool_), bool),
    (numbers.Integral, np.int64),
)


def _category_codes(column: Column, levels: Sequence[str] | None, argument: str) -> Outcome:
    """Read a categorical column: its labels are the levels, in their order."""
    assert column.classes is not None
    codes, labels = column.classes()
    if (codes < 0).any():
        raise NNFitError(argument, "has missing labels.", "Remove those rows.")
    names = np.array([str(label) for label in labels], dtype=object)
    if levels is not None:
        return _label_codes(names[codes], levels, argument)
    if len(np.unique(codes)) < 2:
        raise NNFitError(argument, "holds a single class.", "Two are needed to tell apart.")
    return Outcome(codes.astype(np.int64), tuple(names.tolist()))


def _codes(array: np.ndarray, n_levels: int, argument: str) -> np.ndarray:
    codes = as_floats(array, argument)
    if ((codes < 0) | (codes >= n_levels) | (codes != np.floor(codes))).any():
        raise NNFitError(argument, f"must hold positions among the {n_levels} levels, from 0.")
    return codes.astype(np.int64)


def _label_codes(array: np.ndarray, levels: Sequence[str] | None, argument: str) -> Outcome:
    labels = array.astype(str) if array.dtype.kind == "O" else array
    if levels is None:
        found, codes = np.unique(labels, return_inverse=True)
        if len(found) < 2:
            raise NNFitError(argument, "holds a single class.", "Two are needed to tell apart.")
        return Outcome(codes.astype(np.int64), tuple(str(label) for label in found.tolist()))
    if labels.dtype.kind == "f" and (labels == np.floor(labels)).all():
        labels = labels.astype(np.int64)  # as integers are written
    position = {level: code for code, level in enumerate(levels)}
    unknown = sorted({str(label) for label in labels.tolist()} - set(position))
    if unknown:
        raise NNFitError(argument, f"has labels that are not among the levels: {listed(unknown)}.")
    codes = [position[str(label)] for label in labels.tolist()]
    return Outcome(np.array(codes, dtype=np.int64), tuple(levels))


def _numbers(outcome: Outcome, loss: Family, argument: str) -> np.ndarray:
    if outcome.levels is not None:
        raise NNFitError("loss", f'"{loss.name}" needs a numeric y, and y holds classes.')
    _check_domain(outcome.values, loss, argument)
    _check_size(outcome.values, loss, argument)
    return outcome.values


def _classes(outcome: Outcome, loss: Family, argument: str) -> np.ndarray:
    if outcome.levels is None:
        raise NNFitError(
            "loss",
            f'"{loss.name}" needs classes, and y is numeric.',
            "Give y as labels, or as positions together with `levels`.",
        )
    return outcome.values


def _binary(outcome: Outcome, loss: Family, argument: str) -> np.ndarray:
    if outcome.levels is None:
        return _numbers(outcome, loss, argument)
    if len(outcome.levels) != 2:
        raise NNFitError(
            "loss",
            f'"{loss.name}" takes two classes, and y has {len(outcome.levels)}.',
            f'Use "{default_of("class").name}".',
        )
    return outcome.values[:, None].astype(np.float64)


def _survival(outcome: Outcome, loss: Family, argument: str) -> np.ndarray:
    if not outcome.censored:
        raise NNFitError(
            "loss",
            f'"{loss.name}" needs censored times in {argument}.',
            "Make them by `nnfit.core.surv(event, time)`.",
        )
    return outcome.values


class Kind(NamedTuple):
    """A kind of outcome that a loss may need: how its target is made.

    `classes` says that integers in y are classes. `codes` makes whole numbers of the columns of a
    target, which then are one outcome together. `check_part` refuses rows that nothing can be
    learned from alone, by their target, their weights and the argument that has them.
    """

    target: Callable[[Outcome, Family, str], np.ndarray]
    classes: bool
    codes: Callable[[np.ndarray], np.ndarray] | None = None
    check_part: Callable[[np.ndarray, np.ndarray | None, str], None] | None = None


# by the names that `families.csv` has in its column `outcome`
KINDS = {
    "numeric": Kind(_numbers, classes=False),
    "class": Kind(_classes, classes=True),
    "binary": Kind(_binary, classes=True),
    "survival": Kind(_survival, classes=False, codes=codes_of, check_part=check_events),
}


def outcomes_in(y: np.ndarray, levels: Sequence[str] | None, loss: Family) -> int:
    """Count the outcomes, or classes, of a target."""
    if y.ndim == 1:
        return len(levels or ())
    return y.shape[1] if KINDS[loss.outcome].codes is None else 1


def domain(loss: Family) -> str:
    """Say which numbers a loss takes: "numbers", or "whole numbers of at least 0"."""
    noun = "whole numbers" if loss.whole else "numbers"
    if loss.at_least is not None and loss.at_most is not None:
        return f"{noun} from {loss.at_least:g} to {loss.at_most:g}"
    bounds = {"of at least": loss.at_least, "above": loss.above, "of at most": loss.at_most}
    words = [f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None]
    return " ".join([noun, " and ".join(words)]).rstrip()


def _check_domain(values: np.ndarray, loss: Family, argument: str) -> None:
    outside = (
        (loss.at_least is not None and (values < loss.at_least).any())
        or (loss.above is not None and (values <= loss.above).any())
        or (loss.at_most is not None and (values > loss.at_most).any())
        or (loss.whole and (values != np.floor(values)).any())
    )
    if outside:
        raise NNFitError(
            argument,
            f'must hold {domain(loss)} under loss "{loss.name}".',
            "Choose another loss, or leave the other rows out.",
        )


def largest_outcome(loss: Family) -> float:
    """Say how large values may be so that a loss of many of them is still a number."""
    if loss.largest is not None:
        return loss.largest
    power: int = max(loss.scale_power or 0, 1)
    return float(10.0 ** (LARGEST_LOSS // power))


def _check_size(values: np.ndarray, loss: Family, argument: str) -> None:
    most = largest_outcome(loss)
    # a float32 can not be compared with a number beyond its range
    largest = max(float(values.max()), -float(values.min()))
    if largest > most:
        raise NNFitError(
            argument,
            f'has values up to {largest:.3g}, and loss "{loss.name}" of values above {most:g} is '
            + ("beyond the largest number." if loss.largest is None else LOST),
            "Divide them by some power of ten.",
        )


def check_not_tiny(values: np.ndarray, loss: Family, argument: str) -> None:
    """Refuse an outcome so small that its loss would be zero, whatever the fit."""
    limit = 1 / largest_outcome(loss) if loss.scale_power else 0.0
    least = limit if loss.smallest is None else loss.smallest
    largest = max(values.max(), -values.min())
    if 0 < largest < least:
        raise NNFitError(
            argument,
            f'has no value above {largest:.3g}, and loss "{loss.name}" of values below '
            f"{least:g} is " + ("beyond the smallest number." if loss.smallest is None else LOST),
            "Multiply them by some power of ten.",
        )


def target(outcome: Outcome, loss: Named, n: int, argument: str = "y") -> np.ndarray:
    """Turn an outcome into what a loss compares with.

    Returns
    -------
    array
        (n, d) floats, or (n,) int64 classes for the losses that take those.
    """
    row = family(loss.name)
    if outcome.censored and KINDS[row.outcome].codes is None:
        raise NNFitError(
            "loss",
            f'"{row.name}" does not go with censored times.',
            f'Use "{default_of("survival").name}", or leave it out.',
        )
    values = KINDS[row.outcome].target(outcome, row, argument)
    if len(values) != n:
        raise NNFitError(argument, f"has {len(values)} rows, and x has {n}.")
    if values.ndim > 2 or values.size == 0:
        raise NNFitError(argument, f"must be a column or a matrix, not shape {values.shape}.")
    return 2 * values - 1 if row.sign_coded else values
