"""Linear models under piecewise linear losses, solved by a primal-dual interior-point method.

Of linear quantile regression: Portnoy and Koenker, The Gaussian hare and the Laplacian tortoise:
computability of squared-error versus absolute-error estimators, Statistical Science 12(4), 1997,
279-300; with the predictor and corrector of Mehrotra, On the implementation of a primal-dual
interior point method, SIAM Journal on Optimization 2(4), 1992, 575-601. Errors y - x b are split
into u - v, with u and v above 0; the dual of a row is between -(1 - level) and level times what the
row counts. An iteration solves weighted least squares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from .base import Program
from .flat import Flat
from .linear_program import Task
from .second_order import SecondOrderStep, as_float64

GAP = 1e-11  # between primal and dual, in parts of the objective, that is none
ROUNDING = 1e-14  # of the outcome's size: an objective of this is 0
STEP = 0.99995  # of the way to the border, at most
STUCK = 1e-8  # a step that leads nowhere
CENTRAL = "coefficients", "u", "v", "dual", "done"  # what iterations change
MOST = 100  # iterations that help; beyond, it is rounding


class Central:
    """One output's place between the constraints, and the way from there to the optimum.

    Parameters
    ----------
    task : Task
        Of that output alone: y, above and below are (n,).
    """

    def __init__(self, task: Task):
        self.task = task
        self.counts = task.above + task.below
        # a column of zeros has no part: its equation becomes 1 * step = 0
        self.idle = ((task.x == 0).all(0) & (task.ridge == 0)).to(task.x.dtype)
        start = self._solve(self.counts, task.x.mT @ (self.counts * task.y))
        error = task.y - task.x @ start
        room = error.abs().mean().clamp_min(torch.finfo(error.dtype).tiny)
        self.coefficients = start
        self.u, self.v = error.clamp_min(0) + room, (-error).clamp_min(0) + room
        self.dual = (task.above - task.below) / 2
        self.floor = ROUNDING * float((self.counts * task.y.abs()).sum())
        self.done = float((self.counts * error.abs()).sum()) <= self.floor

    def state(self) -> dict[str, Any]:
        """Give what an iteration goes by."""
        return {name: getattr(self, name) for name in CENTRAL}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        for name in CENTRAL:
            setattr(self, name, state[name])

    def _solve(self, weights: Tensor, right: Tensor) -> Tensor:
        self._factor(weights)
        return torch.cholesky_solve(right.unsqueeze(1), self.root).squeeze(1)

    def _factor(self, weights: Tensor) -> None:
        x = self.task.x
        matrix = x.mT @ (weights.unsqueeze(1) * x)
        diagonal = matrix.diagonal()
        diagonal += self.task.ridge + self.idle
        root, broken = torch.linalg.cholesky_ex(matrix)
        lift = torch.finfo(x.dtype).eps
        while bool(broken) and lift < 1:  # columns that follow from others, up to rounding
            diagonal += lift * diagonal.detach().clone()
            root, broken = torch.linalg.cholesky_ex(matrix)
            lift *= 10
        self.root = root

    def iterate(self) -> None:
        """Go from here towards the optimum: the predictor, then what it has taught."""
        task, u, v = self.task, self.u, self.v
        s, t = task.above - self.dual, task.below + self.dual
        gap = float(u @ s + v @ t)
        error = task.y - task.x @ self.coefficients - u + v
        slope = task.ridge * self.coefficients - task.x.mT @ self.dual
        wrong = max(float((self.counts * error.abs()).sum()), float(slope.abs().max()))
        primal = float(task.above @ u + task.below @ v)
        primal += float(task.ridge @ self.coefficients.square()) / 2
        if max(gap, wrong) <= max(GAP * primal, self.floor):
            self.done = True
            return
        weights = 1 / (u / s + v / t)
        self._factor(weights)
        du, dv, dd, db = self._direction(weights, error, slope, -u * s, -v * t)
        far, dual_far = self._reach(du, dv, dd)
        after = float((u + far * du) @ (s - dual_far * dd) + (v + far * dv) @ (t + dual_far * dd))
        aim = (after / gap) ** 3 * gap / (2 * len(u))
        of_u, of_v = aim - u * s + du * dd, aim - v * t - dv * dd
        du, dv, dd, db = self._direction(weights, error, slope, of_u, of_v)
        far, dual_far = self._reach(du, dv, dd)
        # with a ridge the equations couple both sides: one step for all
        if bool(task.ridge.any()):
            far = dual_far = min(far, dual_far)
        if not max(far, dual_far) > STUCK or not bool(db.isfinite().all()):
            self.done = True
            return
        self.coefficients = self.coefficients + far * db
        self.u, self.v = u + far * du, v + far * dv
        self.dual = self.dual + dual_far * dd

    def _direction(
        self, weights: Tensor, error: Tensor, slope: Tensor, of_u: Tensor, of_v: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Solve Newton's equations for the steps of u, v, the dual and the coefficients."""
        task = self.task
        s, t = task.above - self.dual, task.below + self.dual
        left = error - of_u / s + of_v / t
        right = task.x.mT @ (weights * left) - slope
        db = torch.cholesky_solve(right.unsqueeze(1), self.root).squeeze(1)
        dd = weights * (left - task.x @ db)
        return (of_u + self.u * dd) / s, (of_v - self.v * dd) / t, dd, db

    def _reach(self, du: Tensor, dv: Tensor, dd: Tensor) -> tuple[float, float]:
        """Say how far steps can go without leaving the constraints."""
        s, t = self.task.above - self.dual, self.task.below + self.dual
        far = min(_until(self.u, du), _until(self.v, dv))
        dual_far = min(_until(s, -dd), _until(t, dd))
        return min(1.0, STEP * far), min(1.0, STEP * dual_far)


