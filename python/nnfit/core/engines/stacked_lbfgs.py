"""L-BFGS for several fits at once, each with its own curvature and its own step length.

All replicas take a step together, by batched products. One whose step gains too little stays where
it is and tries a shorter one with the next, while the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from .flat import Flat
from .fused.network import Program, call

HISTORY = 10  # pairs remembered
CURVATURE = 1e-10  # torch's: pairs with less are left out
ARMIJO = 1e-4  # of what the slope promises, that a step has to gain
SHORTEST = 1e-7  # step, below which a replica begins anew along its gradient
AFRESH = 1e-3  # step that is tried then

# what changes from step to step: of the pairs, and of the descent
KEPT = "s", "y", "sy", "yy", "scale", "count"
CHANGING = "decay", "position", "value", "gradient", "loss", "direction", "slope", "step"


class Pairs:
    """The last steps s of each replica, and the changes y of its gradient along them.

    `times()` multiplies with the inverse Hessian that they tell: Byrd, Nocedal and Schnabel (1994),
    Representations of quasi-Newton matrices and their use in limited memory methods, equation 3.1.
    What no pair tells of has the curvature |y| / |s| of the last one, as in `lbfgs.InverseHessian`.

    Parameters
    ----------
    like : Tensor (R, P)
        Parameters of R replicas.
    number : int
        Pairs remembered.
    """

    def __init__(self, like: Tensor, number: int):
        replicas, size = like.shape
        self.s, self.y = (
            like.new_zeros(replicas, number, size),
            like.new_zeros(replicas, number, size),
        )
        self.sy, self.yy = (like.new_zeros(replicas, number, number) for _ in range(2))
        self.scale = like.new_ones(replicas)
        self.count, self.number = 0, number

    def add(self, s: Tensor, y: Tensor, moved: Tensor) -> None:
        """Remember a pair (R, P) of those that `moved` (R,); of the others it is zero."""
        product, size = (s * y).sum(1), y.square().sum(1)
        good = moved & (product > CURVATURE * size)
        s, y = s * good[:, None], y * good[:, None]
        at = self.count % self.number
        self.s[:, at], self.y[:, at] = s, y
        self.sy[:, at] = _each(self.y, s)
        self.sy[:, :, at] = _each(self.s, y)
        self.yy[:, at] = self.yy[:, :, at] = _each(self.y, y)
        ratio = (s.square().sum(1) / size.clamp_min(1e-30)).sqrt()
        self.scale = torch.where(good, ratio, self.scale)
        self.count += 1

    def shift(self, more: Tensor) -> None:
        """Let the objective gain a curvature (P,) of its own."""
        self.y += more * self.s
        self.sy = self.s @ self.y.mT
        self.yy = self.y @ self.y.mT

    def state(self) -> dict[str, Any]:
        """Give them, and what was made of them."""
        return {name: getattr(self, name) for name in KEPT}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        for name in KEPT:
            setattr(self, name, state[name])

    def forget(self, which: Tensor) -> None:
        """Forget the pairs of some replicas (R,)."""
        for kept in (self.s, self.y, self.sy, self.yy):
            kept[which] = 0.0

    def times(self, g: Tensor) -> Tensor:
        """Multiply the inverse Hessian with a vector (R, P)."""
        c = self.scale[:, None]
        if not self.count:
            return c * g
        first = self.count % self.number if self.count > self.number else 0
        order = (torch.arange(min(self.count, self.number)) + first) % self.number
        sy = self.sy[:, order][:, :, order]
        diagonal = sy.diagonal(dim1=1, dim2=2)
        known = diagonal > 0
        upper = torch.triu(sy, 1) * known[:, None] + torch.diag_embed(diagonal.where(known, 1.0))
        p = _solve(upper, _each(self.s, g)[:, order])
        yy = self.yy[:, order][:, :, order]
        right = diagonal * p + c * (_each(yy, p) - _each(self.y, g)[:, order])
        q = _solve(upper.mT, right * known, upper=False)
        back = q.new_zeros(len(q), self.number)
        along_s, along_y = back.index_copy(1, order, q), back.index_copy(1, order, p * known)
        return c * g + _each(self.s.mT, along_s) - c * _each(self.y.mT, along_y)


def _each(rows: Tensor, vector: Tensor) -> Tensor:
    return (rows @ vector.unsqueeze(2)).squeeze(2)


def _solve(triangle: Tensor, vector: Tensor, upper: bool = True) -> Tensor:
    solved: Tensor = torch.linalg.solve_triangular(triangle, vector.unsqueeze(2), upper=upper)
    return solved.squeeze(2)


class StackedLBFGS:
    """The descent of all replicas; a call is a step.

    Parameters
    ----------
    program : Program
        Of all replicas' rows.
    flat : Flat
        The parameters it works on, (R, P).
    """

    def __init__(self, program: Program, flat: Flat):
        self.ops = [*program.forward, *program.backward]
        self.program, self.flat = program, flat
        self.decay = flat.on_weights(0.0)
        self.pairs = Pairs(flat.value, HISTORY)
        self.position = flat.value.clone()
        self.value, self.gradient, self.loss = self._look(self.position)
        self.direction, self.slope, self.step = self._begin()

    def penalise(self, strength: float) -> None:
        """Change the penalty; what is known of the curvature is changed with it."""
        more = self.flat.on_weights(strength) - self.decay
        self.decay = self.decay + more
        self.pairs.shift(more)
        self.value = self.loss + (self.decay * self.position.square()).sum(1) / 2
        self.gradient = self.gradient + more * self.position
        self.direction, self.slope, self.step = self._begin()

    def __call__(self) -> None:
        """Move each replica that gains by its step."""
        there = self.position + self.step[:, None] * self.direction
        value, gradient, loss = self._look(there)
        gained = value <= self.value + ARMIJO * self.step * self.slope
        shorter = self._shorter(value)
        moved = gained[:, None]
        change = torch.where(moved, gradient - self.gradient, 0.0)
        self.pairs.add(torch.where(moved, there - self.position, 0.0), change, gained)
        self.position = torch.where(moved, there, self.position)
        self.gradient = torch.where(moved, gradient, self.gradient)
        self.value = torch.where(gained, value, self.value)
        self.loss = torch.where(gained, loss, self.loss)
        direction, slope = self._aim()
        self.direction = torch.where(moved, direction, self.direction)
        self.slope = torch.where(gained, slope, self.slope)
        self.step = torch.where(gained, 1.0, shorter)
        self._afresh(self.step < SHORTEST)

    def state(self) -> dict[str, Any]:
        """Give all that a step goes by."""
        return {**{name: getattr(self, name) for name in CHANGING}, "pairs": self.pairs.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        for name in CHANGING:
            setattr(self, name, state[name])
        self.pairs.load(state["pairs"])

    def put(self) -> None:
        """Leave in `flat` where the replicas are: a trial may have been the last to be there."""
        self._put(self.position)

    def _put(self, place: Tensor) -> None:
        self.flat.value.copy_(place)

    def _look(self, place: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the objective, its gradient, and the loss alone."""
        self._put(place)
        call(self.ops)
        loss = self.program.loss.clone()
        value = loss + (self.decay * place.square()).sum(1) / 2
        return value, self.flat.grad + self.decay * place, loss

    def _begin(self) -> tuple[Tensor, Tensor, Tensor]:
        """Give each replica's direction, its slope, and the first step to try along it."""
        direction, slope = self._aim()
        first = 1.0 / self.gradient.abs().sum(1).clamp_min(1e-30)
        known = self.pairs.count > 0
        return direction, slope, torch.ones_like(first) if known else first.clamp_max(1.0)

    def _aim(self) -> tuple[Tensor, Tensor]:
        direction = -self.pairs.times(self.gradient)
        slope = (self.gradient * direction).sum(1)
        downhill = (slope < 0) & direction.isfinite().all(1)
        steepest = -self.gradient.square().sum(1)
        direction = torch.where(downhill[:, None], direction, -self.gradient)
        return direction, torch.where(downhill, slope, steepest)

    def _shorter(self, value: Tensor) -> Tensor:
        """Give the step at which a parabola through the last trial is least, within bounds."""
        least = -self.slope * self.step**2 / (2 * (value - self.value - self.slope * self.step))
        least = torch.where(least.isfinite(), least, 0.0)
        return least.maximum(0.1 * self.step).minimum(0.5 * self.step)

    def _afresh(self, stuck: Tensor) -> None:
        if not bool(stuck.any()):
            return
        self.pairs.forget(stuck)
        self.direction = torch.where(stuck[:, None], -self.gradient, self.direction)
        self.slope = torch.where(stuck, -self.gradient.square().sum(1), self.slope)
        self.step = torch.where(stuck, AFRESH, self.step)
