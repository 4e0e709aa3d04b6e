"""Means and spreads of columns that are seen a chunk at a time."""

from __future__ import annotations

import numpy as np


class Moments:
    """Row count, means and sums of squared deviations, in float64.

    A chunk's own are combined with those so far (Chan, Golub and LeVeque): nothing large is
    subtracted from anything large, so columns far from zero keep their digits.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.mean: np.ndarray = np.zeros(())
        self.squares: np.ndarray = np.zeros(())

    def add(self, a: np.ndarray) -> None:
        """Take a chunk (rows, columns) into account."""
        rows = self.rows + len(a)
        mean = a.mean(axis=0, dtype=np.float64)
        squares = np.square(a - mean).sum(axis=0)
        gap = mean - self.mean
        self.squares = self.squares + squares + np.square(gap) * (self.rows * len(a) / rows)
        self.mean = self.mean + gap * (len(a) / rows)
        self.rows = rows

    def spread(self, center: bool) -> tuple[np.ndarray, np.ndarray]:
        """Give the middle and the standard deviation about it; the middle is 0 unless `center`."""
        about = self.squares if center else self.squares + self.rows * np.square(self.mean)
        middle = self.mean if center else np.zeros_like(self.mean)
        return middle, np.sqrt(about / max(self.rows - 1, 1))
