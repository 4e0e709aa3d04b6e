"""Levenberg's and Marquardt's method for several fits at once, each with its own damping.

All replicas look at their next places together, by batched products; each solves its own normal
equations. One that has found a lower place waits there while the others damp their steps on, so
that after an iteration each is where it would have come to alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ..data.table import Batch
from ..model.loss import Loss
from ..options.resolved import Resolved
from .base import DoesNotApply
from .flat import Flat
from .fused.jacobian import StackedResiduals
from .fused.network import call
from .levenberg_marquardt import START, TINY
from .penalty import curvature
from .second_order import as_float64, flatness

# numbers in the derivatives of all replicas, at most: larger ones are computed no faster at once
LARGEST = 4_000_000

CHANGING = "position", "value", "loss", "damping", "growth", "done", "started"


class StackedEquations:
    """The normal equations of R replicas, as `levenberg_marquardt.NormalEquations` has one's.

    Parameters
    ----------
    jacobian : array (R, m, P)
    residuals : array (R, m)
    pull : array (P,) or None
    place : array (R, P)
    """

    def __init__(
        self,
        jacobian: np.ndarray,
        residuals: np.ndarray,
        pull: np.ndarray | None,
        place: np.ndarray,
    ):
        self.gradient = _times(residuals, jacobian)
        turned = jacobian.transpose(0, 2, 1)
        self.back = None
        if pull is None and jacobian.shape[1] < jacobian.shape[2]:
            self.matrix, self.right, self.back = jacobian @ turned, residuals, turned
        else:
            self.matrix = turned @ jacobian
            if pull is not None:
                self.gradient = self.gradient + pull * place
                _diagonal(self.matrix)[...] += pull
            self.right = self.gradient

    def steepest(self) -> np.ndarray:
        """Give the largest curvature by a single parameter (R,)."""
        if self.back is None:
            return _diagonal(self.matrix).max(axis=1)
        return np.square(self.back).sum(axis=2).max(axis=1)

    def steps(self, which: np.ndarray, damping: np.ndarray) -> np.ndarray:
        """Solve for the steps (k, P) of some replicas; not finite: they take more damping."""
        matrices = self.matrix[which]
        _diagonal(matrices)[...] += damping[which, None]
        solutions = _solved(matrices, self.right[which])
        if self.back is None:
            return solutions
        return (self.back[which] @ solutions[..., None])[..., 0]


def _times(vectors: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    product: np.ndarray = (vectors[:, None] @ matrices)[:, 0]
    return product


def _diagonal(matrices: np.ndarray) -> np.ndarray:
    """View the diagonals (k, n) of matrices (k, n, n), to be written to."""
    return np.einsum("kii->ki", matrices)


def _solved(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    try:
        solved: np.ndarray = np.linalg.solve(matrices, right[..., None])[..., 0]
        return solved
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full_like(right, np.nan)
        pairs = zip(matrices, right)
        return np.concatenate([_solved(one[None], side[None]) for one, side in pairs])


class StackedLevenbergMarquardt:
    """One iteration of all replicas a call, which gives the losses (R,) before it.

    Parameters
    ----------
    residuals : StackedResiduals
    flat : Flat
        The parameters it works on, (R, P).
    decay : array (P,) or None
        As `LevenbergMarquardtStep` takes it.
    flat_gradient : array (R,)
    """

    def __init__(
        self,
        residuals: StackedResiduals,
        flat: Flat,
        decay: np.ndarray | None,
        flat_gradient: np.ndarray,
    ):
        self.residuals, self.flat, self.flatness = residuals, flat, flat_gradient
        self.pull = None if decay is None else decay / 2
        self.rounding = torch.finfo(flat.value.dtype).eps
        self.position = as_float64(flat.value)
        number = len(self.position)
        self.value, self.loss = np.zeros(number), np.zeros(number)
        self.damping, self.growth = np.zeros(number), np.full(number, 2.0)
        self.done, self.started = np.zeros(number, dtype=bool), False

    def __call__(self, batch: Batch) -> np.ndarray:
        if not self.started:
            (self.value, self.loss), self.started = self._look(self.position), True
        losses = self.loss.copy()
        going = np.isfinite(losses) & ~self.done
        if going.any():
            try:
                self._iterate(going)
            finally:
                self._put(self.position)  # not that of a trial
        return losses

    def converged(self) -> np.ndarray:
        """Tell which replicas (R,) found nothing left to gain."""
        return self.done

    def _iterate(self, going: np.ndarray) -> None:
        """Damp until each step goes down."""
        normal = self._normal()
        self.done |= going & (2 * np.abs(normal.gradient).max(axis=1) <= self.flatness)
        going = going & ~self.done
        first = going & (self.damping == 0)
        if first.any():
            self.damping = np.where(first, START * normal.steepest(), self.damping)
        while going.any():
            which = np.flatnonzero(going)
            steps = normal.steps(which, self.damping)
            trial = self.position.copy()
            trial[which] -= steps
            there = self._look(trial)
            damped = self.damping[which, None] * steps
            promised = (steps * (normal.gradient[which] + damped)).sum(axis=1)
            lower = self._accept(which, there, promised)
            self.position[which[lower]] = trial[which[lower]]
            size = np.square(trial[which]).sum(axis=1)
            still = np.square(steps).sum(axis=1) <= self.rounding**2 * size
            self.done[which[~lower & still]] = True
            endless = ~np.isfinite(self.damping[which])  # the next epoch says so
            self.loss[which[~lower & endless]] = math.nan
            going[which[lower | still | endless]] = False

    def _accept(
        self, which: np.ndarray, there: tuple[np.ndarray, np.ndarray], promised: np.ndarray
    ) -> np.ndarray:
        """Go where it is lower, and adapt the damping, as one replica does alone; tell who went."""
        gained = self.value[which] - there[0][which]
        lower = (gained > 0) & (promised > 0)
        gone, stay = which[lower], which[~lower]
        share = np.minimum(gained[lower] / promised[lower], 1.0)
        less = np.maximum(1 / 3, 1 - (2 * share - 1) ** 3)
        self.damping[gone] = np.maximum(self.damping[gone] * less, TINY)
        self.growth[gone] = 2.0
        self.value[gone], self.loss[gone] = there[0][gone], there[1][gone]
        self.damping[stay] *= self.growth[stay]
        self.growth[stay] *= 2
        return lower

    def _normal(self) -> StackedEquations:
        # whoever goes on was where it is now when all looked last
        call(self.residuals.backward)
        values, jacobian = as_float64(self.residuals.values), as_float64(self.residuals.jacobian)
        return StackedEquations(jacobian, values, self.pull, self.position)

    def _look(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the objective (R,) at places (R, P), and the loss alone."""
        self._put(place)
        call(self.residuals.forward)
        loss = as_float64(self.residuals.loss)
        return (loss if self.pull is None else loss + np.square(place) @ self.pull), loss

    def _put(self, place: np.ndarray) -> None:
        self.flat.value.copy_(torch.from_numpy(place).to(self.flat.value.dtype))

    def state(self) -> dict[str, Any]:
        """Give all that an iteration goes by."""
        return {name: np.copy(getattr(self, name)) for name in CHANGING}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        for name in CHANGING:
            setattr(self, name, np.array(state[name]))
        self.started = bool(self.started)
        if self.started:  # the next derivatives are those of the residuals there
            self._look(self.position)


def step_of(
    layers: list[nn.Module], flat: Flat, loss: Loss, spec: Resolved, rows: Batch
) -> StackedLevenbergMarquardt:
    """Make the step of replicas (R,) on rows (R, n, ...).

    Raises
    ------
    DoesNotApply
        If one alone could not be trained so, or they are too large.
    """
    if not loss.family.least_squares:
        raise DoesNotApply('it is for the loss "mse"')
    number, size = flat.value.shape
    if number * rows.y[0].numel() * size > LARGEST:
        raise DoesNotApply("so many derivatives are computed no faster at once")
    decay = curvature(spec, flat)
    counted = rows.y[..., 0].new_ones(rows.y.shape[:2]) if rows.weights is None else rows.weights
    terms = np.ones(number) if loss.mean else as_float64(counted.sum(1)) * rows.y.shape[2]
    return StackedLevenbergMarquardt(
        StackedResiduals(layers, flat, loss, rows),
        flat,
        None if decay is None else as_float64(decay),
        flatness(spec, terms),
    )
