"""Many fits of one model to rows of one table: at once where that pays, else in turn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Optional

import numpy as np
from torch import nn

from ..data.arrays import ArraySource
from ..data.scaling import Scaling
from ..data.table import Table
from ..engines.base import Job
from ..engines.choose import choose_together
from ..engines.stacked import Group, SharedRows, StackedEngine, Standing, floats_of
from ..engines.validation import validation_of
from ..ground.pieces import deal, put_together
from ..ground.processes import ALONE, Processes
from ..ground.seed import seeded
from ..model import network as models
from ..model.start import Start
from ..options.resolved import Resolved
from ..training.callbacks import Report
from ..training.fault import fault_of
from ..training.trained import Trained
from ..training.training import train_one, train_together
from .averaged import averaged
from .progress import SharedProgress
from .resampling import seeds_from

# Numbers that replicas trained at once keep together, at most: it bounds the memory. Replicas so
# large that few of them reach it are trained no faster at once than in turn.
MOST_FLOATS = 4_000_000


# Numbers that are kept of each fit beside its parameters, in about as much memory: its seed, its
# losses, its scaling, and the objects that hold them.
OTHERS = 100

# positions of rows in a table, and what each of them counts; None: every row counts once
Chosen = tuple[np.ndarray, Optional[np.ndarray]]


class Replica(NamedTuple):
    """One of the fits.

    `rows` to train on and `valid_rows` to validate on are positions in the task's table. `own` is
    what the fit is where it differs from the task's in its `strengths`, `start` where it goes on
    from: an earlier fit, or one of several that were trained at once. `counts` are how much each of
    `rows` counts in metrics, and `valid_weights` the weights of `valid_rows`, where that is not as
    the table has it.
    """

    seed: int
    rows: np.ndarray
    weights: np.ndarray | None = None  # one for each of `rows`, above zero
    valid_rows: np.ndarray | None = None
    own: Resolved | None = None
    start: Start | Standing | None = None
    counts: np.ndarray | None = None
    valid_weights: np.ndarray | None = None


@dataclass(frozen=True)
class Task:
    """What all replicas have in common.

    `held_out` are rows beside the table, to validate every replica on; where it is `sparing`, of
    replicas that are trained at once the first and the last epoch alone are. `processes` share the
    replicas among them; `share`: they are what one of these trains.
    """

    table: Table
    spec: Resolved
    model: nn.Module | None = None
    held_out: Table | None = None
    sparing: bool = False
    processes: Processes = ALONE
    share: bool = False

    def training(self, replica: Replica) -> Table:
        """Select the rows that a replica is trained on."""
        taken = self.table.take(replica.rows)
        own = taken.own if replica.counts is None else replica.counts
        return taken._replace(weights=replica.weights, own=own)

    def validation(self, replica: Replica) -> Table | None:
        """Select the rows that a replica is validated on."""
        if replica.valid_rows is None:
            return self.held_out
        taken = self.table.take(replica.valid_rows)
        given = replica.valid_weights
        return taken if given is None else taken._replace(weights=given)


def from_other_values(task: Task, rows: np.ndarray, number: int) -> list[Replica]:
    """Make replicas of the same rows that differ in their seeds; the first has the task's own."""
    weights = None if task.table.weights is None else task.table.weights[rows]
    return [Replica(seed, rows, weights) for seed in seeds_from(task.spec.seed, number)]


def numbers_kept(network: nn.Module) -> int:
    """Count the numbers that are kept of each of many fits, at the least."""
    return models.size_of(network) + OTHERS


def job_of(network: nn.Module, spec: Resolved, rows: Table, held_out: Table | None) -> Job:
    """Make the job of training a network on rows in memory."""
    beside = None if held_out is None else ArraySource(held_out, spec, "validation")
    return Job(network, spec, ArraySource(rows, spec), beside)


def loss_held_out(network: nn.Module, spec: Resolved, rows: Table, held_out: Table) -> float:
    """Compute the loss of a trained network on rows held out, in the user's units.

    The history has that of the parameters before the last update. `rows` are those that it was
    trained on, and scaled by.
    """
    job = job_of(network, spec, rows, held_out)
    validation = validation_of(job)
    assert validation is not None  # there are rows to validate on
    return float(validation()) * job.loss(job.rows).factor


