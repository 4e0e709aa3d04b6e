"""What went wrong in one of several processes, told to all: the others notice only that it is gone.

A refusal, which names an argument, is kept beyond that start: torchrun would start the processes
again, and they would refuse again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import NNFitError
from .meeting import Board

FAILED, REFUSED = "failed", "refused"


class ElsewhereError(RuntimeError):
    """Says what went wrong in another process."""


@contextmanager
def errors_told(run: Board, start: Board, own: str) -> Iterator[None]:
    """Tell the other processes of an error of the block, or raise what one of them has told.

    Parameters
    ----------
    run, start : Board
        Of all starts of the processes, and of this one.
    own : str
        What this process is called.
    """
    try:
        yield
    except NNFitError as error:
        run.set(REFUSED, json.dumps(error.args))
        raise
    except Exception as error:
        refuse_again(run)
        said = _said(start)
        if said:
            raise ElsewhereError(said) from error
        start.set(FAILED, f"{own}, has failed: {type(error).__name__}: {error}")
        raise


def refuse_again(run: Board) -> None:
    """Raise what a process has refused, now or in an earlier start; else do nothing."""
    if run.check([REFUSED]):
        raise NNFitError(*json.loads(run.get(REFUSED)))


def _said(start: Board) -> str:
    return start.get(FAILED).decode() if start.check([FAILED]) else ""
