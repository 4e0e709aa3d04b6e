"""One report of progress over many fits."""

from __future__ import annotations

import time
from typing import Any

from ..training.callbacks import Progress, Report
from ..training.trained import Trained


class SharedProgress:
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
        report = self.report
        if report is None:
            return None
        before = self.done * self.epochs

        def part(epoch: int, epochs: int, *losses: float | None) -> Any:
            return report(before + epoch * fits, self.fits * epochs, *losses)

        return part

    def advance(self, trained: Trained, fits: int = 1) -> None:
        """Count fits as done; each may have been too short to report anything itself."""
        self.done += fits
        if self.report is None or time.monotonic() < self.due:
            return
        losses = trained.losses_at(-1)
        if self.report(self.done * self.epochs, self.fits * self.epochs, *losses) is False:
            raise KeyboardInterrupt
        self.due = time.monotonic() + Progress.EVERY