class Made(NamedTuple):
    """What training many replicas gave.

    Parameters
    ----------
    fits : dict of Trained
        By the positions of the replicas, in order; of all, unless the user interrupts. Then some
        may have been in training: they are `stopped` as "interrupted".
    interrupted : bool
    """

    fits: dict[int, Trained]
    interrupted: bool

    @property
    def ended(self) -> dict[int, Trained]:
        """The fits that were not cut short."""
        return {r: one for r, one in self.fits.items() if one.stopped != "interrupted"}

    @property
    def engine(self) -> str | None:
        """What trained the first of them."""
        return next((one.engine for one in self.fits.values()), None)


def train_all(task: Task, replicas: Sequence[Replica], progress: SharedProgress) -> Made:
    """Train every replica as if it were fitted alone, under its seed."""
    if task.processes.several:
        return _train_share(task, replicas, progress)
    fits: list[Trained] = []
    stopped = False
    try:
        for trained in _each(task, replicas, progress):
            fits += trained
            stopped = trained[-1].interrupted
            if stopped:
                break
            progress.advance(trained[-1], len(trained))
    except KeyboardInterrupt:
        stopped = True
    return Made(dict(enumerate(fits)), stopped)


def _train_share(task: Task, replicas: Sequence[Replica], progress: SharedProgress) -> Made:
    """Train a share of the replicas in each process."""
    together = task.processes
    alone = replace(task, processes=ALONE, share=len(replicas) > 1)
    places = deal([1.0] * len(replicas), together.size)[together.rank]
    mine = [replicas[place] for place in places]
    made = Made({}, False)
    if mine:
        made = train_all(alone, mine, progress.share(len(replicas), len(mine)))
    fits = {places[place]: _to_hand_on(one) for place, one in made.fits.items()}
    return Made(put_together(together, fits), together.any(made.interrupted))


def _to_hand_on(trained: Trained) -> Trained:
    """Give a fit as another process can take it, whose device may be another."""
    if trained.standing is None:
        return trained
    return trained._replace(standing=trained.standing._replace(value=trained.standing.value.cpu()))


def _each(
    task: Task, replicas: Sequence[Replica], progress: SharedProgress
) -> Iterator[list[Trained]]:
    """Train replica after replica, or some of them at once."""
    for part in _parts(task, replicas):
        together = _together(task, part) if _may_stand_together(task, part) else None
        if together is not None:
            trained = train_together(together, progress.part(len(part)))
            if not trained[-1].interrupted:
                pairs = zip(part, trained)
                trained = [again_where_it_helps(task, replica, one) for replica, one in pairs]
            yield trained
            continue
        for replica in part:
            yield [train_alone(task, replica, progress.part())]


def _may_stand_together(task: Task, part: Sequence[Replica]) -> bool:
    if any(isinstance(replica.start, Start) for replica in part) or task.spec.members > 1:
        return False
    return len(part) > 1 or part[0].start is not None or task.share


