"""How far a job is, as lines: for who has started torchrun and reads what it prints."""

from __future__ import annotations

import sys
import time

EVERY = 10.0  # seconds from one line to the next


class Printing:
    """What the first process prints while it trains.

    Parameters
    ----------
    rank : int
        Others print nothing.
    """

    def __init__(self, rank: int):
        self.rank, self.due = rank, time.monotonic() + EVERY

    def progress(
        self, epoch: int, epochs: int, train_loss: float, valid_loss: float | None
    ) -> bool:
        """Print how far training is, now and then; it is to go on."""
        if not self.rank and time.monotonic() >= self.due:
            self.due = time.monotonic() + EVERY
            beside = "" if valid_loss is None else f", {valid_loss:.4g} on validation"
            self.line(f"epoch {epoch} of {epochs}, loss {train_loss:.4g}{beside}")
        return True

    def line(self, text: str) -> None:
        """Print a line at once."""
        if not self.rank:
            print(f"nnfit: {text}", file=sys.stderr, flush=True)
