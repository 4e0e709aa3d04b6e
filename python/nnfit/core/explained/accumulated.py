"""Local effects, added up: accumulated local effects.

Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised
learning models, Journal of the Royal Statistical Society B 82(4), 1059-1086.
"""

from __future__ import annotations

import numpy as np


def nodes_of(counts: np.ndarray) -> np.ndarray:
    """Give the ends of intervals half of the weight of those that meet there: (K + 1,)."""
    ends = np.zeros(len(counts) + 1)
    ends[:-1] += counts / 2
    ends[1:] += counts / 2
    return ends


def accumulate(steps: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Add up mean steps (K, ...) from interval to interval: (K + 1, ...).

    Their mean is 0, by the weights (K + 1,) of the `nodes`.
    """
    total = _from_zero(steps, 0)
    return np.asarray(total - np.tensordot(nodes / nodes.sum(), total, 1))


def accumulate_two(steps: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Add up mean steps of second order (K, L, ...): what two variables do together, and no more.

    The main effects that the sums contain are taken out, and their mean by the `counts` (K, L).
    Cells without rows have the steps of the nearest one that has some.
    """
    total = _from_zero(_from_zero(_filled(steps, counts), 0), 1)
    first = _main(total, counts)
    second = _main(total.swapaxes(0, 1), counts.T)
    alone = total - first[:, None] - second[None]
    corners = (alone[:-1, :-1] + alone[:-1, 1:] + alone[1:, :-1] + alone[1:, 1:]) / 4
    return np.asarray(alone - np.tensordot(counts / counts.sum(), corners, 2))


def _from_zero(steps: np.ndarray, axis: int) -> np.ndarray:
    sums = np.cumsum(steps, axis)
    start = np.zeros_like(np.take(sums, [0], axis))
    return np.concatenate([start, sums], axis)


def _main(total: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Add up what a surface (K + 1, L + 1, ...) does along its first axis alone: (K + 1, ...)."""
    steps = np.diff(total, axis=0)
    between = (steps[:, :-1] + steps[:, 1:]) / 2
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1e-300)
    shape = (*shares.shape, *[1] * (between.ndim - 2))
    return _from_zero((shares.reshape(shape) * between).sum(1), 0)


def _filled(steps: np.ndarray, counts: np.ndarray) -> np.ndarray:
    empty = counts <= 0
    if not empty.any():
        return steps
    sizes = np.array(counts.shape)
    known = np.argwhere(~empty)
    filled = steps.copy()
    for place in np.argwhere(empty):
        away = np.square((known - place) / sizes).sum(1)
        filled[tuple(place)] = steps[tuple(known[away.argmin()])]
    return filled
