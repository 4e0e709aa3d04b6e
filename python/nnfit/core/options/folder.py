"""Where a call that trains is written down, and what else is known of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..ground.errors import NNFitError
from .ranges import Unfit
from .rows import Row


class Folder(NamedTuple):
    """What a caller says of a checkpoint.

    Parameters
    ----------
    path : str
    drawn : bool, default False
        Whether the seed of the call was drawn, so that the one in the checkpoint counts.
    beside : mapping, optional
        What else the call is, by name: what only the caller can see.
    """

    path: str
    drawn: bool = False
    beside: Mapping[str, Any] | None = None


def read_folder(row: Row, value: Any) -> Folder:
    """Read what a user gives: the path of a folder."""
    if isinstance(value, Folder):
        return value
    if not isinstance(value, (str, os.PathLike)):
        raise Unfit
    path = os.fspath(value)
    if not isinstance(path, str) or not path.strip() or "\0" in path:
        raise Unfit
    try:
        os.fsencode(path)
    except UnicodeError as error:  # a lone surrogate
        raise Unfit from error
    try:
        return Folder(os.path.abspath(os.path.expanduser(path)))
    except FileNotFoundError as error:
        raise NNFitError(
            "checkpoint",
            "is a path from the working directory, which does not exist.",
            "Give a whole path, or go to another directory.",
        ) from error
