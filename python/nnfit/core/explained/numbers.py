"""How often, and from which seed: what draws rows and orders is told."""

from __future__ import annotations

from typing import Any

from ..ground.errors import NNFitError
from ..options.ranges import Unfit, as_number, short

MOST_REPEATS = 100_000
MOST_SEED = 2**53 - 1


def as_repeats(value: Any) -> int:
    """Read how often something is drawn."""
    return _whole("repeats", value, 1, MOST_REPEATS, f"a whole number from 1 to {MOST_REPEATS:,}")


def as_seed(value: Any) -> int | None:
    """Read a seed; None: NumPy draws one."""
    if value is None:
        return None
    return _whole("seed", value, 0, MOST_SEED, "a whole number of at least 0, or None")


def _whole(argument: str, value: Any, least: int, most: int, words: str) -> int:
    try:
        number = as_number(value)
        if not least <= number <= most or number != int(number):
            raise Unfit
    except (Unfit, OverflowError):
        raise NNFitError(argument, f"must be {words}, not {short(value)}.") from None
    return int(number)
