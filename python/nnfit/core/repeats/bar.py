"""One report of progress over many fits."""

from __future__ import annotations

import time
from typing import Any, Callable

from ..training.history import Progress

Report = Callable[..., Any]


class Bar:
    """Reports how many of all epochs of all fits are done, by the clock.

    Parameters
    ----------
    report : callable or None
        The user's, as for one fit.
    fits : int
        How many there will be.
    epochs : int
        Of each.
    """

    def __init__(self, report: Report | None, fits: int, epochs: int):
        self.report = report
        self.fits = fits
        self.epochs = epochs
        self.done = 0
        self.due = time.monotonic() + Progress.FIRST

    def part(self, fits: int = 1) -> Report | None:
        """Make the report for the next fits, which run at once."""
        if self.report is None:
            return None
        before = self.done * self.epochs

        def report(epoch: int, epochs: int, *losses: float | None) -> Any:
            return self.report(before + epoch * fits, self.fits * epochs, *losses)

        return report

    def advance(self, result: dict[str, Any], fits: int = 1) -> None:
        """Count fits as done; each may have been too short to report anything itself."""
        self.done += fits
        if self.report is None or time.monotonic() < self.due:
            return
        train, valid = result["history"]["train_loss"][-1], result["history"]["valid_loss"]
        loss = (float(train), None if valid is None else float(valid[-1]))
        if self.report(self.done * self.epochs, self.fits * self.epochs, *loss) is False:
            raise KeyboardInterrupt
        self.due = time.monotonic() + Progress.EVERY
