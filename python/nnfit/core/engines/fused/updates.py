"""Optimizers as lists of operations on one vector of parameters.

The formulas are those of torch's documentation, https://pytorch.org/docs/stable/optim.html.
What replicas side by side may each have of their own (`strengths`) is a column with a number for
each, where it is one number otherwise.
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
from ..proximal import Reach, fill_in, shrink
from ..strengths import Strength, Strengths, as_tensor, is_none, strengths_of


class Update(NamedTuple):
    """One update: call `prepare(step)`, counted from 1, then all of `ops`.

    `set_rate`, where a schedule needs it, gives it another step size. `memory` is what it
    remembers from step to step, by name. `reach` is how far a gradient of 1 moves in a step.
    """

    ops: Sequence[Op]
    prepare: Callable[[int], Any] | None = None
    set_rate: Callable[[float], Any] | None = None
    memory: Mapping[str, torch.Tensor] = MappingProxyType({})
    reach: Reach = Reach(lambda step: math.nan)


def _scalar(flat: Flat, value: float = 0.0) -> torch.Tensor:
    return flat.value.new_tensor(value)


def _tensor(flat: Flat, value: Strength) -> torch.Tensor:
    return as_tensor(value, flat.value)


class Rate:
    """A step size, and the operations that move parameters by it.

    One that stays is a part of the operations; one that moves, or that replicas have of their own,
    is in tensors.

    Parameters
    ----------
    flat : Flat
    value : Strength
    moves : bool
    """

    def __init__(self, flat: Flat, value: Strength, moves: bool):
        self.value: Strength = value
        self.moves = moves or isinstance(value, torch.Tensor)
        self.minus = _tensor(flat, -value)
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
        return partial(p.add_, direction, alpha=-float(self.value))

    def ratio(self, p: torch.Tensor, direction: torch.Tensor, by: torch.Tensor) -> list[Op]:
        """Make the operations p -= rate * direction / by, which may write over `by`."""
        if self.moves:
            return [partial(by.div_, self.minus), partial(p.addcdiv_, direction, by)]
        return [partial(p.addcdiv_, direction, by, value=-float(self.value))]

    def reach_over(self, by: torch.Tensor) -> Reach:
        """Tell how far a gradient of 1 moves by `ratio()`, once that has been there."""
        return Reach(lambda step: -1.0 if self.moves else self.value, by)


def sgd(
    flat: Flat,
    rate: Rate,
    *,
    momentum: Strength = 0.0,
    dampening: float = 0.0,
    nesterov: bool = False,
) -> Update:
    """Gradient descent; the first gradient enters the momentum undamped."""
    p, g = flat.value, flat.grad
    move = rate.along(p, g)
    if is_none(momentum):
        return Update([move], reach=Reach(lambda step: rate.value))
    velocity, kept, new = torch.zeros_like(g), _tensor(flat, momentum), _scalar(flat, 1.0)
    ops: list[Op] = [partial(velocity.mul_, kept), partial(velocity.addcmul_, g, new)]
    if nesterov:
        ops += [_ahead(g, velocity, momentum), move]
    else:
        ops += [rate.along(p, velocity)]

    def reach(step: int) -> Strength:
        first = momentum ** (step - 1)
        gain = first + (1 - dampening) * (1 - first) / (1 - momentum)
        return rate.value * (1 + momentum * gain if nesterov else gain)

    return Update(
        ops,
        lambda step: new.fill_(1.0 if step == 1 else 1.0 - dampening),
        memory={"velocity": velocity},
        reach=Reach(reach),
    )


def _ahead(g: torch.Tensor, velocity: torch.Tensor, momentum: Strength) -> Op:
    if isinstance(momentum, torch.Tensor):
        return partial(g.addcmul_, velocity, momentum.to(g))
    return partial(g.add_, velocity, alpha=momentum)


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
    kept = _scalar(flat, betas[1])
    factor, shift = (torch.zeros_like(rate.minus) for _ in range(2))
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
        none = is_none(size)
        fill_in(factor, 0.0 if none else 1 / (size * math.sqrt(1 - betas[1] ** step)))
        fill_in(shift, math.inf if none else eps / size)

    memory = {"mean": mean, "square": square, "largest": largest}
    return Update(ops, prepare, memory=memory, reach=Reach(lambda step: 1 - betas[0] ** step, root))


def adam_in_one(
    flat: Flat,
    rate: Rate,
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    amsgrad: bool = False,
) -> Update:
    """The same by the kernel of `torch.optim.Adam(fused=True)`: one pass over the numbers.

    100,000 parameters take 34 us, and 118 by `adam()`; 400 take 2.6, and 4.7.
    """
    mean, square, largest = (torch.zeros_like(flat.grad) for _ in range(3))
    count = _scalar(flat)
    most = [largest] if amsgrad else []
    move = partial(
        torch._fused_adam_, [flat.value], [flat.grad], [mean], [square], most, [count],
        beta1=betas[0], beta2=betas[1], weight_decay=0.0, eps=eps, amsgrad=amsgrad, maximize=False,
    )  # fmt: skip
    memory = {"mean": mean, "square": square, "largest": largest}
    return Update([lambda: move(lr=rate.value)], count.fill_, memory=memory)


def rmsprop(
    flat: Flat,
    rate: Rate,
    *,
    alpha: float = 0.99,
    eps: float = 1e-8,
    momentum: Strength = 0.0,
    centered: bool = False,
) -> Update:
    """RMSprop; centered: with the variance of the gradient in place of its mean square."""
    p, g = flat.value, flat.grad
    square, mean, root, velocity = (torch.zeros_like(g) for _ in range(4))
    kept, least, inertia = _scalar(flat, alpha), _scalar(flat, eps), _tensor(flat, momentum)
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
    if is_none(momentum):
        memory = {"square": square, "mean": mean}
        return Update([*ops, *rate.ratio(p, g, root)], memory=memory, reach=rate.reach_over(root))
    ops += [
        partial(velocity.mul_, inertia),
        partial(velocity.addcdiv_, g, root),
        rate.along(p, velocity),
    ]
    memory = {"square": square, "mean": mean, "velocity": velocity}
    return Update(ops, memory=memory, reach=Reach(lambda step: rate.value, root, momentum))


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
    return Update(ops, memory={"total": total}, reach=rate.reach_over(root))


UPDATES: dict[str, Callable[..., Update]] = {
    "sgd": sgd,
    "adam": adam,
    "adamw": adam,
    "rmsprop": rmsprop,
    "adagrad": adagrad,
}


# What takes the place of these where a number is the step size of all parameters on the CPU. Not
# for replicas: their steps are to be the same numbers whether or not they share a step size.
IN_ONE: dict[str, Callable[..., Update]] = {"adam": adam_in_one, "adamw": adam_in_one}


def _formula(name: str, flat: Flat, own: Strengths) -> Callable[..., Update] | None:
    """Choose how an optimizer is written out; its `reach` is needed where there is a lasso."""
    alone = flat.value.ndim == 1 and not isinstance(own.learn_rate, torch.Tensor)
    on_cpu = flat.value.device.type == "cpu"
    if alone and is_none(own.lasso) and name in IN_ONE and on_cpu:
        return IN_ONE[name]
    return UPDATES.get(name)


def update_of(spec: Resolved, flat: Flat, own: Strengths | None = None) -> Update:
    """Make the update of a resolved spec, with its penalty.

    Parameters
    ----------
    spec : Resolved
    flat : Flat
    own : Strengths, optional
        Of replicas that differ in them; by default those of `spec`.

    Raises
    ------
    DoesNotApply
        If the optimizer, or one of torch's arguments for it, has no fused form.
    NNFitError
        If torch refuses the value of an argument.
    """
    name, args = spec.optimizer
    own = strengths_of([spec]) if own is None else own
    formula = _formula(name, flat, own)
    if formula is None:
        raise DoesNotApply(f'"{name}" is not among its optimizers')
    unknown = set(args) - set(inspect.signature(formula).parameters)
    if unknown:
        raise DoesNotApply(
            f'"{name}" is among its optimizers only without {", ".join(sorted(unknown))}'
        )
    if args:  # torch knows best which values it refuses
        optimizers.build(spec, nn.Linear(1, 1, device="meta"))
    moves = spec.schedule is not None
    rate = Rate(flat, own.learn_rate, moves)
    momentum = {} if is_none(own.momentum) else {"momentum": own.momentum}
    update = formula(flat, rate, **args, **momentum)
    before = cut_vector(spec, flat.grad)
    if not is_none(own.ridge):
        before.append(_decay(spec, flat, rate, own.ridge))
    if not is_none(own.lasso):
        update = _drawn_to_zero(own.lasso, flat, update)
    after = shortenings(spec, flat.values, flat.value.ndim - 1)
    return update._replace(ops=[*before, *update.ops, *after], set_rate=rate.set if moves else None)


def _decay(spec: Resolved, flat: Flat, rate: Rate, ridge: Strength) -> Op:
    """Pull weights, not biases, towards zero: through the gradient, or in AdamW beside it."""
    if spec.optimizer.name == "adamw":
        kept = flat.on_weights(1 - rate.value * ridge, 1.0)
        rate.followers.append(lambda: kept.copy_(flat.on_weights(1 - rate.value * ridge, 1.0)))
        return partial(flat.value.mul_, kept)
    return partial(flat.grad.addcmul_, flat.on_weights(ridge), flat.value)


def _drawn_to_zero(lasso: Strength, flat: Flat, update: Update) -> Update:
    """Let weights be drawn to zero after an update."""
    after = shrink(flat.on_weights(lasso), flat, update.reach)

    def prepare(step: int) -> None:
        if update.prepare is not None:
            update.prepare(step)
        after.prepare(step)

    return update._replace(
        ops=[*update.ops, *after.ops], prepare=prepare, memory={**update.memory, **after.memory}
    )
