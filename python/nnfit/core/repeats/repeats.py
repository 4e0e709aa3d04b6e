"""What is fitted beside the one fit, or to choose it from: replicates, restarts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from ..data.given import SplitTable
from ..engines.base import Job
from ..ground.errors import NNFitError
from ..ground.memory import check_room
from ..ground.pieces import by_first
from ..ground.processes import ALONE, Processes
from ..model.start import Start
from ..options.checks import check
from ..options.resolved import Resolved
from ..options.watch import Watch
from ..training.callbacks import Report
from ..training.informed import informed
from ..training.trained import Trained
from ..training.training import train_one
from .bootstrap import bootstrap, no_replicates
from .progress import SharedProgress
from .replicas import Task, from_other_values, job_of, numbers_kept, train_members
from .restarts import best_of, check_restarts


class Repeats:
    """How many fits are wanted beside the one, and the processes that share them.

    Raises
    ------
    NNFitError
        If they are not numbers, or do not go together.
    """

    def __init__(self, bootstrap: Any = 0, restarts: Any = 1, processes: Processes = ALONE):
        self.processes = processes
        self.bootstrap = check("bootstrap", bootstrap)
        self.restarts = check("restarts", restarts)
        if self.bootstrap and self.restarts > 1:
            raise NNFitError(
                "restarts",
                "does not go with `bootstrap`: replicates start once each.",
                "Choose one of the two.",
            )

    def __bool__(self) -> bool:
        """Tell whether there is anything to do beside one fit."""
        return self.bootstrap > 0 or self.restarts > 1


class RepeatedFits(NamedTuple):
    """What fits beside the one fit gave, as `bootstrap()` and `best_of()` say; None: none."""

    replicates: dict[str, Any] | None = None
    restarts: dict[str, Any] | None = None


class Beside(NamedTuple):
    """What a job of one fit has beside its rows: see `Job`."""

    watch: Watch | None = None
    start: Start | None = None

    def put_into(self, job: Job) -> Job:
        """Give a job that was just made what stands beside its rows."""
        job.watch, job.start = self.watch, self.start
        return job


def check_repeats(
    network: nn.Module, spec: Resolved, model: nn.Module | None, repeats: Repeats, beside: Beside
) -> None:
    """Refuse, before anything is trained, what does not go together."""
    _check_processes(repeats, spec)
    if not repeats and spec.members == 1:
        return
    _check_together(repeats, spec)
    _check_watch(beside.watch, repeats, spec)
    _check_room(repeats, network, spec)
    if repeats.restarts > 1:
        check_restarts(spec, model)


def _check_processes(repeats: Repeats, spec: Resolved) -> None:
    if repeats.processes.several and not repeats and spec.members == 1:
        raise NNFitError(
            "processes",
            "share the rows of Parquet files, or many fits; this is one fit, to data in memory.",
            "Leave it out: one fit has all cores by torch's threads.",
        )


def _check_together(repeats: Repeats, spec: Resolved) -> None:
    if repeats and spec.members > 1:
        name = "bootstrap" if repeats.bootstrap else "restarts"
        raise NNFitError("members", f"does not go with `{name}`.", "Choose one of the two.")


def _check_watch(watch: Watch | None, repeats: Repeats, spec: Resolved) -> None:
    name = "members" if spec.members > 1 else "restarts"
    if watch is not None and (spec.members > 1 or repeats.restarts > 1):
        raise NNFitError(
            "callback",
            f"is for one fit, and `{name}` asks for several.",
            "Leave one of the two out.",
        )


def _check_room(repeats: Repeats, network: nn.Module, spec: Resolved) -> None:
    numbers = {
        "bootstrap": repeats.bootstrap,
        "restarts": repeats.restarts,
        "members": spec.members,
    }
    name = max(numbers, key=lambda one: numbers[one])
    each = numbers_kept(network) // spec.members
    check_room(name, f"{numbers[name]:,} fits", numbers[name] * each)


def train_repeats(
    network: nn.Module,
    spec: Resolved,
    model: nn.Module | None,
    split: SplitTable,
    repeats: Repeats,
    report: Report | None,
    beside: Beside,
) -> tuple[Trained, RepeatedFits]:
    """Train `network` in place, and what is wanted beside it.

    Parameters
    ----------
    network : nn.Module
    spec : Resolved
    model : nn.Module or None
        The user's own, untrained.
    split : SplitTable
    repeats : Repeats
    report : callable or None
    beside : Beside
        Of the fit, not of its replicates.

    Returns
    -------
    Trained
        `interrupted` tells of the fits beside it too.
    RepeatedFits
    """
    if not repeats and spec.members == 1:
        job = job_of(network, spec, split.training, split.validation)
        return informed(train_one(beside.put_into(job), report), job), RepeatedFits()
    together = repeats.processes
    task = Task(split.table, spec, model, split.validation, processes=together)
    rows = np.arange(len(split.table.x)) if split.rows is None else split.rows
    if spec.members > 1:
        members = from_other_values(task, rows, spec.members)
        return train_members(task, members, report), RepeatedFits()
    progress = SharedProgress(report, repeats.restarts + repeats.bootstrap, spec.epochs)
    if repeats.restarts > 1:
        trained, tried = best_of(task, rows, repeats.restarts, progress)
        trained.load(network)
        job = job_of(network, spec, split.training, None)
        return informed(trained, job), RepeatedFits(restarts=tried)
    # the fit itself is one; its replicates are several
    alone = replace(spec, engine="auto") if spec.engine == "stacked" else spec
    job = job_of(network, alone, split.training, split.validation)
    trained = by_first(
        together, lambda: informed(train_one(beside.put_into(job), progress.part()), job)
    )
    if together.rank:
        trained.load(network)
    if trained.interrupted or trained.stopped == "diverged":
        none = no_replicates(spec, repeats.bootstrap, trained.interrupted)
        return trained, RepeatedFits(replicates=none)
    try:
        by_first(together, lambda: progress.advance(trained))
        if spec.monitor is None:  # nobody sees the epochs of a replicate
            task = replace(task, spec=replace(spec, metrics=()))
        made, interrupted = bootstrap(task, rows, repeats.bootstrap, progress)
    except KeyboardInterrupt:
        made, interrupted = no_replicates(spec, repeats.bootstrap, True), True
    return trained._replace(interrupted=interrupted), RepeatedFits(replicates=made)