def _until(value: Tensor, step: Tensor) -> float:
    """Say how many steps lead to where the first value is 0."""
    falls = step < 0
    if not bool(falls.any()):
        return float("inf")
    return float((-value[falls] / step[falls]).min())


class Evaluated(NamedTuple):
    """What was found at some parameters."""

    value: float  # of the objective
    loss: float  # without the penalty


class InteriorPointStep(SecondOrderStep[Evaluated]):
    """One iteration a call, of every output that is not solved yet.

    The parameters are the best that were found: an earlier fit's that are better stay.

    Parameters
    ----------
    program : Program
        Of all rows: it tells the loss.
    flat : Flat
        The parameters of a linear layer: its weights, then perhaps its bias.
    tasks : Task
    decay : array (P,) or None
        The penalty's curvature: decay / 2 * (parameters squared) is added to the objective.
    """

    KNOWN = Evaluated
    CHANGING = ("iterations",)

    def __init__(self, program: Program, flat: Flat, tasks: Task, decay: np.ndarray | None):
        super().__init__(program, flat, 0.0)
        self.ops = program.forward
        self.tasks, self.decay = tasks, decay
        self.iterations = 0
        self.outputs: list[Central]

    def state(self) -> dict[str, Any]:
        outputs = [one.state() for one in self.outputs] if self.started else []
        return {**super().state(), "outputs": outputs}

    def load(self, state: Mapping[str, Any]) -> None:
        super().load(state)
        if self.started:
            self._begin()
            for output, its in zip(self.outputs, state["outputs"]):
                output.load(its)

    def _look_here(self) -> Evaluated:
        self._begin()
        return self._look(self.position)

    def _begin(self) -> None:
        tasks, outputs = self.tasks, range(self.tasks.y.shape[1])
        self.outputs = [
            Central(
                tasks._replace(
                    y=tasks.y[:, one], above=tasks.above[:, one], below=tasks.below[:, one]
                )
            )
            for one in outputs
        ]

    def _look(self, place: np.ndarray) -> Evaluated:
        loss = self.evaluate(place)
        pulled = 0.0 if self.decay is None else float(self.decay @ place**2) / 2
        return Evaluated(loss + pulled, loss)

    def _iterate(self) -> None:
        self.iterations += 1
        if self.iterations > 1:  # the first leads to where they start
            for output in self.outputs:
                if not output.done:
                    output.iterate()
        found = self.tasks.back(torch.stack([output.coefficients for output in self.outputs]))
        position = torch.zeros(self.flat.value.shape, dtype=found.dtype)
        weight, *bias = self.flat.views(position)
        weight.copy_(found[:, : weight.shape[1]])
        for place in bias:
            place.copy_(found[:, -1])
        there = self._look(as_float64(position))
        if there.value < self.here.value:
            self.position, self.here = as_float64(position), there
        else:
            self._put(self.position)
        solved = self.iterations > 1 and all(output.done for output in self.outputs)
        self.done = solved or self.iterations > MOST
