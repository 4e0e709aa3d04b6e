"""Successive halving: all candidates are trained a little, the best of them on.

Jamieson and Talwalkar (2016), Non-stochastic best arm identification and hyperparameter
optimization, AISTATS, with the numbers of one bracket of Li, Jamieson, DeSalvo, Rostamizadeh and
Talwalkar (2018), Hyperband, JMLR 18(185), algorithm 1: of n candidates n / factor^i come to stage
i, where they have been trained for R / factor^(s - i) epochs in all, R those of a whole fit. As in
Hyperband the best candidate is that with the best score at any stage: what is trained for longer
may have learned the noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

PARTS = 27  # the first stage is not shorter than this part of a whole fit, unless that is asked for


class Stage(NamedTuple):
    """How many candidates are trained up to how many epochs."""

    candidates: int
    epochs: int


def stages(candidates: int, epochs: int, factor: int, min_epochs: int | None) -> list[Stage]:
    """Plan the stages of so many candidates, the last of which are trained for all epochs."""
    least = max(1, epochs / PARTS if min_epochs is None else min_epochs)
    number = 0
    while candidates >= factor ** (number + 1) and epochs / factor ** (number + 1) >= least:
        number += 1
    return [
        Stage(candidates // factor**i, max(1, round(epochs / factor ** (number - i))))
        for i in range(number + 1)
    ]


def spent(plan: Sequence[Stage], fits: int) -> int:
    """Count the epochs of all fits of each candidate, where none diverges."""
    before = [0, *(stage.epochs for stage in plan)]
    return fits * sum(stage.candidates * (stage.epochs - done) for stage, done in zip(plan, before))
