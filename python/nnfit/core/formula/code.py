"""A variable of a formula, as a tree: columns, values and calls of the functions that are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..ground.foreign import Unreadable
from .functions import FUNCTIONS, Unknown

DEEPEST = 50


def check_code(code: Any, depth: int = 0) -> None:
    """Refuse what is no such tree; a function may be one that is not known.

    Raises
    ------
    Unreadable
    """
    if depth > DEEPEST or not isinstance(code, dict):
        raise Unreadable("has a variable in its formula that is none.")
    if set(code) == {"column"} and isinstance(code["column"], str) or set(code) == {"value"}:
        return
    if set(code) != {"call", "args", "names"} or not isinstance(code["call"], str):
        raise Unreadable("has a variable in its formula that is none.")
    args, names = code["args"], code["names"]
    if not isinstance(args, list) or not isinstance(names, list) or len(args) != len(names):
        raise Unreadable("has a call in its formula that is none.")
    if not all(name is None or isinstance(name, str) for name in names):
        raise Unreadable("has a call in its formula that is none.")
    for one in args:
        check_code(one, depth + 1)


def columns_in(code: Mapping[str, Any]) -> list[str]:
    """List the columns that a variable is made of."""
    if "column" in code:
        return [code["column"]]
    return [name for one in code.get("args", ()) for name in columns_in(one)]


def evaluate(code: Mapping[str, Any], columns: Mapping[str, np.ndarray]) -> Any:
    """Compute a variable.

    Raises
    ------
    Unknown
        If a function is not known here, or not with these arguments.
    """
    if "column" in code:
        return columns[code["column"]]
    if "value" in code:
        value = code["value"]
        return np.asarray(value) if isinstance(value, list) else value
    name = code["call"]
    if name not in FUNCTIONS:
        raise Unknown(f"uses `{name}()`, which is not known in Python")
    given = [(name, evaluate(one, columns)) for name, one in zip(code["names"], code["args"])]
    try:
        with np.errstate(all="ignore"):
            return FUNCTIONS[name](
                *(value for name, value in given if name is None),
                **{name: value for name, value in given if name is not None},
            )
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError) as error:
        raise Unknown(f"uses `{name}()` in a way that is not known in Python: {error}") from None
