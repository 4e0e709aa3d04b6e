"""Optimizers as lists of operations on one vector of parameters.

The formulas are those of torch's documentation, https://pytorch.org/docs/stable/optim.html.
What changes from step to step is kept in tensors of one element, filled in before the step: the
operations themselves never change, so that a CUDA graph can replay them.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from torch import nn

from ...options.resolved import Resolved
from .. import optimizers
from ..base import DoesNotApply, Op
from ..clipping import cut_vector
from ..flat import Flat
from ..max_norm import shortenings


class Update(NamedTuple):
    """One update: call `prepare(step)`, counted from 1, then all of `ops`.

    `set_rate`, where a schedule needs it, gives it another step size. `memory` is what it
    remembers from step to step, by name.
    """

    ops: Sequence[Op]
    prepare: Callable[[int], Any] | None = None
    set_rate: Callable[[float], Any] | None = None
    memory: Mapping[str, torch.Tensor] = MappingProxyType({})


def _scalar(flat: Flat, value: float = 0.0) -> torch.Tensor:
    return flat.value.new_tensor(value)


class Rate:
    """A step size, and the operations that move parameters by it.

    One that stays is a part of the operations; one that moves is in tensors.

    Parameters
    ----------
    flat : Flat
    value : float
    moves : bool
    """

    def __init__(self, flat: Flat, value: float, moves: bool):
        self.value, self.moves = value, moves
        self.minus = _scalar(flat, -value)
        self.followers: list[Callable[[], Any]] = []

    def set(self, value: float) -> None:
        """Change it."""
        self.value = value
        self.minus.fill_(-value)
        for follow in self.followers:
            follow()

    def along(self, p: torch.Tensor, direction: torch.Tensor) -> Op:
        """Make the operation p -= rate * direction."""
        if self.moves:
            return partial(p.addcmul_, direction, self.minus)
        return partial(p.add_, direction, alpha=-self.value)

    def ratio(self, p: torch.Tensor, direction: torch.Tensor, by: torch.Tensor) -> list[Op]:
        """Make the operations p -= rate * direction / by, which may write over `by`."""
        if self.moves:
            return [partial(by.div_, self.minus), partial(p.addcdiv_, direction, by)]
        return [partial(p.addcdiv_, direction, by, value=-self.value)]


def sgd(
    flat: Flat,
    rate: Rate,
    *,
    momentum: float = 0.0,
    dampening: float = 0.0,
    nesterov: bool = False,
) -> Update:
    """Gradient descent; the first gradient enters the momentum undamped."""
    p, g = flat.value, flat.grad
    move = rate.along(p, g)
    if not momentum:
        return Update([move])
    velocity, kept, new = torch.zeros_like(g), _scalar(flat, momentum), _scalar(flat, 1.0)
    ops: list[Op] = [partial(velocity.mul_, kept), partial(velocity.addcmul_, g, new)]
    if nesterov:
        ops += [partial(g.add_, velocity, alpha=momentum), move]
    else:
        ops += [rate.along(p, velocity)]
    return Update(
        ops,
        lambda step: new.fill_(1.0 if step == 1 else 1.0 - dampening),
        memory={"velocity": velocity},
    )


def adam(
    flat: Flat,
    rate: Rate,
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    amsgrad: bool = False,
) -> Update:
    """Adam, https://arxiv.org/abs/1412.6980.

    p -= rate / c1 * m / (sqrt(v) / sqrt(c2) + eps), with c = 1 - beta^step, is computed as
    p -= m / (sqrt(v) * factor + shift).
    """
    p, g = flat.value, flat.grad
    mean, square, largest, root = (torch.zeros_like(g) for _ in range(4))
    kept, factor, shift = _scalar(flat, betas[1]), _scalar(flat), _scalar(flat)
    ops = [
        partial(mean.lerp_, g, 1 - betas[0]),
        partial(square.mul_, kept),
        partial(square.addcmul_, g, g, value=1 - betas[1]),
        *([partial(torch.maximum, largest, square, out=largest)] if amsgrad else []),
        partial(torch.sqrt, largest if amsgrad else square, out=root),
        partial(torch.addcmul, shift, root, factor, out=root),
        partial(p.addcdiv_, mean, root, value=-1),
    ]

    def prepare(step: int) -> None:
        size = rate.value / (1 - betas[0] ** step)
        factor.fill_(1 / (size * math.sqrt(1 - betas[1] ** step)) if size else 0.0)
        shift.fill_(eps / size if size else math.inf)

    return Update(ops, prepare, memory={"mean": mean, "square": square, "largest": largest})


def rmsprop(
    flat: Flat,
    rate: Rate,
    *,
    alpha: float = 0.99,
    eps: float = 1e-8,
    momentum: float = 0.0,
    centered: bool = False,
) -> Update:
    """RMSprop; centered: with the variance of the gradient in place of its mean square."""
    p, g = flat.value, flat.grad
    square, mean, root, velocity = (torch.zeros_like(g) for _ in range(4))
    kept, least, inertia = _scalar(flat, alpha), _scalar(flat, eps), _scalar(flat, momentum)
    ops: list[Op] = [
        partial(square.mul_, kept),
        partial(square.addcmul_, g, g, value=1 - alpha),
    ]
    if centered:
        ops += [
            partial(mean.lerp_, g, 1 - alpha),
            partial(torch.addcmul, square, mean, mean, value=-1, out=root),
            root.sqrt_,
        ]
    else:
        ops += [partial(torch.sqrt, square, out=root)]
    ops += [partial(root.add_, least)]
    if not momentum:
        return Update([*ops, *rate.ratio(p, g, root)], memory={"square": square, "mean": mean})
    ops += [
        partial(velocity.mul_, inertia),
        partial(velocity.addcdiv_, g, root),
        rate.along(p, velocity),
    ]
    return Update(ops, memory={"square": square, "mean": mean, "velocity": velocity})


def adagrad(
    flat: Flat,
    rate: Rate,
    *,
    initial_accumulator_value: float = 0.0,
    eps: float = 1e-10,
) -> Update:
    """Adagrad, https://jmlr.org/papers/v12/duchi11a.html, without decay of the learning rate."""
    p, g = flat.value, flat.grad
    total = torch.full_like(g, initial_accumulator_value)
    root, least = torch.zeros_like(g), _scalar(flat, eps)
    ops: list[Op] = [
        partial(total.addcmul_, g, g),
        partial(torch.sqrt, total, out=root),
        partial(root.add_, least),
        *rate.ratio(p, g, root),
    ]
    return Update(ops, memory={"total": total})


