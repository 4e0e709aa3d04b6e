"""What went wrong in one of several processes, told to all: the others notice only that it is gone.

A refusal, which names an argument, is kept beyond that start: torchrun would start the processes
again, and they would refuse again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .errors import NNFitError
from .meeting import Board

FAILED, REFUSED = "failed", "refused"
APART = 10.0  # seconds between clocks; torchrun's limit is three signs of life, 5 seconds each


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


def check_clocks(hosts: Sequence[str], clocks: Sequence[float]) -> None:
    """Refuse machines whose clocks disagree: torchrun takes signs of life by them for too old."""
    for host, clock in zip(hosts, clocks):
        apart = clock - clocks[0]
        if abs(apart) > APART:
            where = f"{abs(apart):.0f} seconds {'ahead of' if apart > 0 else 'behind'}"
            raise NNFitError(
                "processes",
                f"are on machines whose clocks disagree: that of {host} is {where} {hosts[0]}'s.",
                "Set the clock there: torchrun gives up machines that are 15 seconds apart.",
            )


def refuse_again(run: Board) -> None:
    """Raise what a process has refused, now or in an earlier start; else do nothing."""
    if run.check([REFUSED]):
        raise NNFitError(*json.loads(run.get(REFUSED)))


def _said(start: Board) -> str:
    return start.get(FAILED).decode() if start.check([FAILED]) else ""
