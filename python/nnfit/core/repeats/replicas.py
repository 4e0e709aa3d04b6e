"""Many fits of one model to rows of one table: at once where that pays, else in turn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from ..data.scaling import Scaling
from ..data.table import Table
from ..engines.fused.kernels import Unfused
from ..engines.stacked import Rows, Stack, floats_of
from ..ground.seed import seeded
from ..ground.threads import threads_for
from ..model import network as models
from ..options.resolved import Resolved
from ..training import prepare, stack_run
from ..training.fitting import make_network, train_network
from ..training.history import Progress
from .bar import Bar, Report

# At once: bounds the memory. Where a few replicas have so many, they gain nothing from company.
FLOATS = 4_000_000


class Replica(NamedTuple):
    """One of the fits.

    `rows` to train on and `valid_rows` to validate on are positions in the task's table.
    """

    seed: int
    rows: np.ndarray
    weights: np.ndarray | None = None  # one for each of `rows`, above zero
    valid_rows: np.ndarray | None = None


@dataclass(frozen=True)
class Task:
    """What all replicas have in common.

    `spec` is resolved. `held_out` are rows beside the table, to validate every replica on.
    """

    table: Table
    spec: Resolved
    model: nn.Module | None = None
    held_out: Table | None = None

    def training(self, replica: Replica) -> Table:
        """Select the rows that a replica is trained on."""
        return self.table.take(replica.rows)._replace(weights=replica.weights)

    def validation(self, replica: Replica) -> Table | None:
        """Select the rows that a replica is validated on."""
        if replica.valid_rows is None:
            return self.held_out
        return self.table.take(replica.valid_rows)


def train_all(task: Task, replicas: Sequence[Replica], bar: Bar) -> list[dict[str, Any]]:
    """Train every replica as if it were fitted alone, under its seed.

    Returns
    -------
    list of dict
        What `fit()` returns of the training, and how it was done (`used`), in the replicas'
        order. If the user interrupts, only those that were done by then.
    """
    results: list[dict[str, Any]] = []
    try:
        for result in _results(task, replicas, bar):
            if result["stopped"] == "interrupted":
                break
            results.append(result)
    except KeyboardInterrupt:
        pass
    return results


def _results(task: Task, replicas: Sequence[Replica], bar: Bar) -> Iterator[dict[str, Any]]:
    for part in _parts(task, replicas):
        stack = _stack(task, part) if len(part) > 1 else None
        if stack is not None:
            yield from _train_together(stack, bar)
            continue
        for replica in part:
            result = train_alone(task, replica, bar.part())
            bar.advance(result)
            yield result


def _parts(task: Task, replicas: Sequence[Replica]) -> Iterator[Sequence[Replica]]:
    """Cut the replicas into parts that may be trained at once."""
    network = task.model or models.build(task.spec, "meta")
    rows = max(len(replica.rows) for replica in replicas)
    most = max(1, FLOATS // floats_of(task.spec, network, rows))
    size = math.ceil(len(replicas) / math.ceil(len(replicas) / most))
    for start in range(0, len(replicas), size):
        yield replicas[start : start + size]


def train_alone(task: Task, replica: Replica, report: Report | None = None) -> dict[str, Any]:
    """Train one replica in the way of any fit."""
    spec = replace(task.spec, seed=replica.seed)
    with seeded(spec.seed, spec.torch_device):
        network = make_network(task.model, task.table, spec)
        rows, held_out = task.training(replica), task.validation(replica)
        result, used = train_network(network, spec, rows, held_out, report)
    return {**result, "used": used}


def _train_together(stack: Stack, bar: Bar) -> list[dict[str, Any]]:
    number, size = stack.value.shape
    with threads_for(stack.rows * number * size):
        results = stack_run.train(stack, Progress(bar.part(number), stack.spec.epochs))
    bar.advance(results[-1], number)
    return [{**result, "used": {"engine": "fused", "condition": None}} for result in results]


def _stack(task: Task, part: Sequence[Replica]) -> Stack | None:
    """Put replicas side by side; None: they can not be."""
    seeds = [replica.seed for replica in part]
    try:
        return Stack(task.model, task.spec, seeds, _scales(task, part), *_tables(task, part))
    except Unfused:
        return None


def _scales(task: Task, part: Sequence[Replica]) -> list[Scaling | None]:
    first = part[0]
    if not task.spec.scale or all(replica.rows is first.rows for replica in part):
        return [prepare.scaling_of(task.training(first), task.spec)] * len(part)
    return [prepare.scaling_of(task.training(replica), task.spec) for replica in part]


def _tables(task: Task, part: Sequence[Replica]) -> tuple[Rows, Rows | None]:
    """Gather the rows that the replicas are trained on and validated on."""
    training = _gather(task.table, [(replica.rows, replica.weights) for replica in part])
    if part[0].valid_rows is not None:
        weights = task.table.weights
        return training, _gather(task.table, [
            (replica.valid_rows, None if weights is None else weights[replica.valid_rows])
            for replica in part
        ])  # fmt: skip
    if task.held_out is None:
        return training, None
    rows = np.arange(len(task.held_out.x))
    return training, _gather(task.held_out, [(rows, task.held_out.weights)] * len(part))


def _gather(table: Table, chosen: list[tuple[np.ndarray, np.ndarray | None]]) -> Rows:
    """Take every row that a replica has chosen; for the others it weighs nothing."""
    used = np.unique(np.concatenate([rows for rows, _ in chosen]))
    weights = np.zeros((len(chosen), len(used)))
    for replica, (rows, counts) in zip(weights, chosen):
        replica[np.searchsorted(used, rows)] = 1.0 if counts is None else counts
    return Rows(table.take(used)._replace(weights=None), None if (weights == 1).all() else weights)
