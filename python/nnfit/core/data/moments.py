"""Means, spreads and lengths of columns, of whatever size the numbers are.

The square of a number above 1e154 is infinite, that of one below 1e-162 is 0. Columns of such
numbers are counted in a unit of their own, a power of two, which costs no digit.
"""

from __future__ import annotations

import numpy as np

SQUARES = 1e-280, 1e280  # sums of squares that are taken as they are
VALUES = 1e-140, 1e140  # largest values whose sums of squares are among these


def units(a: np.ndarray) -> np.ndarray:
    """Give the unit of each column of `a` (rows, columns): 1, or a power of two near the largest.

    A column of zeros has unit 1.
    """
    largest = np.abs(a).max(axis=0, initial=0.0)
    usual = (largest == 0) | ((largest > VALUES[0]) & (largest < VALUES[1]))
    return np.where(usual, 1.0, np.ldexp(1.0, np.frexp(largest)[1] - 1))


@np.errstate(over="ignore")
def lengths(a: np.ndarray) -> np.ndarray:
    """Give the lengths of the columns of `a`: the roots of their sums of squares."""
    plain: np.ndarray = np.linalg.norm(a, axis=0)
    if ((plain > VALUES[0]) & (plain < VALUES[1])).all():
        return plain
    unit = units(a)
    scaled: np.ndarray = np.linalg.norm(a / unit, axis=0) * unit
    return scaled


def mean_of(a: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Give the means over the rows of `a` (n, ...), which count as `weights` (n,) say."""
    if weights is None:
        return np.asarray(a.mean(axis=0, dtype=np.float64))
    return np.tensordot(weights / weights.sum(), a, axes=1)


class Moments:
    """Row count, means and sums of squared deviations, in float64.

    A chunk's own are combined with those so far (Chan, Golub and LeVeque): nothing large is
    subtracted from anything large, so columns far from zero keep their digits.
    """

    def __init__(self) -> None:
        self.rows = 0.0
        self.weight = 0.0
        self.mean: np.ndarray = np.zeros(())
        self.squares: np.ndarray = np.zeros(())
        self.unit: np.ndarray | None = None  # that these are in, for each column; None: 1

    @np.errstate(over="ignore", invalid="ignore")
    def add(
        self, a: np.ndarray, weights: np.ndarray | None = None, counts: np.ndarray | None = None
    ) -> None:
        """Take a chunk (rows, columns) into account.

        Parameters
        ----------
        a : array (n, columns)
        weights, counts : array (n,), optional
            As a `Table` has them.
        """
        mean, squares = self._of(a, weights)
        if not ((squares > SQUARES[0]) & (squares < SQUARES[1])).all() and self._new_unit(a):
            mean, squares = self._of(a, weights)
        own = float(len(a)) if weights is None else float(weights.sum())
        whole = self.weight + own
        gap = mean - self.mean
        self.squares = self.squares + squares + np.square(gap) * (self.weight * own / whole)
        self.mean = self.mean + gap * (own / whole)
        self.weight = whole
        self.rows += len(a) if counts is None else float(counts.sum())

    def _of(self, a: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        # NumPy takes 1.5 times as long where it converts on the way
        a = np.asarray(a, dtype=np.float64) if self.unit is None else a / self.unit
        mean = mean_of(a, weights)
        apart = a - mean
        if weights is None:
            return mean, np.einsum("i...,i...->...", apart, apart)
        return mean, np.tensordot(weights, np.square(apart, out=apart), 1)

    def _new_unit(self, a: np.ndarray) -> bool:
        """Choose units that do for a chunk and for what was seen before; tell whether any is new.

        A column that was zero so far has the chunk's; else the larger of the two counts.
        """
        before = np.ones(a.shape[1]) if self.unit is None else self.unit
        unit = units(a)
        seen = (self.mean != 0) | (self.squares != 0)
        unit = np.where(seen, np.maximum(unit, before), unit)
        if (unit == before).all():
            return False
        change = np.where(seen, before / unit, 1.0)
        self.mean, self.squares = self.mean * change, self.squares * change * change
        self.unit = unit
        return True

    def spread(self, center: bool) -> tuple[np.ndarray, np.ndarray]:
        """Give the middle and the standard deviation about it; the middle is 0 unless `center`."""
        about = self.squares if center else self.squares + self.weight * np.square(self.mean)
        middle = self.mean if center else np.zeros_like(self.mean)
        deviation = np.sqrt(about / self._degrees())
        return (
            (middle, deviation)
            if self.unit is None
            else (middle * self.unit, deviation * self.unit)
        )

    def _degrees(self) -> float:
        """Give what sums of squares are divided by: n - 1, where each of n rows counts once.

        Of weights only what they are to each other counts.
        """
        degrees = max(self.rows - 1, 1.0)
        return degrees if self.weight == self.rows else self.weight * (degrees / self.rows)
