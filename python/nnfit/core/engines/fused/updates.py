"""Optimizers as lists of operations on one vector of parameters.

The formulas are those of torch's documentation, https://pytorch.org/docs/stable/optim.html.
What changes from step to step is kept in tensors of one element, filled in before the step: the
operations themselves never change, so that a CUDA graph can replay them.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from functools import partial
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
    """One update: call `prepare(step)`, counted from 1, then all of `ops`."""

    ops: Sequence[Op]
    prepare: Callable[[int], Any] | None = None


def _scalar(flat: Flat, value: float = 0.0) -> torch.Tensor:
    return flat.value.new_tensor(value)


def sgd(
    flat: Flat,
    lr: float,
    *,
    momentum: float = 0.0,
    dampening: float = 0.0,
    nesterov: bool = False,
) -> Update:
    """Gradient descent; the first gradient enters the momentum undamped."""
    p, g = flat.value, flat.grad
    move = partial(p.add_, g, alpha=-lr)
    if not momentum:
        return Update([move])
    velocity, kept, new = torch.zeros_like(g), _scalar(flat, momentum), _scalar(flat, 1.0)
    ops = [partial(velocity.mul_, kept), partial(velocity.addcmul_, g, new)]
    if nesterov:
        ops += [partial(g.add_, velocity, alpha=momentum), move]
    else:
        ops += [partial(p.add_, velocity, alpha=-lr)]
    return Update(ops, lambda step: new.fill_(1.0 if step == 1 else 1.0 - dampening))


def adam(
    flat: Flat,
    lr: float,
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    amsgrad: bool = False,
) -> Update:
    """Adam, https://arxiv.org/abs/1412.6980.

    p -= lr / c1 * m / (sqrt(v) / sqrt(c2) + eps), with c = 1 - beta^step, is computed as
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
        size = lr / (1 - betas[0] ** step)
        factor.fill_(1 / (size * math.sqrt(1 - betas[1] ** step)))
        shift.fill_(eps / size)

    return Update(ops, prepare)


def rmsprop(
    flat: Flat,
    lr: float,
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
        return Update([*ops, partial(p.addcdiv_, g, root, value=-lr)])
    return Update([
        *ops,
        partial(velocity.mul_, inertia),
        partial(velocity.addcdiv_, g, root),
        partial(p.add_, velocity, alpha=-lr),
    ])  # fmt: skip


def adagrad(
    flat: Flat,
    lr: float,
    *,
    initial_accumulator_value: float = 0.0,
    eps: float = 1e-10,
) -> Update:
    """Adagrad, https://jmlr.org/papers/v12/duchi11a.html, without decay of the learning rate."""
    p, g = flat.value, flat.grad
    total = torch.full_like(g, initial_accumulator_value)
    root, least = torch.zeros_like(g), _scalar(flat, eps)
    return Update([
        partial(total.addcmul_, g, g),
        partial(torch.sqrt, total, out=root),
        partial(root.add_, least),
        partial(p.addcdiv_, g, root, value=-lr),
    ])  # fmt: skip


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
    rate = spec.learn_rate
    assert rate is not None  # every optimizer in `UPDATES` has one
    momentum = {"momentum": spec.momentum} if spec.momentum else {}
    update = formula(flat, rate, **args, **momentum)
    before = cut_vector(spec, flat.grad)
    if spec.penalty:
        before.append(_decay(spec, flat, rate))
    after = shortenings(spec, flat.values, flat.value.ndim - 1)
    return update._replace(ops=[*before, *update.ops, *after])


def _decay(spec: Resolved, flat: Flat, rate: float) -> Op:
    """Pull weights, not biases, towards zero: through the gradient, or in AdamW beside it."""
    if spec.optimizer.name == "adamw":
        return partial(flat.value.mul_, flat.on_weights(1 - rate * spec.penalty, 1.0))
    return partial(flat.grad.addcmul_, flat.on_weights(spec.penalty), flat.value)
