"""Levenberg's and Marquardt's method: Gauss and Newton's steps for squared errors, damped.

Madsen, Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems, 2nd ed. (2004),
algorithm 3.16. For networks: Hagan and Menhaj, Training feedforward networks with the Marquardt
algorithm (1994). An iteration needs the derivatives of all residuals and solves for as many
unknowns as there are parameters or residuals, whichever are fewer: it is for small problems.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from .flat import Flat
from .fused.jacobian import Residuals
from .second_order import SecondOrderStep, as_float64

START = 1e-3  # damping at first, in parts of the largest curvature; the source's tau
TINY = 1e-150  # damping at least, so that it can grow again


class NormalEquations:
    """The normal equations at a place: (J'J + D + mu I) step = J'r + D w.

    Without a penalty's curvature D, and with fewer residuals than parameters, the step is
    J' (J J' + mu I)^-1 r, the same with fewer unknowns.

    Parameters
    ----------
    jacobian : array (m, P)
    residuals : array (m,)
    pull : array (P,), optional
        The diagonal of D.
    place : array (P,)
        The parameters w.
    """

    def __init__(
        self,
        jacobian: np.ndarray,
        residuals: np.ndarray,
        pull: np.ndarray | None,
        place: np.ndarray,
    ):
        self.gradient = residuals @ jacobian
        self.back = None
        if pull is None and len(jacobian) < jacobian.shape[1]:
            self.matrix, self.right, self.back = jacobian @ jacobian.T, residuals, jacobian.T
        else:
            self.matrix = jacobian.T @ jacobian
            if pull is not None:
                self.gradient = self.gradient + pull * place
                self.matrix.flat[:: len(place) + 1] += pull
            self.right = self.gradient
        self.diagonal = self.matrix.diagonal().copy()

    def steepest(self) -> float:
        """Give the largest curvature by a single parameter."""
        if self.back is None:
            return float(self.diagonal.max())
        return float(np.square(self.back).sum(axis=1).max())

    def step(self, damping: float) -> np.ndarray:
        """Solve for the step that is to be subtracted; not finite: it takes more damping."""
        self.matrix.flat[:: len(self.matrix) + 1] = self.diagonal + damping
        try:
            solution = np.linalg.solve(self.matrix, self.right)
        except np.linalg.LinAlgError:
            return np.full_like(self.gradient, np.nan)
        return solution if self.back is None else self.back @ solution


class Evaluated(NamedTuple):
    """What was found at some parameters."""

    value: float  # of the objective
    loss: float  # without the penalty


class Damping:
    """What another fit may begin with: how much a step is damped, and how that grows."""

    def __init__(self, step: LevenbergMarquardtStep):
        self.step = step

    def state(self) -> dict[str, Any]:
        """Give both."""
        return {"damping": self.step.damping, "growth": self.step.growth}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave, perhaps by way of R."""
        self.step.damping, self.step.growth = float(state["damping"]), float(state["growth"])


class LevenbergMarquardtStep(SecondOrderStep[Evaluated]):
    """One iteration a call.

    Parameters
    ----------
    residuals : Residuals
    flat : Flat
        The parameters it works on.
    decay : array (P,) or None
        The penalty's curvature: decay / 2 * (parameters squared) is added to the objective.
    flat_gradient : float
        A gradient without larger element is flat.
    """

    KNOWN = Evaluated
    CHANGING = "damping", "growth"

    def __init__(
        self, residuals: Residuals, flat: Flat, decay: np.ndarray | None, flat_gradient: float
    ):
        super().__init__(residuals, flat, flat_gradient)
        self.residuals = residuals
        self.ops = residuals.forward  # a place that is only tried needs no derivatives
        self.pull = None if decay is None else decay / 2
        self.rounding = torch.finfo(flat.value.dtype).eps
        self.damping, self.growth = 0.0, 2.0

    def load(self, state: Mapping[str, Any]) -> None:
        super().load(state)
        if self.started:  # the next derivatives are those of the residuals there
            self.evaluate(self.position)

    def _look_here(self) -> Evaluated:
        return self._look(self.position)

    def _iterate(self) -> None:
        """Damp until a step goes down."""
        normal = self._normal()
        if 2 * np.abs(normal.gradient).max() <= self.flatness:
            self.done = True
            return
        if not self.damping:
            self.damping = START * normal.steepest()
        while math.isfinite(self.damping):
            step = normal.step(self.damping)
            trial = self.position - step
            there = self._look(trial)
            promised = float(step @ (normal.gradient + self.damping * step))
            if self._accept(there, promised):
                self.position = trial
                return
            if step @ step <= self.rounding**2 * (trial @ trial):
                self.done = True
                break
        else:  # the derivatives are too large for numbers: the next epoch says so
            self.here = self.here._replace(loss=math.nan)
        self._put(self.position)

    def _accept(self, there: Evaluated, promised: float) -> bool:
        """Go there if it is lower; adapt the damping to how much of what was promised came true."""
        gained = self.here.value - there.value
        if not (gained > 0 and promised > 0):
            self.damping, self.growth = self.damping * self.growth, self.growth * 2
            return False
        less = max(1 / 3, 1 - (2 * min(gained / promised, 1.0) - 1) ** 3)
        self.damping, self.growth = max(self.damping * less, TINY), 2.0
        self.here = there
        return True

    def _normal(self) -> NormalEquations:
        for op in self.residuals.backward:
            op()
        values, jacobian = as_float64(self.residuals.values), as_float64(self.residuals.jacobian)
        return NormalEquations(jacobian, values, self.pull, self.position)

    def _look(self, parameters: np.ndarray) -> Evaluated:
        loss = self.evaluate(parameters)
        pulled = 0.0 if self.pull is None else float(self.pull @ parameters**2)
        return Evaluated(loss + pulled, loss)
