"""How processes that were started for one run find each other, and none of an earlier start.

torchrun starts processes anew, and what those before have written is still where they meet (with
torch 2.13 it is one store for all starts). Whoever takes an address of an earlier start for one of
its own waits for the dead. So the first process gives this start a name, and hands it to those who
have asked by a word that no other start has heard.
"""

from __future__ import annotations

import time
import uuid
from typing import Protocol

EVERY = 0.05  # seconds from one look to the next


class Board(Protocol):
    """Where processes leave words for each other: torch.distributed's store."""

    def set(self, key: str, value: str) -> None:
        """Write a word."""

    def get(self, key: str) -> bytes:
        """Read a word; wait for it where it is not there."""

    def check(self, keys: list[str]) -> bool:
        """Tell whether all of some words are there."""


def name_of_this_start(board: Board, rank: int, size: int, limit: float) -> str:
    """Agree on a name of this start, which no earlier one has had.

    Parameters
    ----------
    board : Board
    rank, size : int
    limit : float
        Seconds that the first process waits for the others.

    Raises
    ------
    TimeoutError
    """
    if rank:
        return _ask(board, rank)
    name, missing = uuid.uuid4().hex, set(range(1, size))
    due = time.monotonic() + limit
    while missing:
        for other in sorted(missing):
            _answer(board, other, name)
        missing = {other for other in missing if not board.check([f"{name}/{other}"])}
        if time.monotonic() > due:
            raise TimeoutError(f"process {min(missing)} of {size} has not come")
        time.sleep(EVERY)
    return name


def _ask(board: Board, rank: int) -> str:
    word = uuid.uuid4().hex
    board.set(f"asked/{rank}", word)
    name = board.get(f"answer/{word}").decode()
    board.set(f"{name}/{rank}", "here")
    return name


def _answer(board: Board, other: int, name: str) -> None:
    """Answer the last that another process has asked, be it of an earlier start."""
    if board.check([f"asked/{other}"]):
        board.set(f"answer/{board.get(f'asked/{other}').decode()}", name)
