"""The networks of a tuned fit, trained along a path of penalties.

Networks that have each not seen one fold are trained side by side: first with the smallest penalty,
for as long as they get better on the rows that they have not seen, then with larger and larger
ones, each from where the last has ended. Choosing on a path of penalties is that of glmnet
(Friedman, Hastie and Tibshirani 2010, Journal of Statistical Software 33(1)).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.arrays import ArraySource
from ..data.censored import EVENT
from ..data.table import Table
from ..engines.base import DoesNotApply
from ..engines.fused.network import call
from ..engines.stacked import Group, Stack
from ..engines.stacked_lbfgs import StackedLBFGS
from ..ground.forks import refused_in_a_fork
from ..ground.threads import threads_for
from ..model.embedding import Embeddings
from ..options.resolved import Resolved
from ..training.callbacks import Report
from ..training.checkpoint import Part, begin_part
from .replicas import Replica, Task, tables_of
from .resampling import deal, replica_seeds

# The penalties, each about three times the one before, from LEAST over the rows on: what weights
# cost is counted once, beside the mean over all rows.
LEAST = 0.25
LADDER = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
FOLDS = 5
LOOK = 20  # steps with the smallest penalty between two looks at the unseen rows
PATIENCE = 2  # looks without a gain
LOOKS = 15
EACH = 25  # steps with each further penalty
HOPELESS = 1.1, 1.2  # times the least loss: two such in turn, and no larger penalty is tried
HOW_FAR = "history", "looks", "waited", "least", "tried"  # what changes along the path
MOST_STEPS = LOOK * LOOKS + EACH * (len(LADDER) - 1)


class Stage(NamedTuple):
    """Where the members are after some steps with a penalty."""

    penalty: float
    losses: np.ndarray  # on the rows that each has not seen
    value: torch.Tensor  # (R, P)
    steps: int

    @property
    def loss(self) -> float:
        """On all of these rows."""
        return float(self.losses.mean())


class Path:
    """The members on their way along the penalties.

    Parameters
    ----------
    table : Table
    spec : Resolved
        Its members are one for each fold, as often as the rows are dealt.
    report : callable or None
        As for one fit.

    Attributes
    ----------
    stages : list of Stage
    history : list of float
        The loss in training at each step, the mean of the members'.

    Raises
    ------
    DoesNotApply
        If such networks can not be trained side by side.
    """

    def __init__(self, table: Table, spec: Resolved, report: Report | None):
        self.rows = counted(table)
        self.spec, self.table, self.report = spec, table, report
        self.deals = spec.members // FOLDS
        self.dealt_by = _dealt_by(table.y[self.rows], spec)
        self.replicas = list(
            _replicas(table, self.rows, self.dealt_by, replica_seeds(spec.seed, self.deals))
        )
        self.scaling = ArraySource(table.take(self.rows), spec).scaling()
        alone = replace(spec, members=1)
        seen, unseen = tables_of(Task(table, alone), self.replicas)
        assert unseen is not None  # each replica has some
        seeds = [replica.seed for replica in self.replicas]
        self.stack = Stack(Group(None, alone, seeds, [self.scaling] * len(seeds), seen, unseen))
        if any(list(layer.parameters()) for layer in self._others()):
            raise DoesNotApply("an activation has parameters of its own")
        with self._training():
            program = self.stack.program(self.stack.batch(seen))
            self.unseen = self.stack.program(self.stack.batch(unseen), training=False)
            self.descent = StackedLBFGS(program, self.stack.flat)
        self.stages: list[Stage] = []
        self.history: list[float] = []
        self.looks, self.waited, self.least = 0, 0, math.inf
        self.tried = 0

    def _others(self) -> list[nn.Module]:
        own = (nn.Linear, Embeddings)
        return [layer for layer in self.stack.layers if not isinstance(layer, own)]

    def run(self) -> bool:
        """Go along the path; tell whether the user has interrupted."""
        least, *others = penalties(len(self.rows))
        part = begin_part()
        if part is not None and part.saved is not None:
            self._take_up(part.saved)
        try:
            with self._training(), np.errstate(over="ignore", invalid="ignore"):
                while self._goes_on():
                    self._look(least)
                    self._note(part)
                while self.tried < len(others) and not self._is_hopeless():
                    self._stage(others[self.tried], EACH)
                    self.tried += 1
                    self._note(part)
        except KeyboardInterrupt:
            return True
        if part is not None and not part.ended:
            part.end(self._state())
        return False

    @contextmanager
    def _training(self) -> Iterator[None]:
        number, size = self.stack.value.shape
        threads = threads_for(len(self.rows) * number * size)
        with refused_in_a_fork("engine"), threads, torch.inference_mode():
            yield

    def _goes_on(self) -> bool:
        """Tell whether to train on with the smallest penalty: while it helps on unseen rows."""
        if not self.looks:
            return True
        fine = self.tried == 0 and bool(np.isfinite(self.stages[0].loss))
        return fine and self.looks < LOOKS and self.waited < PATIENCE

    def _look(self, penalty: float) -> None:
        """Train with the smallest penalty for some steps, and look whether it has helped."""
        self._stage(penalty, LOOK)
        del self.stages[:-1]
        loss = self.stages[0].loss
        self.waited = 0 if loss < self.least else self.waited + 1
        self.least = min(loss, self.least)
        self.looks += 1

    def _note(self, part: Part | None) -> None:
        """Write down how far the path is, if that is asked for."""
        if part is not None and part.keeper.is_due:
            part.write(self._state)

    def _state(self) -> dict[str, Any]:
        """Give all that the path goes by."""
        stages = [tuple(stage) for stage in self.stages]
        how_far = {name: getattr(self, name) for name in HOW_FAR}
        return {"descent": self.descent.state(), "stages": stages, **how_far}

    def _take_up(self, state: Mapping[str, Any]) -> None:
        """Go on from what `_state()` gave."""
        self.descent.load(state["descent"])
        self.stages = [Stage(*stage) for stage in state["stages"]]
        for name in HOW_FAR:
            setattr(self, name, state[name])

    def _stage(self, penalty: float, steps: int) -> None:
        self.descent.penalise(penalty)
        for _ in range(steps):
            self.descent()
            self.history.append(float((self.descent.loss.numpy() * self.stack.factors).mean()))
            self._tell()
        self.descent.put()
        call(self.unseen.forward)
        losses = self.unseen.loss.numpy() * self.stack.factors
        value = self.stack.value.clone()
        self.stages.append(Stage(penalty, losses, value, len(self.history)))

    def _tell(self) -> None:
        if self.report is None:
            return
        if self.report(len(self.history), MOST_STEPS, self.history[-1], None) is False:
            raise KeyboardInterrupt

    def _is_hopeless(self) -> bool:
        means = [stage.loss for stage in self.stages]
        return len(means) > 3 and all(
            loss > times * min(means) for loss, times in zip(means[-2:], HOPELESS)
        )

    def best(self) -> int | None:
        """Choose the stage with the least loss on unseen rows; None: none is a number."""
        means = np.array([stage.loss for stage in self.stages])
        return int(np.nanargmin(means)) if np.isfinite(means).any() else None

    def plain(self, best: int) -> dict[str, Any]:
        """Write the path as arrays and integers."""
        losses = np.array([stage.losses for stage in self.stages])
        with np.errstate(over="ignore", invalid="ignore"):  # a square may be beyond numbers
            spread = losses.std(1, ddof=1)
        return {
            "penalty": np.array([stage.penalty for stage in self.stages]),
            "valid_loss": losses.mean(1),
            "std_error": spread / losses.shape[1] ** 0.5,
            "chosen": best + 1,
            "steps": np.array([stage.steps for stage in self.stages]),
            "folds": FOLDS,
            "repeats": self.deals,
            "evenly": are_few(_labels(self.dealt_by)),
        }


def penalties(rows: int) -> list[float]:
    """List the penalties that are tried on so many rows."""
    return [step for step in LADDER if step > LEAST / rows]


def counted(table: Table) -> np.ndarray:
    """Give the positions of the rows that weigh something."""
    if table.weights is None:
        return np.arange(len(table.x))
    return np.flatnonzero(table.weights > 0)


def _dealt_by(y: np.ndarray, spec: Resolved) -> np.ndarray:
    """Give what is dealt into folds: outcomes; of censored times, whether there was an event."""
    return y[:, [EVENT]] if spec.family.joint else y


def _replicas(
    table: Table, rows: np.ndarray, outcomes: np.ndarray, seeds: Sequence[int]
) -> Iterator[Replica]:
    """Make the fits, each of which has not seen one fold."""
    for fold_seed in seeds:
        fold = deal_evenly(outcomes, fold_seed)
        for k, replica_seed in enumerate(replica_seeds(fold_seed, FOLDS)):
            seen, others = rows[fold != k], rows[fold == k]
            weights = None if table.weights is None else table.weights[seen]
            yield Replica(replica_seed, seen, weights, others)


def deal_evenly(y: np.ndarray, seed: int) -> np.ndarray:
    """Deal rows into folds; where there are few outcomes (classes, counts), each of them evenly."""
    dealt, labels = deal(seed, len(y), FOLDS), _labels(y)
    if not are_few(labels):
        return dealt
    mixed = np.argsort(dealt, kind="stable")
    fold = np.empty(len(y), dtype=int)
    fold[mixed[np.argsort(labels[mixed], kind="stable")]] = np.arange(len(y)) % FOLDS
    return fold


def _labels(y: np.ndarray) -> np.ndarray:
    """Number the different outcomes, from 0: (n,)."""
    return np.unique(y.reshape(len(y), -1), axis=0, return_inverse=True)[1].reshape(-1)


def are_few(labels: np.ndarray) -> bool:
    """Tell whether outcomes are so few that each may be dealt into all folds."""
    return bool(labels.max() < len(labels) / FOLDS)
