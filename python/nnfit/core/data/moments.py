"""Means, spreads and lengths of columns, of whatever size the numbers are.

The square of a number above 1e154 is infinite, that of one below 1e-162 is 0. Columns of such
numbers are counted in a unit of their own, a power of two, which costs no digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

SQUARES = 1e-280, 1e280  # sums of squares that are taken as they are
VALUES = 1e-140, 1e140  # largest values whose sums of squares are among these
BLOCK = 4096  # rows of a chunk that a processor's cache holds
ALL = slice(None)


class Few(NamedTuple):
    """Rows that stand for those of a chunk, and what was seen of all of these on the way.

    Attributes
    ----------
    root : array (1 + columns, 1 + columns)
        The rows: those of [1, columns - means].
    weight : float
        The sum of the weights of all.
    means, squares : array (columns,)
        The columns' means, and the sums of squares about these.
    """

    root: np.ndarray
    weight: float
    means: np.ndarray
    squares: np.ndarray

    def about(self, shift: np.ndarray) -> np.ndarray:
        """Give the rows of [1, columns - shift]."""
        root = self.root.copy()
        root[0, 1:] = root[0, 0] * (self.means - shift)
        return root


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
        self._combine(mean, squares, own)
        self.rows += len(a) if counts is None else float(counts.sum())

    @np.errstate(over="ignore", invalid="ignore")
    def join(self, other: Moments) -> Moments:
        """Take into account what another has seen of the same columns, which may change its units.

        Returns
        -------
        Moments
            Of both: one of the two.
        """
        if not (self.weight and other.weight):
            return self if self.weight else other
        if not (self.unit is None and other.unit is None):
            ones = np.ones_like(self.mean)
            mine, theirs = (ones if one.unit is None else one.unit for one in (self, other))
            larger = np.where(other._seen(), np.maximum(mine, theirs), mine)
            unit = np.where(self._seen(), larger, theirs)
            self._count_in(unit)
            other._count_in(unit)
        self._combine(other.mean, other.squares, other.weight)
        self.rows += other.rows
        return self

    def add_chunk(
        self,
        a: np.ndarray,
        few: Few | None = None,
        columns: slice = ALL,
        weights: np.ndarray | None = None,
    ) -> None:
        """Take a large chunk into account, of whose rows `few` are known to stand for all.

        Parameters
        ----------
        a : array (n, columns)
        few : Few, optional
        columns : slice, optional
            Which of the columns of `few` these are.
        weights : array (n,), optional
        """
        if few is not None and self._takes(len(a), few, columns):
            return
        for start in range(0, len(a), BLOCK):
            rows = slice(start, start + BLOCK)
            self.add(a[rows], None if weights is None else weights[rows])

    def of_columns(self, columns: Sequence[int]) -> Moments:
        """Give those of some of the columns."""
        some = Moments()
        some.rows, some.weight = self.rows, self.weight
        some.mean, some.squares = self.mean[columns], self.squares[columns]
        some.unit = None if self.unit is None else self.unit[columns]
        return some

    def _takes(self, rows: int, few: Few, columns: slice) -> bool:
        """Take into account what is known of a chunk; False: it has to be added after all."""
        mean, squares = few.means[columns], few.squares[columns]
        if self.unit is not None or not ((squares > SQUARES[0]) & (squares < SQUARES[1])).all():
            return False
        self._combine(mean, squares, few.weight)
        self.rows += rows
        return True

    def _combine(self, mean: np.ndarray, squares: np.ndarray, weight: float) -> None:
        whole = self.weight + weight
        gap = mean - self.mean
        self.squares = self.squares + squares + np.square(gap) * (self.weight * weight / whole)
        self.mean = self.mean + gap * (weight / whole)
        self.weight = whole

    def _of(self, a: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        # NumPy takes 1.5 times as long where it converts on the way
        a = np.asarray(a, dtype=np.float64) if self.unit is None else a / self.unit
        mean = mean_of(a, weights)
        apart = a - mean
        if weights is None:
            return mean, np.einsum("i...,i...->...", apart, apart)
        return mean, np.tensordot(weights, np.square(apart, out=apart), 1)

    def _new_unit(self, a: np.ndarray) -> bool:
        """Choose units that do for a chunk and for what was seen before; tell if any is new.

        A column that was zero so far has the chunk's; else the larger of the two counts.
        """
        unit = units(a)
        before = np.ones_like(unit) if self.unit is None else self.unit
        unit = np.where(self._seen(), np.maximum(unit, before), unit)
        if (unit == before).all():
            return False
        self._count_in(unit)
        return True

    def _seen(self) -> np.ndarray:
        """Tell which columns have had another value than 0."""
        return (self.mean != 0) | (self.squares != 0)

    def _count_in(self, unit: np.ndarray) -> None:
        """Have the columns in other units."""
        before = np.ones_like(unit) if self.unit is None else self.unit
        change = np.where(self._seen(), before / unit, 1.0)
        self.mean, self.squares = self.mean * change, self.squares * change * change
        self.unit = unit

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
