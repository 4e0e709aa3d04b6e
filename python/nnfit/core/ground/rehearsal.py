"""A call that is to be shared among processes, gone through before any of them is started.

What a user can get wrong is refused at once, by the same checks as in one process: the call itself
runs, up to where it would begin to train.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from .errors import NNFitWarning, are_for_r, warnings_told
from .processes import Processes


class Rehearsed(Exception):
    """Ends a rehearsal: nothing is wrong as far as could be seen before training."""


class Rehearsal(Processes):
    """Stands for so many processes that are yet to be started."""

    def __init__(self, size: int):
        self.size = size

    def gather(self, value: Any) -> list[Any]:
        raise AssertionError("a rehearsal ends before there is anything to put together")


def rehearse(call: Callable[[Processes], Any], size: int) -> None:
    """Go through a call, of which the processes will warn themselves.

    Raises
    ------
    NNFitError
        What the call refuses.
    """
    with _quiet(), suppress(Rehearsed):
        call(Rehearsal(size))
        raise AssertionError("a rehearsal went on to train")


@contextmanager
def _quiet() -> Iterator[None]:
    if are_for_r():
        with warnings_told():
            yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NNFitWarning)
        yield
