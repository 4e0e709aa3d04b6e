"""The gradient by hand: the chain rule, written out.

The loss of a row depends on its linear predictor, and that on each parameter by the value in the
parameter's column: so the gradient is the mean, over the rows, of slope times value.
"""

from __future__ import annotations

import torch

from .problem import Problem
from .track import Track


def gradient(problem: Problem, params: torch.Tensor) -> torch.Tensor:
    """Compute the gradient (p,) of the mean loss by calculus."""
    eta = problem.outputs(params)
    slope = problem.loss.slope(eta, problem.y)
    return problem.x.T @ (problem.weights * slope)


def descend(problem: Problem, params: torch.Tensor, learn_rate: float, track: Track) -> None:
    """Step against the gradient until the track ends."""
    while track.goes_on():
        loss = problem.value(params)
        new = params - learn_rate * gradient(problem, params)
        track.took(loss, params, new)
        params = new
