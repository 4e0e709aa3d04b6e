"""What replicas that are trained at once may each have of their own: numbers, not shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, Union

import torch

from ..options.resolved import Resolved

# one number for all, or a column (R, 1) with a number for each of R replicas, in float64
Strength = Union[float, torch.Tensor]


class Strengths(NamedTuple):
    """How far steps go, how much of a step goes on in the next, and what is pulled to zero."""

    learn_rate: Strength
    momentum: Strength
    ridge: Strength
    lasso: Strength


def strengths_of(specs: Sequence[Resolved]) -> Strengths:
    """Gather those of replicas; what all have alike stays one number.

    So replicas of one model take the steps that they would take without this. An optimizer that
    has no step size takes none of them.
    """
    return Strengths(*(
        _gathered([getattr(spec, name) or 0.0 for spec in specs]) for name in Strengths._fields
    ))  # fmt: skip


def _gathered(values: Sequence[float]) -> Strength:
    if len(set(values)) == 1:
        return values[0]
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def is_none(strength: Strength) -> bool:
    """Tell whether there is none, of any replica."""
    return not (strength.any() if isinstance(strength, torch.Tensor) else strength)


def as_tensor(strength: Strength, like: torch.Tensor) -> torch.Tensor:
    """Make a tensor of the dtype and on the device of another."""
    if isinstance(strength, torch.Tensor):
        return strength.to(like)
    return like.new_tensor(strength)  # torch.as_tensor() would make float32 of it first


# What of a spec each replica of a stack may have of its own, and what all have to have alike then:
# an optimizer with momentum has other operations than one without, and a schedule is of one rate.
OWN: dict[str, Callable[[Resolved], object]] = {
    "learn_rate": lambda spec: spec.schedule and spec.learn_rate,
    "momentum": lambda spec: bool(spec.momentum),
    "penalty": lambda spec: None,
    "mixture": lambda spec: None,
}


def alike(spec: Resolved) -> tuple[object, ...]:
    """Give what of specs has to be equal so that their replicas can stand side by side."""
    same = replace(spec, learn_rate=1.0, momentum=0.0, penalty=0.0, mixture=0.0)
    return (repr(same), *(repr(own(spec)) for own in OWN.values()))
