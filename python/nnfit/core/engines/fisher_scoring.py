"""Fisher scoring: the steps to the maximum of the likelihood of generalised linear models.

Each is the solution of a weighted least-squares problem, solved on the triangle of its rows:
Nelder and Wedderburn (1972), Generalized linear models, Journal of the Royal Statistical Society A
135(3), 370-384. A step that leads to a larger deviance, or where there are no means, is halved.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from ..data.moments import lengths
from ..data.reduction import reduce
from ..data.table import Batch
from ..data.triangle import Triangle, TriangleBuilder, joined
from ..ground.devices import on_host
from ..ground.errors import NNFitError
from ..model.loss import Loss
from .base import Job
from .chunks import ChunkShare
from .one_layer import OneLayer, output_of
from .settling import Settling
from .working import Working, working, working_at_first

HALVINGS = 40
UPHILL = 1e-11  # in parts of a deviance: what rounding may add to it
SMALL = 1e-13  # of a standard error, about: a step that leads nowhere
SINGULAR = 1e-11  # of a column's length: less is left of it beside those before it
SETTLED = 1e-6  # of a standard error, about: below, steps are at an end where they shrink no more
PATIENCE = 4


class Seen(NamedTuple):
    """What was found at a place.

    Attributes
    ----------
    loss : float
        Of all rows, without penalty.
    deviance : array (k,)
        Of each outcome, penalty included; infinite where there are no means.
    triangles : list of Triangle
        Of each outcome: the rows of the least-squares problem.
    """

    loss: float
    deviance: np.ndarray
    triangles: list[Triangle]


class FisherScoringStep(Settling):
    """One iteration a call; `converged()` tells when there is nothing left to gain.

    Parameters
    ----------
    job : Job
        Of a linear model whose outputs say nothing of each other.
    rows : iterable of Batch
        All rows, for each pass over them anew.
    """

    def __init__(self, job: Job, rows: Iterable[Batch]):
        self.job, self.rows, self.layer = job, rows, OneLayer(job)
        super().__init__(self.layer.values.copy(), SETTLED, PATIENCE)
        self.share = ChunkShare.of(job.rows, job.spec)
        self.criterion: Loss = job.loss(job.rows)
        self.pull = _pull(job)
        # before the first epoch: its validation is of the place that it starts from
        self.here = self._look(self.place) if job.start else self._begin()

    def __call__(self, batch: Any) -> float:
        """Do an iteration; give back the loss before it, without penalty."""
        loss = self.here.loss
        if math.isfinite(loss):
            try:
                self._iterate(self.here)
            except KeyboardInterrupt:
                self.layer.put(self.place)  # not that of a trial
                raise
        return loss

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave; what is known of the place is read there again."""
        super().load(state)
        self.here = self._look(self.place)

    # -- the steps --

    def _iterate(self, here: Seen) -> None:
        solved = [self._solve(triangle, k) for k, triangle in enumerate(here.triangles)]
        step = np.column_stack([one.step for one in solved])
        size = max(one.size for one in solved)
        still = self.is_still(size)
        rounding = all(one.reach <= 8 * sys.float_info.epsilon for one in solved)
        self.done = size <= SMALL or rounding or still
        if self.done:
            self.layer.put(self.place)
            return
        found = self._along(step, here)
        if found is None:
            self.done = True
            self.layer.put(self.place)

    def _along(self, step: np.ndarray, here: Seen) -> Seen | None:
        """Go along a step as far as it leads down, each outcome by itself; None: nowhere."""
        share = np.ones(step.shape[1])
        room = UPHILL * np.abs(here.deviance)
        for _ in range(HALVINGS):
            place = self.place + share * step
            there = self._look(place)
            up = ~(there.deviance <= here.deviance + room)
            if not up.any():
                self.place, self.here = place, there
                return there
            share[up] /= 2
        return None

    def _solve(self, triangle: Triangle, k: int) -> Solved:
        x, y = self.layer.rows_of(triangle, None)
        values = self.place[:, k]
        if self.pull is not None:  # the penalty, as errors of one more row each
            x = np.vstack([x, np.diag(self.pull)])
            y = np.vstack([y, -(self.pull * values)[:, None]])
        return solve(x, y[:, 0], values, self.layer.kept)

    # -- the start --

    def _begin(self) -> Seen:
        """Start where means are near outcomes, or part of the way there from a constant."""
        triangles = self._read(working_at_first).triangles
        towards = self._from_outcomes(triangles, self.layer.kept)
        alone = self.layer.kept.copy()
        alone[int(self.layer.has_bias) :] = False
        constant = self._from_outcomes(triangles, alone)
        for start in (constant, *self._beside_offset(constant)):
            seen = self._between(start, towards)
            if seen is not None:
                return seen
        raise NNFitError(
            "loss",
            f'"{self.job.spec.loss.name}" under the link "{self.job.spec.link}" has found no '
            "coefficients to start from at which every row has a mean.",
            "Leave the link out, or give `start`.",
        )

    def _between(self, start: np.ndarray, towards: np.ndarray) -> Seen | None:
        """Go back from one place towards another until every row has a mean, and stay there."""
        share = np.ones(towards.shape[1])
        for _ in range(HALVINGS):
            place = share * towards + (1 - share) * start
            seen = self._look(place)
            nowhere = ~np.isfinite(seen.deviance)
            if not nowhere.any():
                self.place = place
                return seen
            share[nowhere] /= 2
        return None

    def _beside_offset(self, constant: np.ndarray) -> Iterator[np.ndarray]:
        """Give intercepts by which no row is above, or below, what the rows have on average."""
        seen = self.job.over_rows(_offsets, lambda one, other: one.join(other))
        if not seen.rows or not self.layer.has_bias:
            return
        for end in (seen.largest, seen.least):
            start = constant.copy()
            start[0] += seen.total / seen.rows - end
            yield start

    def _from_outcomes(self, triangles: list[Triangle], kept: np.ndarray) -> np.ndarray:
        place = np.zeros_like(self.place)
        for k, triangle in enumerate(triangles):
            x, y = self.layer.rows_of(triangle, None)
            place[:, k] = solve(x, y[:, 0], place[:, k], kept).step
        return place

    # -- what is at a place --

    def _look(self, place: np.ndarray) -> Seen:
        self.layer.put(place)
        seen = self._read(working)
        if self.pull is None:
            return seen
        pulled = np.square(self.pull[:, None] * place).sum(axis=0)
        return seen._replace(deviance=seen.deviance + pulled)

    def _read(self, look: Callable[[Batch, Job], Working]) -> Seen:
        processes = self.job.rows.processes
        loss, deviance = 0.0, np.zeros(self.place.shape[1])
        builders: list[TriangleBuilder] = []
        for batch in self.rows:
            rows = look(batch, self.job)
            with np.errstate(all="ignore"):
                part = self.criterion(output_of(batch, self.job), batch.y, batch.weights)
                loss += float(on_host(part)) * float(self.share(batch))
            assert rows.valid is not None and rows.deviance is not None  # of one parameter it has
            deviance = deviance + np.where(rows.valid, rows.deviance, math.inf)
            tables = rows.tables(batch)
            if not self.job.rows.streamed:  # all at once, which may be done faster
                return Seen(loss, _numbers(deviance), [reduce(table) for table in tables])
            builders = builders or [TriangleBuilder() for _ in tables]
            for builder, table in zip(builders, tables):
                builder.add(table)
        loss, *deviances = processes.added(np.array([loss, *deviance]))
        return Seen(float(loss), _numbers(np.array(deviances)), joined(builders, processes))


