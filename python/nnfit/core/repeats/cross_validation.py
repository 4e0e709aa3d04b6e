"""k-fold cross-validation: every row is predicted by fits that have not seen it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Callable, NamedTuple

import numpy as np
from torch import nn

from ..data.class_weights import balanced_by
from ..data.frames import check_index, is_missing
from ..data.given import read
from ..data.offset import settle
from ..data.reading import as_array
from ..data.table import Table
from ..data.unequal import tell_unequal
from ..ground import forks
from ..ground.errors import NNFitError
from ..ground.interrupts import despite_interrupt, interrupted
from ..ground.memory import check_room
from ..ground.processes import Processes
from ..ground.seed import seeded
from ..jobs.shared import alone_or, refuse_what_can_not_be_shared, shareable
from ..model import network as networks
from ..model.predictions import link_of, response_of
from ..model.user_loss import settled
from ..options.asked import FIND, Asked
from ..options.checks import check, check_row
from ..options.ignored import refuse_ignored
from ..options.resolved import Resolved
from ..options.rows import Bound, option_rows
from ..training.apart import keeping_apart
from ..training.call import call_of
from ..training.checkpoint import Keeper, NothingKept
from ..training.measures import measured
from ..training.trained import Trained
from . import tuning
from .absent import tell_absent
from .progress import SharedProgress
from .replicas import Replica, Task, loss_held_out, numbers_kept, train_all
from .resampling import deal, replica_seeds


@shareable(dict)
def cross_validate(
    x: Any,
    y: Any,
    *,
    folds: Any = 10,
    repeats: int = 1,
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
    progress: Callable[..., Any] | None = None,
    checkpoint: Any = None,
    processes: int | Processes = 1,
    **options: Any,
) -> dict[str, Any]:
    """Fit a model to all rows but a fold's, for each fold, and validate it on that fold.

    Parameters
    ----------
    x, y, weights, offset, model, progress, checkpoint, options
        As for `fit()`. The seed governs the folds and each fit's initial values.
    folds : int or int array (n,), default 10
        Their number, dealt at random; or the fold of each row.
    repeats : int, default 1
        How often to deal anew.
    processes : int, default 1
        In how many processes on this machine to train, as for `fit()`: each trains some of the
        folds.

    Returns
    -------
    dict
        A fit is one fold of one repeat; fits are ordered by repeat, then fold. Of each fit:
        `fits` (its position in this order, from 0), `seeds`, `train_loss` (at its best epoch, else
        in its last row; of several members that of their mean), `valid_loss` (of what it predicts
        for its fold), `metrics` (a dict of `train_` and `valid_` of each, of what it predicts),
        `stopped`, `dead` (whether it has learned nothing), `best_epoch` (0: none) and `history`.
        Of the rows: `folds` (n, repeats), from 0, and `predicted` (n, outputs, repeats), on the
        scale of the response. `options` and `seconds`.

    Raises
    ------
    NNFitError
        Naming the argument that cannot work. An `NNFitWarning` names metrics that are not known on
        some folds, which have no row of some class, and are NaN there.
    KeyboardInterrupt
        If the user interrupts. Its attribute `fit` has the fits that were done by then: the others
        are missing in `fits`, and what they would have predicted is NaN.
    """
    start = time.perf_counter()
    forks.settle()
    if model is not None:
        networks.check_module(model)
    asked = Asked.of(options, own_model=model is not None)
    refuse_ignored(asked)
    if asked.learn_rate == FIND:
        raise NNFitError(
            "learn_rate",
            f'"{FIND}" is for one fit: each fold would have its own.',
            "Give the number that a fit to all rows finds.",
        )
    check("progress", progress)
    together = alone_or(processes)
    refuse_what_can_not_be_shared(together, None, asked.loss)
    table, asked = networks.spread(model, *read(x, y, weights, asked, offset))
    tell_unequal(table, asked)
    check_index(x, folds, "folds")
    given = Given(table, model, folds, check("repeats", repeats), together)
    with keeping_apart(check("checkpoint", checkpoint), asked, together) as (asked, kept):
        return _fit_all(asked, given, kept, progress, start)


class Given(NamedTuple):
    """What is to be cross-validated, and how."""

    table: Table
    model: nn.Module | None
    folds: Any
    repeats: int
    processes: Processes


def _fit_all(
    asked: Asked, given: Given, kept: Keeper | NothingKept, progress: Any, start: float
) -> dict[str, Any]:
    """Fit the model for each fold, and put together what `cross_validate()` gives."""
    table, model, _, number, processes = given
    with seeded(asked.seed, asked.torch_device):
        kept.begin()
        spec = networks.resolve(model, table, asked)
        network = networks.make(model, table, spec)
        spec = settled(spec, table)
        what = f"{number:,} times two folds at least"
        check_room("repeats", what, number * (2 * numbers_kept(network) + len(table.x)))
        seeds = replica_seeds(spec.seed, number)
    dealt = deal_folds(given.folds, len(table.x), seeds)
    replicas = [
        replica
        for fold, fold_seed in zip(dealt, seeds)
        for replica in fold_replicas(table, fold, fold_seed, spec)
    ]
    kept.settle(
        spec,
        lambda: {**call_of("cross_validate()", asked, table, model), "folds": dealt},
    )
    tell_absent(spec.metrics, spec.levels, table, replicas)
    task = Task(settle(table, spec.loss), spec, model, processes=processes)
    tuned = tuning.tune_all(asked, task, replicas, progress)
    if tuned is None:
        made = train_all(task, replicas, SharedProgress(progress, len(replicas), spec.epochs))
    else:
        made, spec = tuned
        network = networks.build(spec)
    done = made.ended
    if not done:
        raise KeyboardInterrupt

    def gather() -> dict[str, Any]:
        return {
            "folds": dealt.T.copy(),
            "fits": np.array(list(done)),
            "seeds": [replicas[which].seed for which in done],
            **_of_fits(list(done.values())),
            **_judged(network, spec, task, replicas, done),
            "predicted": _predicted(network, spec, table, dealt, done),
            "options": {**spec.plain(), "engine": made.engine},
            "seconds": time.perf_counter() - start,
        }

    gathered, again = despite_interrupt(gather)
    if made.interrupted or again:
        raise interrupted(gathered)
    return gathered


def _of_fits(done: Sequence[Trained]) -> dict[str, Any]:
    return {
        "stopped": [trained.stopped for trained in done],
        "dead": [trained.learned_nothing for trained in done],
        "best_epoch": [trained.best_epoch or 0 for trained in done],
        "history": [trained.history for trained in done],
    }


def _judged(
    network: nn.Module,
    spec: Resolved,
    task: Task,
    replicas: Sequence[Replica],
    done: Mapping[int, Trained],
) -> dict[str, Any]:
    """Compute the loss of what each fit predicts for its fold, and metrics for all rows.

    A fit that diverged has the loss that it ended with.
    """
    losses: list[float | None] = []
    train = np.array([trained.final_losses[0] for trained in done.values()])
    metrics: dict[str, list[float]] = {
        f"{part}_{name}": [] for part in ("train", "valid") for name in spec.metrics
    }
    for place, (which, trained) in enumerate(done.items()):
        trained.load(network)
        rows, held_out = task.training(replicas[which]), task.validation(replicas[which])
        assert held_out is not None  # a fold has rows
        if trained.stopped == "diverged":
            losses.append(trained.final_losses[1])
        else:
            unseen = trained.unseen
            if unseen is None:
                unseen = loss_held_out(network, spec, rows, held_out)
            losses.append(unseen)
            if spec.members > 1:  # the history has the mean of their losses
                train[place] = loss_held_out(network, spec, rows, rows)
        for part, table in (("train", rows), ("valid", held_out)):
            values = measured(spec.metrics, network, spec, trained.scaling, table)
            for name, value in zip(spec.metrics, values):
                metrics[f"{part}_{name}"].append(value)
    return {
        "train_loss": train,
        "valid_loss": np.array(losses, dtype=float),
        "metrics": {name: np.array(values) for name, values in metrics.items()},
    }


def deal_folds(folds: Any, n: int, seeds: Sequence[int]) -> np.ndarray:
    """Give each row's fold, from 0, in each repeat: (repeats, n)."""
    given = as_array(folds, "folds")
    if given.ndim == 0:
        row = option_rows()["folds"]._replace(most=Bound(n, f"{n} (the number of rows)"))
        number = check_row(row, folds)
        return np.stack([deal(seed, n, number) for seed in seeds])
    if given.shape != (n,):
        raise NNFitError("folds", f"has shape {given.shape} for {n} rows.")
    if len(seeds) > 1:
        raise NNFitError("repeats", "must be 1 where the folds are given.")
    if any(is_missing(one) for one in given.tolist()):
        raise NNFitError("folds", "has missing values.", "Name the fold of every row.")
    labels, fold = np.unique(given, return_inverse=True)
    if len(labels) < 2:
        raise NNFitError("folds", "holds a single fold.", "Two are needed.")
    return fold[None]


