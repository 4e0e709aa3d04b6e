"""Rows some of whose columns come from other rows: what that costs, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional

import numpy as np
import torch

from .forward import Forward
from .rows import Asked
from .scores import Score
from .spread import Estimate, Pairs, without_groups
from .terms import Donated, Term

Made = Optional[Callable[[int, int, np.ndarray], np.ndarray]]


class Moved:
    """The rows of an `Asked` with columns moved, as a score values them.

    Parameters
    ----------
    asked : Asked
    moves : list of Donated
    score : Score
    cycle : int array (n,)
        The rows in the order in which values are passed on.
    repeats : int
        How many other rows each is given values of.
    made : callable or None
        Makes the columns of a move that come neither from one row nor the other: see `permuted()`.
    """

    def __init__(
        self,
        asked: Asked,
        moves: list[Donated],
        score: Score,
        cycle: np.ndarray,
        repeats: int,
        made: Made,
    ):
        self.score, self.moves, self.cycle, self.made = score, moves, cycle, made
        self.repeats, self.n = repeats, len(cycle)
        self.weights = asked.table.weights
        self.forward = Forward(asked.network, asked.spec, asked.scaling, asked.table.x)
        self.base = score.values(self.forward.outputs())
        self.known: dict[bytes, float] = {}

    def base_of(self, mask: np.ndarray) -> float:
        """Value some of the rows as they are, once for all terms."""
        key = np.packbits(mask).tobytes()
        if key not in self.known:
            rows = np.flatnonzero(mask)
            share = None if self.weights is None else self.weights[rows]
            assert self.score.whole is not None
            self.known[key] = self.score.whole(self.base[rows], rows, share)
        return self.known[key]

    def donors(self, repeat: int) -> np.ndarray:
        """Say which row each is given values of."""
        found = np.empty(self.n, dtype=np.int64)
        found[self.cycle] = np.roll(self.cycle, -(repeat + 1))
        return found

    def values(self, place: int, repeat: int) -> np.ndarray:
        """Compute what the score makes of a move."""
        move, rows = self.moves[place], self.donors(repeat)
        if not move.made:
            return self.score.values(self.forward.from_others(move.columns, torch.from_numpy(rows)))
        assert self.made is not None
        values = np.asarray(self.made(place, repeat, rows), dtype=float).reshape(self.n, -1)
        both = np.concatenate([self.forward.x[rows][:, move.columns], values], axis=1)
        return self.score.values(self.forward.with_values(move.columns + move.made, both))

    def baseline(self) -> float:
        """Score the rows as they are."""
        if self.score.whole is not None:
            return self.score.whole(self.base, np.arange(self.n), self.weights)
        return float(np.average(self.base, weights=self.weights))

    def estimate(self, term: Term) -> Estimate:
        """Estimate by how much a term raises the score."""
        return _by_pairs(self, term) if self.score.whole is None else _by_groups(self, term)


def _by_pairs(moved: Moved, term: Term) -> Estimate:
    pairs = Pairs(moved.weights, moved.n)
    for repeat in range(moved.repeats):
        rise = np.zeros(moved.n)
        for place, sign in zip(term.moves, term.signs):
            rise += sign * (moved.values(place, repeat) - moved.base)
        pairs.add(rise, moved.donors(repeat))
    return pairs.estimate()


def _by_groups(moved: Moved, term: Term) -> Estimate:
    """Estimate what is no mean: by rows that are left out before a move and after it."""
    whole, weights = moved.score.whole, moved.weights
    assert whole is not None
    repeats = range(moved.repeats)
    parts = [
        [(sign, moved.values(place, repeat)) for place, sign in zip(term.moves, term.signs)]
        for repeat in repeats
    ]

    def of_pairs(repeat: int, mask: np.ndarray) -> float:
        rows = np.flatnonzero(mask)
        share = None if weights is None else weights[rows]
        base = moved.base_of(mask)
        return sum(sign * (whole(after[rows], rows, share) - base) for sign, after in parts[repeat])

    # an order of its own: along the cycle a group would give to one other alone
    order = moved.cycle[np.random.default_rng(0).permutation(moved.n)]
    return without_groups(of_pairs, order, [moved.donors(repeat) for repeat in repeats])