UPDATES: dict[str, Callable[..., Update]] = {
    "sgd": sgd,
    "adam": adam,
    "adamw": adam,
    "rmsprop": rmsprop,
    "adagrad": adagrad,
}


def update_of(spec: Resolved, flat: Flat) -> Update:
    """Make the update of a resolved spec, with its penalty.

    Raises
    ------
    DoesNotApply
        If the optimizer, or one of torch's arguments for it, has no fused form.
    NNFitError
        If torch refuses the value of an argument.
    """
    name, args = spec.optimizer
    formula = UPDATES.get(name)
    if formula is None:
        raise DoesNotApply(f'"{name}" is not among its optimizers')
    unknown = set(args) - set(inspect.signature(formula).parameters)
    if unknown:
        raise DoesNotApply(
            f'"{name}" is among its optimizers only without {", ".join(sorted(unknown))}'
        )
    if args:  # torch knows best which values it refuses
        optimizers.build(spec, nn.Linear(1, 1, device="meta"))
    assert spec.learn_rate is not None  # every optimizer in `UPDATES` has one
    rate = Rate(flat, spec.learn_rate, moves=spec.schedule is not None)
    momentum = {"momentum": spec.momentum} if spec.momentum else {}
    update = formula(flat, rate, **args, **momentum)
    before = cut_vector(spec, flat.grad)
    if spec.penalty:
        before.append(_decay(spec, flat, rate))
    after = shortenings(spec, flat.values, flat.value.ndim - 1)
    return update._replace(
        ops=[*before, *update.ops, *after], set_rate=rate.set if rate.moves else None
    )


def _decay(spec: Resolved, flat: Flat, rate: Rate) -> Op:
    """Pull weights, not biases, towards zero: through the gradient, or in AdamW beside it."""
    if spec.optimizer.name == "adamw":
        kept = flat.on_weights(1 - rate.value * spec.penalty, 1.0)
        rate.followers.append(
            lambda: kept.copy_(flat.on_weights(1 - rate.value * spec.penalty, 1.0))
        )
        return partial(flat.value.mul_, kept)
    return partial(flat.grad.addcmul_, flat.on_weights(spec.penalty), flat.value)
