"""A run is put together and trained: of one fit, and of several at once."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Callable

import numpy as np
import torch

from ..data.scaling import Scaling
from ..engines.base import Engine, Job
from ..engines.choose import choose
from ..engines.stacked import Stack, StackedEngine
from ..ground.errors import NNFitError
from ..ground.forks import refused_in_a_fork
from ..ground.interrupts import despite_interrupt
from ..ground.processes import ALONE, Processes
from ..ground.threads import on_one_thread, threads_for
from ..model import network as models
from ..model.baseline import centred
from ..model.embedding import Embeddings, embeddings_of
from ..options.resolved import Resolved
from .again import train_again_where_it_helps
from .callbacks import (
    Callback,
    Convergence,
    Divergence,
    EarlyStop,
    EarlyStopEach,
    KeepEnded,
    Progress,
    Report,
)
from .checkpoint import Part, begin_part, train_kept
from .history import History
from .loop import Run, train
from .measures import Measures
from .memory import begin_from, memory_of
from .schedule import Scheduled
from .trained import Trained
from .watched import Watched


@on_one_thread()
def train_one(job: Job, report: Report | None) -> Trained:
    """Train a job's network, in training mode, in place; again where it has learned nothing."""
    return train_again_where_it_helps(job, lambda: _train_once(job, report))


def _train_once(job: Job, report: Report | None) -> Trained:
    start = time.perf_counter()
    network, embed = job.network, _embedded(job)
    with _enough_rows(job.spec):
        engine = choose(job)
        steps = 1 if job.rows.full_batch else math.ceil(job.rows.rows / job.rows.step_rows)
        first: list[Callback] = [Measures(job)] if job.spec.metrics else []
        if job.spec.schedule is not None:
            first.append(Scheduled(job.spec, steps))
        begin_from(job.start, engine, job.spec)
        drawn = torch.get_rng_state()
        last = [] if job.watch is None else [Watched(job.watch)]
        told = None if report is None else Progress(report, job.rows.processes)
        values_of, together = (lambda: network.state_dict().values()), job.rows.processes
        run = _run(engine, job.spec, values_of, told, first, last, together)
        part = begin_part()
        values = [] if part is None else [*network.parameters(), *network.buffers()]
        _train(run, job.rows.step_rows * models.size_of(network), part, values)

    def end() -> Trained:
        if engine.finish is not None:
            engine.finish()
        if embed is not None:
            embed.settle()
        parameters = models.state(network)
        return Trained(
            parameters,
            models.buffers(network, parameters),
            centred(network, job.spec, job.scaling, job.rows.sample()),
            run.result(),
            run.stopped,
            _best_epoch(run),
            engine.name,
            engine.condition,
            _seconds(start, part),
            memory=memory_of(run, engine, job.spec, drawn),
        )

    trained, again = despite_interrupt(end)
    return trained._replace(interrupted=again or run.interrupted)


def _embedded(job: Job) -> Embeddings | None:
    """Give a network's embedded columns, which have looked at the rows to train on."""
    embed = embeddings_of(job.network)
    known = 1 in job.spec.freeze or job.start is not None  # what an earlier fit has learned stays
    if embed is not None and not known:
        rows = job.chunks() if job.rows.streamed else [job.rows.sample()]
        embed.notice(part.x for part in rows)
        embed.seen = job.rows.processes.joined(
            embed.seen, lambda one, other: [a | b for a, b in zip(one, other)]
        )
    return embed


@contextmanager
def _enough_rows(spec: Resolved) -> Iterator[None]:
    """Say in our words what torch says of batch normalisation where a step is a single row."""
    try:
        yield
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise NNFitError(
            "model" if spec.own_model else "norm",
            "has a normalisation that compares the rows of a step, and a step is one row.",
            "Give a larger `batch_size`, or more rows.",
        ) from error


