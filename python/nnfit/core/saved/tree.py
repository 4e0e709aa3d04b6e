"""Plain values as JSON and arrays, and back: the same in R (R/file-tree.R).

Text, whole numbers, finite floats, True, False and None are themselves; lists and dicts hold
others. What JSON has not is a dict with one name: `{"$tensor": name}` for an array,
`{"$number": "inf"}` for a number that is not finite, and `{"$pairs": [[name, value], ...]}` for a
dict whose names could be taken for these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..ground.errors import NNFitError
from ..ground.foreign import Unreadable

NUMBERS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}
SIGNS = ("$tensor", "$number", "$pairs")


def encode(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Write a value.

    Parameters
    ----------
    value : plain value
    name : str
        Its own: those of its arrays begin with it.
    arrays : dict
        Where its arrays are put.

    Raises
    ------
    NNFitError
        Naming what no file holds.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        arrays[name] = value
        return {"$tensor": name}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": str(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [encode(one, f"{name}/{place}", arrays) for place, one in enumerate(value)]
    if isinstance(value, Mapping) and all(isinstance(one, str) for one in value):
        made = {one: encode(of, f"{name}/{one}", arrays) for one, of in value.items()}
        return {"$pairs": [list(pair) for pair in made.items()]} if set(SIGNS) & set(made) else made
    raise NNFitError("fit", f"has a {type(value).__name__} as {name!r}, which no file holds.")


def decode(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """Read back what `encode()` wrote.

    Raises
    ------
    Unreadable
    """
    if isinstance(value, list):
        return [decode(one, arrays) for one in value]
    if not isinstance(value, dict):
        return value
    sign = next(iter(value)) if len(value) == 1 else None
    if sign in SIGNS:
        return READ[sign](value[sign], arrays)
    return {name: decode(one, arrays) for name, one in value.items()}


def _tensor(name: Any, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    if not isinstance(name, str) or name not in arrays:
        raise Unreadable(f"lacks the array {str(name)[:60]!r}.")
    return arrays[name]


def _number(text: Any, arrays: Mapping[str, np.ndarray]) -> float:
    if not isinstance(text, str) or text not in NUMBERS:
        raise Unreadable(f"has the number {str(text)[:60]!r}, which is none.")
    return NUMBERS[text]


def _pairs(pairs: Any, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    def is_pair(one: Any) -> bool:
        return isinstance(one, list) and len(one) == 2 and isinstance(one[0], str)

    if not isinstance(pairs, list) or not all(map(is_pair, pairs)):
        raise Unreadable("has pairs that are none.")
    if len({name for name, _ in pairs}) < len(pairs):
        raise Unreadable("has pairs of one name.")
    return {name: decode(one, arrays) for name, one in pairs}


READ: dict[str, Callable[[Any, Mapping[str, np.ndarray]], Any]] = {
    "$tensor": _tensor, "$number": _number, "$pairs": _pairs
}  # fmt: skip
