"""Whole numbers and yes or no, as a user of Python gives them to functions that look inside."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ground.errors import NNFitError
from ..options.ranges import Unfit, as_number, short

MOST = 100_000  # places of a grid, curves or repeats: a picture, or patience, has fewer
MOST_SEED = 2**53 - 1


def as_count(argument: str, value: Any, least: int = 1) -> int:
    """Read how many, or how often."""
    words = f"a whole number from {least} to {MOST:,}"
    return _whole(argument, value, least, MOST, words)


def as_seed(value: Any) -> int | None:
    """Read a seed; None: NumPy draws one."""
    if value is None:
        return None
    return _whole("seed", value, 0, MOST_SEED, "a whole number of at least 0, or None")


def as_flag(argument: str, value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, (bool, np.bool_)):
        raise NNFitError(argument, f"must be true or false, not {short(value)}.")
    return bool(value)


def _whole(argument: str, value: Any, least: int, most: int, words: str) -> int:
    try:
        number = as_number(value)
        if not least <= number <= most or number != int(number):
            raise Unfit
    except (Unfit, OverflowError):
        raise NNFitError(argument, f"must be {words}, not {short(value)}.") from None
    return int(number)
