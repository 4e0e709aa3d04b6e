"""How far an importance would move with other rows: a mean over pairs of rows, and its error.

A row is in such a mean twice: as the one whose prediction is made worse, and as the one that gives
its values away. Where the two are told apart, the mean is Hoeffding's (1948) U-statistic, of which
only some pairs are seen: A class of statistics with asymptotically normal distribution, Annals of
Mathematical Statistics 19(3), 293-325.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Callable, NamedTuple

import numpy as np

GROUPS = 20  # of rows, of which one at a time is left out
FEWEST = 3  # rows: of two each gives to the other, so that an error would be that of no row at all


class Estimate(NamedTuple):
    """A mean, its standard error, and the degrees of freedom that this has."""

    value: float
    error: float
    df: int


class Pairs:
    """Differences of losses by pairs of rows, summed as they come.

    Parameters
    ----------
    weights : array (n,) or None
        How much a row counts when it is the one whose loss it is.
    n : int
        Rows.
    """

    def __init__(self, weights: np.ndarray | None, n: int):
        self.share = np.ones(n) if weights is None else weights * (n / weights.sum())
        self.received, self.given, self.given_share = np.zeros(n), np.zeros(n), np.zeros(n)
        self.squares, self.repeats = 0.0, 0
        self.cross, self.own = 0.0, float(np.square(self.share).sum())

    def add(self, differences: np.ndarray, donors: np.ndarray) -> None:
        """Take in a repeat: a difference for each row, and from which row its values came."""
        counted = self.share * differences
        self.received += counted
        self.given[donors] += counted
        self.squares += float(np.square(counted).sum())
        self.cross += float(counted @ self.share)
        self.given_share[donors] += self.share
        self.repeats += 1

    def estimate(self) -> Estimate:
        """Give the mean over all pairs that were seen, and its error over rows.

        With k the difference less the mean, a pair has k = a + b + e: what the row has in common
        that receives, the row that gives, and the rest. The mean over n rows and R repeats then has
        the variance (var(a) + var(b) + 2 cov(a, b)) / n + var(e) / (n R), whose parts are found
        from the means over a row's R pairs in either role.
        """
        n, repeats = len(self.share), self.repeats
        mean = float(self.received.sum() / (n * repeats))
        if not math.isfinite(mean):
            return Estimate(mean, math.nan, n - 1)
        received = self.received / repeats - mean * self.share
        given = (self.given - mean * self.given_share) / repeats
        total = (self.squares - 2 * mean * self.cross + mean**2 * self.own * repeats) / (
            n * repeats
        )
        variance = _variance(received, given, max(total, 0.0), repeats)
        return Estimate(mean, math.sqrt(variance / n) if n >= FEWEST else math.nan, n - 1)


def _variance(received: np.ndarray, given: np.ndarray, total: float, repeats: int) -> float:
    n = len(received)
    free = n / (n - 1)
    common = 2 * free * float(received @ given) / n
    if repeats == 1:  # the parts can not be told apart, and need not be
        return max(free * total + common, 0.0)
    parts = [
        max((free * float(one @ one) / n - free * total / repeats) / (1 - 1 / repeats), 0.0)
        for one in (received, given)
    ]
    rest = max(free * total - sum(parts), 0.0)
    most = 2 * math.sqrt(parts[0] * parts[1])
    return sum(parts) + min(max(common, -most), most) + rest / repeats


def without_groups(
    of_pairs: Callable[[int, np.ndarray], float],
    order: np.ndarray,
    donors: Sequence[np.ndarray],
) -> Estimate:
    """Find the error of what is no mean over rows: some rows are left out at a time.

    The jackknife that leaves groups out; Kott (2001), The delete-a-group jackknife, Journal of
    Official Statistics 17(4), 521-526. A group is left out of the rows that receive, and once more
    of those that give: of either it is the pairs that are left out, before and after a move alike,
    so that both are of the same rows. What each leaves is then taken apart as rows' pairs are.

    Parameters
    ----------
    of_pairs : callable
        Computes the value of a repeat by some of the rows, with the values that they were given:
        from the repeat and a mask (n,).
    order : array (n,)
        Rows, in an order that is drawn, and has nothing to do with who gives to whom: each group is
        every so manieth of them.
    donors : list of array (n,)
        For each repeat, from which row the values of each came.
    """
    n, repeats = len(order), len(donors)
    groups = min(GROUPS, n)
    label = np.empty(n, dtype=int)
    label[order] = np.arange(n) % groups
    everything = np.ones(n, dtype=bool)
    value = float(np.mean([of_pairs(repeat, everything) for repeat in range(repeats)]))

    def moved_by(role: Callable[[int], np.ndarray]) -> np.ndarray:
        left = np.array([
            [of_pairs(repeat, role(repeat) != group) for group in range(groups)]
            for repeat in range(repeats)
        ])  # fmt: skip
        return (groups - 1) * (left.mean(axis=1, keepdims=True) - left)

    received = moved_by(lambda repeat: label)
    given = moved_by(lambda repeat: label[donors[repeat]])
    total = float(np.square(received).mean())
    variance = _variance(received.mean(axis=0), given.mean(axis=0), total, repeats)
    error = math.sqrt(variance / groups) if groups >= FEWEST else math.nan
    return Estimate(value, error, groups - 1)
