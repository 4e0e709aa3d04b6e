"""The gradient by differences: try a little more and a little less of each parameter.

The parameters take their steps one after the other, as the difference of the next is computed
where the last has led: the slopes first, then the intercept.
"""

from __future__ import annotations

import torch

from .problem import Problem
from .track import Track

WIDE = 0.1  # between its two ends a parabola's slope is exact, however far they are apart
NOISE = 50  # roundings of a coefficient that the differences of losses leave


def width(problem: Problem) -> float:
    """Choose how far to try: of a curved loss, little, but more than what rounding leaves."""
    if problem.link.quadratic:
        return WIDE
    return float(torch.finfo(problem.x.dtype).eps ** (1 / 3))


def difference(problem: Problem, params: torch.Tensor, which: int, delta: float) -> torch.Tensor:
    """Compute how the mean loss changes with one parameter, by a central difference."""
    more, less = params.clone(), params.clone()
    more[which] += delta
    less[which] -= delta
    return (problem.value(more) - problem.value(less)) / (2 * delta)


def descend(problem: Problem, params: torch.Tensor, learn_rate: float, track: Track) -> None:
    """Step along one parameter after the other until the track ends."""
    delta = width(problem)
    track.slack = NOISE
    while track.goes_on():
        loss = problem.value(params)
        new = params.clone()
        for which in range(len(params)):
            new[which] -= learn_rate * difference(problem, new, which, delta)
        track.took(loss, params, new)
        params = new