class Offsets(NamedTuple):
    """What is seen of the offsets of some rows, by output."""

    rows: int
    total: np.ndarray
    least: np.ndarray
    largest: np.ndarray

    def join(self, other: Offsets) -> Offsets:
        """Say what is seen of all."""
        return Offsets(
            self.rows + other.rows,
            self.total + other.total,
            np.minimum(self.least, other.least),
            np.maximum(self.largest, other.largest),
        )


def _offsets(batch: Batch) -> Offsets:
    if batch.offset is None:
        return Offsets(0, *[np.zeros(1)] * 3)
    values = batch.offset.cpu().double().numpy()
    return Offsets(len(values), values.sum(axis=0), values.min(axis=0), values.max(axis=0))


def _numbers(deviance: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(deviance), deviance, math.inf)


def _pull(job: Job) -> np.ndarray | None:
    """Give by coefficient the root of what the penalty adds to the deviance's curvature, halved."""
    spec = job.spec
    if not spec.penalty:
        return None
    # the loss of a row is half of its deviance, but for squares
    of_loss = 1.0 if spec.likelihood == "normal" else 2.0
    rows = job.rows.weight * spec.n_outputs if spec.reduction == "mean" else 1.0
    slopes = np.full(spec.n_features, math.sqrt(spec.ridge * rows * of_loss / 2))
    return np.append(np.zeros(int(spec.bias[0])), slopes)


class Solved(NamedTuple):
    """The solution of a least-squares problem.

    Attributes
    ----------
    step : array (q,)
    size : float
        The root of what it takes off the sum of squares, in parts of the root of that sum.
    reach : float
        The largest element in parts of the largest coefficient, both by the columns' lengths.
    """

    step: np.ndarray
    size: float
    reach: float


def solve(x: np.ndarray, y: np.ndarray, values: np.ndarray, kept: np.ndarray) -> Solved:
    """Solve x step = y for the columns that are kept, and that rows with weight tell apart."""
    step = np.zeros(len(values))
    size = lengths(x)
    used = np.flatnonzero(kept & (size > 0))
    if not len(used):
        return Solved(step, 0.0, 0.0)
    unit = size[used]
    q, r = np.linalg.qr(x[:, used] / unit)
    own = np.abs(r.diagonal()) > SINGULAR
    if own.all():
        along = q.T @ y
        found = np.linalg.solve(r, along)
    else:
        found = np.linalg.lstsq(x[:, used] / unit, y, rcond=SINGULAR)[0]
        along = (x[:, used] / unit) @ found
    step[used] = found / unit
    whole, largest = float(np.linalg.norm(y)), float(np.abs(values[used] * unit).max())
    return Solved(
        step,
        float(np.linalg.norm(along)) / whole if whole > 0 else 0.0,
        float(np.abs(found).max()) / largest if largest > 0 else math.inf,
    )
