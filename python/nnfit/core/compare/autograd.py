"""The gradient by torch: it notes what is computed, and goes back through it."""

from __future__ import annotations

import torch

from .problem import Problem
from .track import Track


def descend(problem: Problem, params: torch.Tensor, learn_rate: float, track: Track) -> None:
    """Step against the gradient that `backward()` finds, by hand, until the track ends."""
    params = params.clone().requires_grad_()
    while track.goes_on():
        if params.grad is not None:
            params.grad.zero_()  # backward() adds to what is there
        loss = problem.value(params)
        loss.backward()
        before = params.detach().clone()
        with torch.no_grad():  # the step is no part of what is differentiated
            params -= learn_rate * params.grad  # type: ignore[operator]
        track.took(loss.detach(), before, params.detach())
