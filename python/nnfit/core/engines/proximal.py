"""Weights drawn to zero after a step: what of a penalty on absolute values first orders take.

Yun, Lozano and Yang (2021), Adaptive proximal gradient methods for structured neural networks,
NeurIPS: a weight comes nearer to zero by as much as a gradient of the penalty's size, the same in
all steps so far, would have moved it in this one, and stays at zero if it gets there. So where
training comes to rest the gradient of the objective is zero, with momentum and with step sizes of
each weight's own too, and zeros are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..options.resolved import Resolved
from .base import Op
from .flat import Flat
from .penalty import trained_weights
from .strengths import Strength, as_tensor, is_none


class Reach(NamedTuple):
    """How far a constant gradient of 1 moves parameters in a step of an optimizer's.

    `size(step)`, steps counted from 1, over `by` (None: 1) as it is after the step; of `kept`, the
    momentum, that share of the step before comes on top, before `size` is applied.
    """

    size: Callable[[int], Strength]
    by: torch.Tensor | None = None
    kept: Strength = 0.0


class Shrink(NamedTuple):
    """What draws parameters to zero: `prepare(step)`, then all of `ops`, after an update's own."""

    ops: list[Op]
    prepare: Callable[[int], Any]
    memory: dict[str, torch.Tensor]


def fill_in(place: torch.Tensor, value: Strength) -> None:
    """Write a number, or one for each replica, into a tensor that is there."""
    if isinstance(value, torch.Tensor):
        place.copy_(value)
    else:
        place.fill_(value)


def shrink(pull: torch.Tensor, flat: Flat, reach: Reach) -> Shrink:
    """Make the operations that draw parameters to zero after a step.

    Parameters
    ----------
    pull : Tensor
        How much an absolute value of each parameter adds to the objective.
    flat : Flat
    reach : Reach
    """
    p = flat.value
    size, near = p.new_zeros(np.shape(reach.size(1))), torch.zeros_like(p)
    far, part = torch.zeros_like(p), torch.zeros_like(p)
    ops: list[Op] = [partial(near.copy_, pull.expand_as(p))]
    if reach.by is not None:
        ops += [partial(near.div_, reach.by)]
    keeps = not is_none(reach.kept)
    if keeps:
        gathered = torch.zeros_like(p)
        kept = as_tensor(reach.kept, p)
        ops += [
            partial(gathered.mul_, kept),
            partial(gathered.add_, near),
            partial(near.copy_, gathered),
        ]
    ops += [
        partial(near.mul_, size),
        partial(torch.neg, near, out=far),
        partial(torch.clamp, p, far, near, out=part),
        partial(p.sub_, part),  # what is within reach of zero is zero exactly
    ]
    memory = {"gathered": gathered} if keeps else {}
    return Shrink(ops, lambda step: fill_in(size, reach.size(step)), memory)


class TorchShrink:
    """The same after a step of torch's optimizers, by what they remember of each weight.

    Parameters
    ----------
    spec : Resolved
    model : nn.Module
    optimizer : torch.optim.Optimizer
        One of those with `mixture` in the catalog.
    """

    def __init__(self, spec: Resolved, model: nn.Module, optimizer: torch.optim.Optimizer):
        self.pull, self.optimizer = spec.lasso, optimizer
        self.weights = {id(weight) for weight in trained_weights(model)}
        self.reach_of = REACHES[spec.optimizer.name]

    @torch.no_grad()
    def __call__(self) -> None:
        """Draw all weights that took part in the step to zero."""
        for group in self.optimizer.param_groups:
            for weight in group["params"]:
                if id(weight) in self.weights and weight.grad is not None:
                    far = self.pull * self.reach_of(group, self.optimizer.state[weight])
                    limit = torch.as_tensor(far, dtype=weight.dtype, device=weight.device)
                    weight.sub_(torch.clamp(weight, -limit, limit))


def _sgd(group: Mapping[str, Any], state: dict[str, Any]) -> Any:
    inertia, gain = group["momentum"], 1.0
    if inertia:
        if "gathered" in state:
            gain = inertia * float(state["gathered"]) + 1.0 - group["dampening"]
        state["gathered"] = torch.tensor(gain, dtype=torch.float64)
    return group["lr"] * (1.0 + inertia * gain if group["nesterov"] else gain)


def _adam(group: Mapping[str, Any], state: dict[str, Any]) -> Any:
    square = state["max_exp_avg_sq" if group["amsgrad"] else "exp_avg_sq"]
    corrected = square / (1 - group["betas"][1] ** float(state["step"]))
    return group["lr"] / (corrected.sqrt() + group["eps"])


def _rmsprop(group: Mapping[str, Any], state: dict[str, Any]) -> Any:
    square = state["square_avg"]
    if group["centered"]:
        square = square - state["grad_avg"].square()
    one = 1 / (square.sqrt() + group["eps"])
    if group["momentum"]:
        before = state.get("gathered")
        one = one if before is None else before * group["momentum"] + one
        state["gathered"] = one
    return group["lr"] * one


def _adagrad(group: Mapping[str, Any], state: dict[str, Any]) -> Any:
    rate = group["lr"] / (1 + (float(state["step"]) - 1) * group["lr_decay"])
    return rate / (state["sum"].sqrt() + group["eps"])


# How far a gradient of 1 moves, by torch's formulas, from what its optimizers remember.
REACHES: dict[str, Callable[[Mapping[str, Any], dict[str, Any]], Any]] = {
    "sgd": _sgd,
    "adam": _adam,
    "adamw": _adam,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
}