def train_together(together: StackedEngine, report: Report | None) -> list[Trained]:
    """Train the replicas of a stack.

    If the user interrupts, those that had not ended by then are as they were.
    """
    start = time.perf_counter()
    engine, stack, unseen = together
    number, size = stack.value.shape
    spec = stack.group.spec
    first: list[Callback] = [] if spec.schedule is None else [Scheduled(spec, 1)]
    last = [KeepEnded(stack.value)]
    told = None if report is None else Progress(report)
    run = _run(engine, spec, lambda: [stack.value], told, first, last)
    part = begin_part()
    _train(run, len(stack.group.rows.table.x) * number * size, part, [stack.value])
    seconds = _seconds(start, part) / number

    def end() -> list[Trained]:
        # what goes on from where it stands has no other initial values
        looked = stack.group.start is None
        suspects = stack.suspects(engine.batches.rows) if looked else [False] * number
        standings = stack.standings(engine.step) if stack.group.sparing else [None] * number
        losses = [None] * number if unseen is None else unseen().tolist()
        return [
            Trained(
                state,
                [],
                _centred(stack, replica, state),
                run.result(replica, run.rows[replica]),
                run.stopped[replica],
                _best_epoch(run, replica),
                engine.name,
                None,
                seconds,
                suspect=bool(suspects[replica]),
                standing=standings[replica],
                unseen=losses[replica],
            )
            for replica, state in enumerate(stack.states())
        ]

    trained, again = despite_interrupt(end)
    return [one._replace(interrupted=again or run.interrupted) for one in trained]


def _centred(stack: Stack, replica: int, state: Mapping[str, Any]) -> Scaling | None:
    """Move the outputs of one of several models of risks to its reference."""
    group = stack.group
    scaling = group.scales[replica]
    if not group.spec.family.relative:
        return scaling
    rows, weights = group.rows
    if weights is not None:
        rows = rows.take(weights[replica] > 0)._replace(
            weights=weights[replica][weights[replica] > 0]
        )
    network = models.load(stack.template(), state)
    return centred(network, group.spec, scaling, rows)


def _run(
    engine: Engine,
    spec: Resolved,
    values: Callable[[], Iterable[torch.Tensor]],
    told: Progress | None,
    first: Sequence[Callback] = (),
    last: Sequence[Callback] = (),
    processes: Processes = ALONE,
) -> Run:
    """Put together what the training loop needs; `first` have a row in each epoch that is done."""
    validated = engine.validation is not None
    history = History(spec.epochs, spec.torch_device, engine.factor, validated)
    callbacks: list[Callback] = [*first, Divergence()]
    if spec.stop_iter != math.inf:
        stop = EarlyStopEach if history.several else EarlyStop
        callbacks.append(stop(list(values()), spec.stop_iter))
    if engine.converged is not None:
        callbacks.append(Convergence(engine.converged, processes))
    if told is not None:  # after those that look at the epoch: it may interrupt
        callbacks.append(told)
    measures = [one for one in first if isinstance(one, Measures) and spec.monitor is not None]
    judge = measures[0].deciding if measures else None
    total = spec.reduction == "sum"
    return Run(engine, spec.epochs, history, [*callbacks, *last], total, judge)


@np.errstate(over="ignore", invalid="ignore")  # where a fit diverges, its loss says so
def _train(
    run: Run, multiplications: int, part: Part | None, values: Sequence[torch.Tensor]
) -> None:
    # without autograd's bookkeeping an operation on little data takes an eighth less
    bare = torch.inference_mode(run.engine.bare)
    with refused_in_a_fork("engine"), threads_for(multiplications), bare:
        if part is None:
            train(run)
        else:
            train_kept(part, run, values)


def _seconds(start: float, part: Part | None) -> float:
    """Tell how long a run has taken: of one that was cut short, in all."""
    return time.perf_counter() - start if part is None else part.seconds


def _best_epoch(run: Run, replica: Any = ()) -> int | None:
    for callback in run.callbacks:
        if isinstance(callback, EarlyStop):
            return int(np.asarray(callback.best_epoch)[replica]) or None
    return None
