"""A function of the user's own, and how often it is to be called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .ranges import Unfit, whole
from .rows import Row, option_rows


class Watch(NamedTuple):
    """A function that is called while a fit is trained.

    Parameters
    ----------
    function : callable
    every : int or None
        Epochs from one call to the next; None: by the clock.
    """

    function: Callable[[dict[str, Any]], Any]
    every: int | None = None


def read_watch(row: Row, value: Any) -> Watch:
    """Read what a user gives: a function, or a pair of it and `{"every": epochs}`."""
    if isinstance(value, Watch):
        return value
    pair = isinstance(value, (list, tuple)) and len(value) == 2
    function, args = value if pair else (value, {})
    if not callable(function) or not isinstance(args, Mapping) or set(args) - {"every"}:
        raise Unfit
    every = args.get("every")
    return Watch(function, None if every is None else whole(option_rows()["epochs"], every))
