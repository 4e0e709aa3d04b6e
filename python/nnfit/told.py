"""What an error said, kept for R: reticulate loses long messages on their way.

R calls the functions that `keeping()` gives and, where one fails, asks `take()`.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

_last: list[str] = []


def keeping(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the function with its errors kept as they pass."""

    @wraps(function)
    def kept(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            _last[:] = [type(error).__name__, _text(error)]
            _forget_data(error)
            del args, kwargs
            raise

    return kept


def keeping_all(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Give each of several functions so."""
    return {name: keeping(function) for name, function in functions.items()}


def take() -> list[str]:
    """Give the type and the text of the last error, and forget it; an empty list: none is kept."""
    found = list(_last)
    _last.clear()
    return found


def _forget_data(error: BaseException | None) -> None:
    """Clear what the functions that an error came through held.

    reticulate keeps the last error, and the user's data would stay in memory with it.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _text(error: Exception) -> str:
    try:
        # a lone surrogate, such as in a path of bytes, has no UTF-8
        return str(error).encode("utf-8", "backslashreplace").decode("utf-8")
    except Exception:  # whatever it may be that an error can not be told of
        return ""
