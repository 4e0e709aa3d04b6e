"""What a user of Python asks of `effects()`, read and checked."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..data.reading import as_floats
from ..ground.errors import NNFitError, listed
from .numbers import MOST


def check_choice(value: Any, choices: Sequence[str], argument: str) -> str:
    """Refuse what is none of some words."""
    if not isinstance(value, str) or value not in choices:
        words = ", ".join(f'"{one}"' for one in choices)
        raise NNFitError(argument, f"must be one of {words}, not {reprlib.repr(value)}.")
    return value


def columns_of(variables: Any, names: Sequence[str] | None, number: int, most: int) -> list[int]:
    """Find columns by their names or places; of None all, where so many are wanted."""
    if variables is None and most >= number:
        return list(range(number))
    check_named(variables, names or [f"x{place + 1}" for place in range(number)], most)
    several = isinstance(variables, (list, tuple, np.ndarray))
    given = list(np.ravel(variables)) if isinstance(variables, np.ndarray) else variables
    found = [_column(one, names, number) for one in (given if several else [variables])]
    if not 1 <= len(found) <= most or len(set(found)) < len(found):
        limit = f"one to {most} different columns"
        raise NNFitError("variables", f"must be {limit}, not {reprlib.repr(variables)}.")
    return found


def check_named(variables: Any, names: Sequence[str], most: int) -> None:
    """Refuse to choose among variables that are more than so many."""
    if variables is None:
        number = "one" if most == 1 else f"one to {most}"
        raise NNFitError(
            "variables",
            f"must name {number} of {listed(names, most=20)}, of which there are {len(names)}.",
            'Left out it stands for all, which type "average" takes.',
        )


def _column(one: Any, names: Sequence[str] | None, number: int) -> int:
    place = place_of(one, names, number)
    if place is None:
        called = f" ({listed(names, most=20)})" if names else ""
        known = f"names of columns{called}, or places from 0 to {number - 1}"
        raise NNFitError("variables", f"must be {known}, not {reprlib.repr(one)}.")
    return place


def place_of(one: Any, names: Sequence[str] | None, number: int) -> int | None:
    """Find what is said by its name or by its place from 0; None: there is no such."""
    if isinstance(one, str):
        return list(names).index(one) if names is not None and one in names else None
    whole = isinstance(one, (int, np.integer)) and not isinstance(one, (bool, np.bool_))
    return int(one) if whole and 0 <= one < number else None


def values_of(values: Any, columns: Sequence[int]) -> np.ndarray:
    """Read the values that one column is to have."""
    if len(columns) > 1:
        raise NNFitError("values", "is for one column.", "Say how many by `grid`.")
    array = as_floats(values, "values").astype(np.float64)
    if array.ndim != 1 or not 1 <= len(array) <= MOST:
        raise NNFitError("values", f"must be one or more numbers, not of shape {array.shape}.")
    return array
