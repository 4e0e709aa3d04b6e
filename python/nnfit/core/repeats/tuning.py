"""The penalty of a network of which nothing else was asked, chosen by cross-validation.

The rows are dealt into folds, twice. Networks that have each not seen one fold are trained side by
side: first with the smallest penalty, for as long as they get better on the rows that they have
not seen, then with larger and larger ones, each from where the last has ended. The penalty with
the least loss on unseen rows is chosen, and its networks are the fit: their outputs are averaged.

Choosing on a path of penalties is that of glmnet (Friedman, Hastie and Tibshirani 2010, Journal of
Statistical Software 33(1)); averaging networks that have seen different rows that of Breiman
(1996), Bagging predictors, Machine Learning 24, 123-140.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.arrays import ArraySource
from ..data.given import SplitTable
from ..data.scaling import Scaling
from ..data.table import Table
from ..engines.base import DoesNotApply
from ..engines.fused.network import call
from ..engines.stacked import Group, Stack
from ..engines.stacked_lbfgs import StackedLBFGS
from ..engines.validation import validation_of
from ..ground.errors import NNFitError
from ..ground.forks import refused_in_a_fork
from ..ground.interrupts import despite_interrupt
from ..ground.threads import threads_for
from ..model import network as models
from ..model.predictions import member_responses
from ..options.catalog import Named
from ..options.resolved import Resolved
from ..training.callbacks import Report
from ..training.trained import Trained
from .progress import SharedProgress
from .repeats import Repeats
from .replicas import Made, Replica, Task, job_of, tables_of
from .resampling import deal, replica_seeds

# The penalties, each about three times the one before, from LEAST over the rows on: what weights
# cost is counted once, beside the mean over all rows.
LEAST = 0.25
LADDER = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
FOLDS, REPEATS = 5, 2
LOOK = 20  # steps with the smallest penalty between two looks at the unseen rows
PATIENCE = 2  # looks without a gain
LOOKS = 15
EACH = 25  # steps with each further penalty
HOPELESS = 1.1, 1.2  # times the least loss: two such in turn, and no larger penalty is tried
MOST_STEPS = LOOK * LOOKS + EACH * (len(LADDER) - 1)
ROWS = 20, 20_000  # fewer are too few to hold some out; more need no penalty, and take long


class Tuned(NamedTuple):
    """What was chosen.

    Attributes
    ----------
    trained : Trained
        The members, side by side.
    spec : Resolved
        With the penalty and the members; `models.build()` makes the network.
    path : dict
        `penalty`, `valid_loss` and `std_error` along the path, in the user's units; which was
        `chosen`, from 1; `folds` and `repeats`.
    held_out : dict or None
        As `Fit` has it.
    """

    trained: Trained
    spec: Resolved
    path: dict[str, Any]
    held_out: dict[str, np.ndarray] | None


def tune(split: SplitTable, spec: Resolved, repeats: Repeats, report: Report | None) -> Tuned:
    """Choose the penalty, and train what averages to the fit.

    Parameters
    ----------
    split : SplitTable
        All rows, none of them held out.
    spec : Resolved
        As for one plain network.
    repeats : Repeats
        None beside it.
    report : callable or None
        As for one fit.

    Raises
    ------
    NNFitError
        If there is no way to choose.
    """
    start = time.perf_counter()
    table = split.table
    _check(split, repeats)
    spec = replace(spec, tuned=True, optimizer=Named("lbfgs", {}), learn_rate=1.0)
    scaling = ArraySource(table.take(_counted(table)), spec).scaling()
    try:
        path = _Path(table, spec, scaling, report)
    except DoesNotApply as reason:
        raise _refusal(str(reason)) from reason
    interrupted = path.run()
    if not path.stages:
        raise KeyboardInterrupt
    best = path.best()
    if best is None:
        raise _refusal("no loss on rows held out is a number")
    found = path.stages[best]

    def end() -> Tuned:
        trained, made = path.fit(found, start)
        unseen = path.residuals(trained, made)
        return Tuned(trained, made, path.plain(best), unseen)

    tuned, again = despite_interrupt(end)
    trained = tuned.trained._replace(interrupted=interrupted or again)
    return tuned._replace(trained=trained)


def tune_all(
    task: Task, replicas: Sequence[Replica], progress: SharedProgress
) -> tuple[Made, Resolved]:
    """Choose the penalty for each of several fits, from its own rows alone.

    Returns
    -------
    Made
        The loss on the rows to validate on is in the last row of each history.
    Resolved
        Of the last; but for its penalty all are the same.
    """
    fits: list[Trained] = []
    spec = task.spec
    for replica in replicas:
        rows = task.training(replica)
        own = replace(task.spec, seed=replica.seed)
        try:
            made = tune(SplitTable(rows, None, None, None), own, Repeats(), progress.part())
            if made.trained.interrupted:
                return Made(fits, True), spec
            spec = made.spec
            fits.append(_validated(made, rows, task.validation(replica)))
            progress.advance(fits[-1])
        except KeyboardInterrupt:
            return Made(fits, True), spec
    return Made(fits, False), spec


def _validated(made: Tuned, rows: Table, held_out: Table | None) -> Trained:
    trained = made.trained
    job = job_of(models.rebuild(made.spec, trained.parameters), made.spec, rows, held_out)
    validation = validation_of(job)
    if validation is None:
        return trained
    train = trained.history["train_loss"]
    assert train is not None  # only validation may be missing
    valid = np.full(len(train), np.nan)
    valid[-1] = validation() * job.loss(job.rows).factor
    return trained._replace(history={"train_loss": train, "valid_loss": valid})


def _refusal(reason: str) -> NNFitError:
    return NNFitError("penalty", f"can not be chosen: {reason}.", "Give a number, such as 0.")


def _check(split: SplitTable, repeats: Repeats) -> None:
    """Refuse what does not go with choosing, and too few or too many rows for it."""
    beside = {
        "validation": split.validates,
        "bootstrap": repeats.bootstrap > 0,
        "restarts": repeats.restarts > 1,
    }
    for name, given in beside.items():
        if given:
            raise _refusal(f"its own folds are held out, which does not go with `{name}`")
    rows = len(_counted(split.table))
    least, most = ROWS
    if not least <= rows <= most:
        raise _refusal(f"that takes {least} to {most:,} rows, and there are {rows:,}")


class _Stage(NamedTuple):
    """Where the members are after some steps with a penalty."""

    penalty: float
    losses: np.ndarray  # on the rows that each has not seen
    value: torch.Tensor  # (R, P)
    steps: int

    @property
    def loss(self) -> float:
        """On all of these rows."""
        return float(self.losses.mean())


class _Path:
    """The members on their way along the penalties."""

    def __init__(self, table: Table, spec: Resolved, scaling: Scaling | None, report: Any):
        replicas = list(_replicas(table, spec.seed))
        rows, unseen = tables_of(Task(table, spec), replicas)
        seeds = [replica.seed for replica in replicas]
        group = Group(None, spec, seeds, [scaling] * len(seeds), rows, unseen)
        self.spec, self.scaling, self.report = spec, scaling, report
        self.table, self.replicas = table, replicas
        self.stack = Stack(group)
        if any(list(layer.parameters()) for layer in self._others()):
            raise DoesNotApply("an activation has parameters of its own")
        assert unseen is not None  # each replica has some
        self.rows = len(table.x)
        self.penalties = _penalties(self.rows)
        with self._training():
            program = self.stack.program(self.stack.batch(rows))
            self.unseen = self.stack.program(self.stack.batch(unseen), training=False)
            self.descent = StackedLBFGS(program, self.stack.flat)
        self.stages: list[_Stage] = []
        self.history: list[float] = []

    def _others(self) -> list[nn.Module]:
        return [layer for layer in self.stack.layers if not isinstance(layer, nn.Linear)]

    def run(self) -> bool:
        """Go along the path; tell whether the user has interrupted."""
        try:
            with self._training(), np.errstate(over="ignore", invalid="ignore"):
                self._first()
                for penalty in self.penalties[1:]:
                    if self._is_hopeless():
                        break
                    self._stage(penalty, EACH)
        except KeyboardInterrupt:
            return True
        return False

    @contextmanager
    def _training(self) -> Iterator[None]:
        number, size = self.stack.value.shape
        threads = threads_for(self.rows * number * size)
        with refused_in_a_fork("engine"), threads, torch.inference_mode():
            yield

    def _first(self) -> None:
        """Train with the smallest penalty for as long as it helps on unseen rows."""
        least, waited = np.inf, 0
        for _ in range(LOOKS):
            self._stage(self.penalties[0], LOOK)
            del self.stages[:-1]
            loss = self.stages[0].loss
            waited = 0 if loss < least else waited + 1
            least = min(loss, least)
            if waited >= PATIENCE or not np.isfinite(loss):
                break

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
        self.stages.append(_Stage(penalty, losses, value, len(self.history)))

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

    def residuals(self, trained: Trained, spec: Resolved) -> dict[str, np.ndarray] | None:
        """Give what members miss of the rows that they have not seen; of classes nothing."""
        if spec.family.outcome != "numeric":
            return None
        table, rows = self.table, _counted(self.table)
        member = np.empty((len(table.x), REPEATS), dtype=int)
        for which, replica in enumerate(self.replicas):
            member[replica.valid_rows, which // FOLDS] = which
        network = models.rebuild(spec, trained.parameters)
        predicted = member_responses(network, spec, trained.scaling, table.x, table.offset)
        unseen = predicted[member[rows].T, rows].mean(0)
        return {"member": member[rows], "residual": table.y[rows] - unseen}

    def fit(self, stage: _Stage, start: float) -> tuple[Trained, Resolved]:
        """Make the fit of the members at a stage."""
        members = len(stage.value)
        spec = replace(self.spec, penalty=stage.penalty, members=members, epochs=stage.steps)
        arrays = self.stack.flat.views(stage.value.to(torch.float64))
        parameters = {name: array.numpy().copy() for name, array in zip(self.stack.names, arrays)}
        losses = {"train_loss": np.array(self.history[: stage.steps]), "valid_loss": None}
        seconds = time.perf_counter() - start
        trained = Trained(
            parameters, [], self.scaling, losses, "epochs", None, "stacked", None, seconds
        )
        return trained, spec

    def plain(self, best: int) -> dict[str, Any]:
        """Write the path as arrays and integers."""
        losses = np.array([stage.losses for stage in self.stages])
        return {
            "penalty": np.array([stage.penalty for stage in self.stages]),
            "valid_loss": losses.mean(1),
            "std_error": losses.std(1, ddof=1) / losses.shape[1] ** 0.5,
            "chosen": best + 1,
            "folds": FOLDS,
            "repeats": REPEATS,
        }


def _penalties(rows: int) -> tuple[float, ...]:
    return tuple(step for step in LADDER if step > LEAST / rows)


def _counted(table: Table) -> np.ndarray:
    """Give the positions of the rows that weigh something."""
    if table.weights is None:
        return np.arange(len(table.x))
    return np.flatnonzero(table.weights > 0)


def _replicas(table: Table, seed: int | None) -> Iterator[Replica]:
    """Make the fits, each of which has not seen one fold."""
    rows = _counted(table)
    for fold_seed in replica_seeds(seed, REPEATS):
        fold = _deal(table.y[rows], fold_seed)
        for k, replica_seed in enumerate(replica_seeds(fold_seed, FOLDS)):
            seen, others = rows[fold != k], rows[fold == k]
            weights = None if table.weights is None else table.weights[seen]
            yield Replica(replica_seed, seen, weights, others)


def _deal(y: np.ndarray, seed: int) -> np.ndarray:
    """Deal rows into folds; where there are few outcomes (classes, counts), each of them evenly."""
    dealt = deal(seed, len(y), FOLDS)
    labels = np.unique(y.reshape(len(y), -1), axis=0, return_inverse=True)[1].reshape(-1)
    if labels.max() >= len(y) / FOLDS:
        return dealt
    mixed = np.argsort(dealt, kind="stable")
    fold = np.empty(len(y), dtype=int)
    fold[mixed[np.argsort(labels[mixed], kind="stable")]] = np.arange(len(y)) % FOLDS
    return fold
