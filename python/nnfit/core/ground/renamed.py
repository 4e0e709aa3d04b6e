"""Errors that name an argument as who calls knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from .errors import NNFitError


@contextmanager
def renamed(names: Mapping[str, str]) -> Iterator[None]:
    """Run a block whose `NNFitError`s name arguments by other names.

    Parameters
    ----------
    names : mapping
        From the names here to those of the caller; others stay.
    """
    try:
        yield
    except NNFitError as error:
        if error.argument not in names:
            raise
        raise NNFitError(names[error.argument], error.problem, error.remedy) from None
