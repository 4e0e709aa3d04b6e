"""Which predictors a row keeps while the others come from elsewhere, and what Shapley makes of it.

A Shapley value is a weighted sum over coalitions: over all of them, or over those that a few orders
of the predictors pass through.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


class Coalitions(NamedTuple):
    """Coalitions of G players, and what each player's value makes of theirs.

    Attributes
    ----------
    members : bool array (S, G)
        No coalition twice.
    weights : array (R, G, S)
        A value is the mean over R draws of the sum of these times the coalitions' values; R is 1
        where nothing is drawn.
    """

    members: np.ndarray
    weights: np.ndarray


def all_of(players: int) -> Coalitions:
    """List all coalitions, with Shapley's weights.

    A player's value is the mean of what it adds to those without it, each size alike.
    """
    numbers = np.arange(2**players)
    members = (numbers[:, None] >> np.arange(players)) & 1 == 1
    sizes = members.sum(axis=1)
    weights = np.empty((1, players, len(numbers)))
    for player in range(players):
        within = members[:, player]
        others = sizes - within
        share = np.array([1 / (players * math.comb(players - 1, size)) for size in others])
        weights[0, player] = np.where(within, share, -share)
    return Coalitions(members, weights)


def along(orders: np.ndarray) -> Coalitions:
    """List the coalitions that orders (R, G) pass through, each there and back.

    A player's value by an order is what it adds to those before it: Castro, Gomez and Tejada
    (2009), Polynomial calculation of the Shapley value based on sampling, Computers & Operations
    Research 36(5). With the same order from its end, whose errors run the other way: Mitchell and
    others (2022), Sampling permutations for Shapley value estimation, Journal of Machine Learning
    Research 23(43).
    """
    draws, players = orders.shape
    found: dict[bytes, int] = {}
    members: list[np.ndarray] = []
    steps: list[tuple[int, int, int, int]] = []

    def number(mask: np.ndarray) -> int:
        key = mask.tobytes()
        if key not in found:
            found[key] = len(members)
            members.append(mask.copy())
        return found[key]

    for draw, order in enumerate(orders):
        for path in (order, order[::-1]):
            mask = np.zeros(players, dtype=bool)
            before = number(mask)
            for player in path:
                mask[player] = True
                after = number(mask)
                steps.append((draw, int(player), before, after))
                before = after
    weights = np.zeros((draws, players, len(members)))
    for draw, player, before, after in steps:
        weights[draw, player, after] += 0.5
        weights[draw, player, before] -= 0.5
    return Coalitions(np.array(members), weights)