def _parts(task: Task, replicas: Sequence[Replica]) -> Iterator[Sequence[Replica]]:
    """Cut the replicas into parts that may be trained at once."""
    network = task.model or models.build(task.spec, "meta")
    if task.spec.engine == "stacked":  # at any cost
        yield replicas
        return
    rows = max(len(replica.rows) for replica in replicas)
    most = max(1, MOST_FLOATS // floats_of(task.spec, network, rows))
    size = math.ceil(len(replicas) / math.ceil(len(replicas) / most))
    for start in range(0, len(replicas), size):
        yield replicas[start : start + size]


def train_alone(task: Task, replica: Replica, report: Report | None = None) -> Trained:
    """Train one replica in the way of any fit."""
    if task.spec.members > 1:
        seeds = seeds_from(replica.seed, task.spec.members)
        return train_members(task, [replica._replace(seed=seed) for seed in seeds], report)
    spec = replace(replica.own or task.spec, seed=replica.seed, engine=task.spec.engine)
    with seeded(spec.seed, spec.torch_device):
        network = models.make(task.model, task.table, spec)
        job = job_of(network, spec, task.training(replica), task.validation(replica))
        if isinstance(replica.start, Start):
            replica.start.load(network, spec.torch_device)
            job.start = replica.start
        return train_one(job, report)


def train_members(task: Task, members: Sequence[Replica], report: Report | None) -> Trained:
    """Train the members of one fit, as if each were fitted alone."""
    alone = replace(task, spec=replace(task.spec, members=1))
    members = [
        one if one.own is None else one._replace(own=replace(one.own, members=1)) for one in members
    ]
    made = train_all(alone, members, SharedProgress(report, len(members), task.spec.epochs))
    if not made.fits:
        raise KeyboardInterrupt
    return averaged(list(made.fits.values()))._replace(interrupted=made.interrupted)


def again_where_it_helps(task: Task, replica: Replica, trained: Trained) -> Trained:
    """Train a replica of those trained at once alone, and so again, where it has learned nothing.

    A module of the user's own has no other initial values.
    """
    if not trained.suspect or task.model is not None or trained.stopped == "diverged":
        return trained
    if replica.start is not None:  # whose initial values are those of what it goes on from
        return trained
    spec = replace(replica.own or task.spec, seed=replica.seed, engine="auto")
    network = models.build(spec)
    trained.load(network)
    job = job_of(network, spec, task.training(replica), None)
    return trained if fault_of(job) is None else train_alone(_in_turn(task), replica)


def _in_turn(task: Task) -> Task:
    """Make the task of one that is fitted by itself, for which there is no engine "stacked"."""
    if task.spec.engine != "stacked":
        return task
    return replace(task, spec=replace(task.spec, engine="auto"))


def _together(task: Task, part: Sequence[Replica]) -> StackedEngine | None:
    """Put replicas side by side; None: they are to be trained in turn."""
    seeds = [replica.seed for replica in part]
    rows, held_out = tables_of(task, part)
    group = Group(task.model, task.spec, seeds, _scales(task, part), rows, held_out)
    if any(replica.own for replica in part):
        group = group._replace(own=[replica.own or task.spec for replica in part])
    start = [replica.start for replica in part if isinstance(replica.start, Standing)]
    group = group._replace(start=start or None, sparing=task.sparing, share=task.share)
    return choose_together(group)


def _scales(task: Task, part: Sequence[Replica]) -> list[Scaling | None]:
    known: dict[tuple[int, int], Scaling | None] = {}  # by what several replicas share
    shared = [(id(replica.rows), id(replica.weights)) for replica in part]
    for replica, both in zip(part, shared):
        if both not in known:
            known[both] = ArraySource(task.training(replica), task.spec).scaling()
    return [known[both] for both in shared]


def tables_of(task: Task, part: Sequence[Replica]) -> tuple[SharedRows, SharedRows | None]:
    """Gather the rows that the replicas are trained on and validated on."""
    training = _gather(task.table, [(replica.rows, replica.weights) for replica in part])
    if part[0].valid_rows is not None:
        return training, _gather(task.table, [_validated(task, replica) for replica in part])
    if task.held_out is None:
        return training, None
    rows = np.arange(len(task.held_out.x))
    return training, _gather(task.held_out, [(rows, task.held_out.weights)] * len(part))


def _validated(task: Task, replica: Replica) -> Chosen:
    rows, weights = replica.valid_rows, task.table.weights
    assert rows is not None  # either all replicas have some, or none has
    if replica.valid_weights is not None:
        return rows, replica.valid_weights
    return rows, None if weights is None else weights[rows]


def _gather(table: Table, chosen: Sequence[Chosen]) -> SharedRows:
    """Take every row that a replica has chosen; for the others it weighs nothing."""
    used = np.unique(np.concatenate([rows for rows, _ in chosen]))
    weights = np.zeros((len(chosen), len(used)))
    for replica, (rows, counts) in zip(weights, chosen):
        replica[np.searchsorted(used, rows)] = 1.0 if counts is None else counts
    every = (weights == 1).all()
    return SharedRows(table.take(used)._replace(weights=None), None if every else weights)
