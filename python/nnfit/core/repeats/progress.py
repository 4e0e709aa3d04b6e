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

    def share(self, fits: int, own: int) -> SharedProgress:
        """Make the progress of the share of the next fits that this process trains."""
        report = self.part(fits)
        self.done += fits
        return SharedProgress(in_proportion(report, 1, own), own, self.epochs)

    def advance(self, trained: Trained, fits: int = 1) -> None:
        """Count fits as done; each may have been too short to report anything itself."""
        self.done += fits
        if self.report is None or time.monotonic() < self.due:
            return
        losses = trained.losses_at(-1)
        if self.report(self.done * self.epochs, self.fits * self.epochs, *losses) is False:
            raise KeyboardInterrupt
        self.due = time.monotonic() + Progress.EVERY


def in_proportion(report: Report | None, total: int, own: int) -> Report | None:
    """Make a report that is told how many of its own epochs are done as if it were of all.

    The other processes, which train the rest, are taken to be as far.
    """
    if report is None or total == own:
        return report

    def of_all(epoch: int, epochs: int, *losses: float | None) -> Any:
        return report(epoch * total // own, epochs * total // own, *losses)

    return of_all
