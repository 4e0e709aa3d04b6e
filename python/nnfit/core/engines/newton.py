"""Newton's steps to the maximum of the likelihood of classes, and of risks.

For both the likelihood is concave in the coefficients of a linear model, so that a step that is
halved where it leads down too far comes to its maximum, also where columns are nearly collinear:
McCullagh and Nelder, Generalized Linear Models (1989), section 2.5.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from ..data.table import Batch
from ..ground.devices import on_host
from .base import Job
from .chunks import ChunkShare
from .derivatives import of_scores, risk_derivatives
from .one_layer import OneLayer, output_of
from .settling import Settling

HALVINGS = 40
UPHILL = 1e-12  # in parts of a loss: what rounding may add to it
SMALL = 1e-12  # of a standard error: a step that leads nowhere
SETTLED = 1e-4  # of a standard error: below, steps are at an end where they shrink no more
PATIENCE = 3


class Slopes(NamedTuple):
    """Of the log-likelihood, by the coefficients (q, outputs) outcome after outcome.

    `slope` (outputs q,) and `curvature` (outputs q, outputs q), its sign turned.
    """

    slope: np.ndarray
    curvature: np.ndarray


class NewtonStep(Settling):
    """One iteration a call; `converged()` tells when there is nothing left to gain.

    Parameters
    ----------
    job : Job
        Of a linear model of classes or of risks, without a penalty.
    rows : iterable of Batch
        All rows, for each pass over them anew.
    """

    CHANGING = (*Settling.CHANGING, "loss")

    def __init__(self, job: Job, rows: Iterable[Batch]):
        self.job, self.rows, self.layer = job, rows, OneLayer(job)
        super().__init__(self.layer.values.copy(), SETTLED, PATIENCE)
        self.share = ChunkShare.of(job.rows, job.spec)
        self.criterion = job.loss(job.rows)
        self.loss = self._loss()

    def __call__(self, batch: Any) -> float:
        """Do an iteration; give back the loss before it."""
        loss = self.loss
        try:
            self._iterate()
        except KeyboardInterrupt:
            self.layer.put(self.place)  # not that of a trial
            raise
        return loss

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        super().load(state)
        self.layer.put(self.place)

    def _iterate(self) -> None:
        system = SYSTEMS[self.job.spec.likelihood or ""](self.layer)
        step, size = _solve(system)
        still = self.is_still(size)
        self.done = size <= SMALL or still or not self._go(self._whole(step))

    def _whole(self, step: np.ndarray) -> np.ndarray:
        """Give the step of all coefficients (q, outputs); what takes no part stays."""
        kept = self.layer.kept
        moved = np.zeros(self.place.shape)
        by_output = step.reshape(-1, int(kept.sum())).T
        if by_output.shape[1] < moved.shape[1]:  # of classes the last has stayed: none is special
            by_output = np.column_stack([by_output, np.zeros(len(by_output))])
            by_output = by_output - by_output.mean(axis=1, keepdims=True)
        moved[kept] = by_output
        return moved

    def _go(self, step: np.ndarray) -> bool:
        """Go along a step as far as it leads down; tell whether that was anywhere."""
        for halving in range(HALVINGS):
            place = self.place + step / 2**halving
            self.layer.put(place)
            loss = self._loss()
            if loss <= self.loss + UPHILL * abs(self.loss):
                self.place, self.loss = place, loss
                return True
        self.layer.put(self.place)
        return False

    def _loss(self) -> float:
        total = 0.0
        for batch in self.rows:
            with torch.no_grad():
                part = self.criterion(output_of(batch, self.job), batch.y, batch.weights)
            total += float(on_host(part)) * float(self.share(batch))
        return float(self.job.rows.processes.added(np.array(total)))


def _solve(system: Slopes) -> tuple[np.ndarray, float]:
    """Give the step to the maximum, and how many standard errors it is long."""
    unit = np.sqrt(system.curvature.diagonal())
    unit = np.where(unit > 0, unit, 1.0)
    scaled = system.curvature / np.outer(unit, unit)
    step = np.linalg.lstsq(scaled, system.slope / unit, rcond=None)[0] / unit
    return step, math.sqrt(max(float(system.slope @ step), 0.0))


def _of_classes(layer: OneLayer) -> Slopes:
    """Look at the scores of all classes but the last, which adding a number can make 0."""
    outputs = layer.job.spec.n_outputs
    several = layer.job.spec.likelihood == "multinomial"
    return Slopes(*of_scores(layer, max(outputs - 1, 1) if several else outputs))


def _of_risks(layer: OneLayer) -> Slopes:
    seen = risk_derivatives(layer.job)
    kept = layer.kept
    return Slopes(seen.slope.numpy()[kept], seen.curvature.numpy()[np.ix_(kept, kept)])


# by the likelihood of a loss
SYSTEMS: dict[str, Callable[[OneLayer], Slopes]] = {
    "multinomial": _of_classes,
    "bernoulli": _of_classes,  # whose model ends with a probability
    "partial": _of_risks,
}