def fold_replicas(table: Table, fold: np.ndarray, fold_seed: int, spec: Resolved) -> list[Replica]:
    """Make the fits of one repeat: rows of weight zero are predicted, and have no other part."""
    weights = np.ones(len(fold)) if table.weights is None else table.weights
    replicas = []
    for k, replica_seed in enumerate(replica_seeds(fold_seed, int(fold.max()) + 1)):
        rows = np.flatnonzero((fold != k) & (weights > 0))
        if len(rows) == 0:
            raise NNFitError("folds", f"leaves no rows of positive weight outside fold {k + 1}.")
        held_out = np.flatnonzero((fold == k) & (weights > 0))
        if len(held_out) == 0:
            raise NNFitError(
                "folds",
                f"has only rows of weight zero in fold {k + 1}.",
                "Make fewer folds, or leave those rows out.",
            )
        replica = Replica(replica_seed, rows, None, held_out)
        replicas.append(_weighed(replica, table, spec))
    return replicas


def _weighed(replica: Replica, table: Table, spec: Resolved) -> Replica:
    """Weigh the rows of a fold's fit; balanced classes are so among those it is trained on."""
    if not spec.balanced:
        each = None if table.weights is None else table.weights[replica.rows]
        return replica._replace(weights=each)
    assert spec.levels is not None
    _, weights = balanced_by(table, replica.rows, len(spec.levels))
    return replica._replace(
        weights=weights[replica.rows], valid_weights=weights[replica.valid_rows]
    )


def _predicted(
    network: nn.Module,
    spec: Resolved,
    table: Table,
    dealt: np.ndarray,
    done: Mapping[int, Trained],
) -> np.ndarray:
    """Predict each row by the fit that has not seen it: (n, outputs, repeats)."""
    predicted = np.full((len(table.x), spec.n_responses, len(dealt)), np.nan)
    number = int(dealt.max()) + 1
    for which, trained in done.items():
        repeat, k = divmod(which, number)
        trained.load(network)
        rows = dealt[repeat] == k
        part = table.take(rows)
        link = link_of(network, spec, trained.scaling, part.x, part.offset)
        predicted[rows, :, repeat] = response_of(link, spec)
    return predicted
