"""The steps by torch's optimizers, from the gradients that `backward()` finds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch

from ..ground.interrupts import interrupts_later
from ..ground.leftovers import no_folder
from .problem import Problem
from .track import Track

SHORTER = 60  # times that a step is halved

Make = Callable[[list[torch.Tensor], float, float], torch.optim.Optimizer]


@cache
def load() -> None:
    """Have torch load what its first optimizer needs, which would count as the first method's."""
    with interrupts_later(), no_folder():
        torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1).step()


def sgd(params: list[torch.Tensor], learn_rate: float, momentum: float) -> torch.optim.Optimizer:
    """Make torch's plain descent; on all rows at once there is nothing stochastic about it."""
    return torch.optim.SGD(params, lr=learn_rate, momentum=momentum)


def adam(params: list[torch.Tensor], learn_rate: float, momentum: float) -> torch.optim.Optimizer:
    """Make Adam, which divides each gradient by its usual size."""
    return torch.optim.Adam(params, lr=learn_rate)


def lbfgs(params: list[torch.Tensor], learn_rate: float, momentum: float) -> torch.optim.Optimizer:
    """Make L-BFGS, which learns the curvature; one direction, searched along, is an epoch."""
    return torch.optim.LBFGS(
        params,
        lr=learn_rate,
        max_iter=1,
        max_eval=25,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )


class _Beyond(Exception):
    """There is no loss where a search along a direction has led."""


def search(problem: Problem, params: torch.Tensor, learn_rate: float, track: Track) -> None:
    """Let L-BFGS step until the track ends, and never to where there is no loss.

    Its search along a direction is lost where a loss is not finite, as under a mean below 0: then
    it begins anew from where it was, half as far.
    """
    params = params.clone().requires_grad_()
    optimizer = lbfgs([params], learn_rate, 0)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = problem.value(params)
        if not bool(torch.isfinite(loss)):
            raise _Beyond
        loss.backward()
        return loss

    while track.goes_on():
        before = params.detach().clone()
        loss = problem.value(before)
        rate = learn_rate
        for _ in range(SHORTER):
            try:
                optimizer.step(closure)  # type: ignore[arg-type]
                break
            except _Beyond:
                params.data.copy_(before)
                rate /= 2
                optimizer = lbfgs([params], rate, 0)
        optimizer.param_groups[0]["lr"] = learn_rate
        track.took(loss, before, params.detach())


def descend(
    problem: Problem,
    params: torch.Tensor,
    learn_rate: float,
    track: Track,
    make: Make = sgd,
    momentum: float = 0,
) -> None:
    """Let an optimizer step until the track ends."""
    params = params.clone().requires_grad_()
    optimizer = make([params], learn_rate, momentum)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = problem.value(params)
        loss.backward()
        return loss

    while track.goes_on():
        before = params.detach().clone()
        loss: Any = optimizer.step(closure)  # type: ignore[arg-type]
        track.took(loss.detach(), before, params.detach())
