"""How well risks tell who has the event first, among pairs of rows of which that is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..data.censored import EVENT, START, STOP, STRATUM, codes_of


class Concordance(NamedTuple):
    """Weights of the pairs of which it is known which row has the event first.

    Attributes
    ----------
    concordant, discordant, tied : float
        That row has the greater risk, the smaller, or the same.
    """

    concordant: float
    discordant: float
    tied: float

    @property
    def share(self) -> float:
        """The share of pairs that agree, where a tie is half of one; NaN: there are no pairs."""
        pairs = self.concordant + self.discordant + self.tied
        return (self.concordant + self.tied / 2) / pairs if pairs else np.nan


def concordance(y: np.ndarray, risk: np.ndarray, weights: np.ndarray) -> Concordance:
    """Count the pairs of one stratum: a row with an event, and one still at risk after it.

    As survival's `concordance()` does with its default weights. Harrell, Califf, Pryor, Lee and
    Rosati (1982), Evaluating the yield of medical tests, Journal of the American Medical
    Association 247, 2543-2546.

    Parameters
    ----------
    y : array (n, 4)
        As `data.censored` has it.
    risk : array (n,)
        Greater where the event is sooner.
    weights : array (n,)
    """
    codes = codes_of(y)
    ranks = np.unique(risk, return_inverse=True)[1].ravel()
    length = int(codes[:, STOP].max()) + 2
    event = codes[:, EVENT] == 1
    # a censored row is at risk at its time after the events of that time
    after = 2 * (codes[:, STRATUM] * length + codes[:, STOP] + 1) + ~event
    starts = 2 * (codes[:, STRATUM] * length + codes[:, START] + 1)
    ends = 2 * (codes[event, STRATUM] + 1) * length
    times, rank, own = after[event], ranks[event], weights[event]
    less, same = _sums(after, ranks, weights, times, ends, rank)
    total = _between(after, weights, times, ends)
    if (codes[:, START] >= 0).any():  # those that start at the event or after it are no pairs
        late_less, late_same = _sums(starts, ranks, weights, times - 1, ends, rank)
        less, same = less - late_less, same - late_same
        total = total - _between(starts, weights, times - 1, ends)
    return Concordance(float(own @ less), float(own @ (total - less - same)), float(own @ same))


def _between(
    keys: np.ndarray, weights: np.ndarray, above: np.ndarray, below: np.ndarray
) -> np.ndarray:
    """Add up the weights of keys greater than one number and less than another, for each pair."""
    order = np.argsort(keys, kind="stable")
    summed = np.append(0.0, np.cumsum(weights[order]))
    first = np.searchsorted(keys[order], above, side="right")
    last = np.searchsorted(keys[order], below, side="left")
    return np.asarray(summed[last] - summed[first])


def _sums(
    keys: np.ndarray,
    ranks: np.ndarray,
    weights: np.ndarray,
    above: np.ndarray,
    below: np.ndarray,
    rank: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Add up, of these, the weights of smaller ranks and of the same rank.

    Ranks are compared bit by bit, all questions at once, as in a wavelet matrix (Claude, Navarro
    and Ordonez 2015, The wavelet matrix, Information Systems 47, 15-32).
    """
    order = np.argsort(keys, kind="stable")
    first = np.searchsorted(keys[order], above, side="right")
    last = np.searchsorted(keys[order], below, side="left")
    ranks, weights = ranks[order], weights[order]
    less = np.zeros(len(rank))
    for bit in range(int(ranks.max()).bit_length() - 1, -1, -1):
        small = (ranks >> bit) & 1 == 0
        number = np.append(0, np.cumsum(small))
        mass = np.append(0.0, np.cumsum(weights * small))
        greater = (rank >> bit) & 1 == 1
        less += np.where(greater, mass[last] - mass[first], 0.0)
        first, last = (
            np.where(greater, number[-1] + place - number[place], number[place])
            for place in (first, last)
        )
        ranks, weights = (np.append(one[small], one[~small]) for one in (ranks, weights))
    summed = np.append(0.0, np.cumsum(weights))
    return less, summed[last] - summed[first]
