"""The fit of a network of which nothing is asked but its size.

The rows are dealt into folds, up to 400 of them twice. Networks that have each not seen one
fold are trained side by side along a path of penalties; the penalty with the least loss on unseen
rows is chosen, and its networks are the fit: their outputs are averaged, as by Breiman (1996),
Bagging predictors, Machine Learning 24, 123-140. Skewed columns are straightened (`data.powers`),
far values drawn in (`data.batches`), and the activation is smooth, as L-BFGS needs it: the SiLU of
Elfwing, Uchibe and Doya (2018), Neural Networks 107, 3-11.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..data.given import SplitTable
from ..data.table import Table
from ..engines.base import DoesNotApply
from ..ground.interrupts import despite_interrupt
from ..ground.pieces import deal, put_together
from ..model import network as models
from ..model.baseline import centred
from ..options.asked import Asked
from ..options.catalog import Named
from ..options.resolved import Resolved
from ..options.untuned import is_untuned
from ..training.callbacks import Report
from ..training.measures import measured
from ..training.trained import Trained
from .of_mean import losses_of_mean
from .penalty_path import FOLDS, MOST_STEPS, Path, Stage, counted
from .progress import SharedProgress
from .replicas import Made, Replica, Task, loss_held_out
from .unseen import held_out, tempered

ROWS = 20, 20_000  # fewer are too few to hold some out; more need no penalty, and take long
TWICE = 400  # rows up to which they are dealt twice: among few, chance in the deal counts
ACTIVATION = "silu"


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
        `chosen`, from 1; after how many `steps` each ended; `folds` and `repeats`; the
        `temperature`, where the loss has probabilities; the losses of the members' mean, as
        `losses_of_mean()` has them.
    held_out : dict or None
        As `Fit` has it.
    """

    trained: Trained
    spec: Resolved
    path: dict[str, Any]
    held_out: dict[str, np.ndarray] | None


def applies(asked: Asked, spec: Resolved, split: SplitTable) -> bool:
    """Tell whether a fit is tuned: more than its size is not said, and its rows are enough."""
    open_to_it = is_untuned(asked) and not split.validates
    return open_to_it and is_enough(len(counted(split.table)), spec)


def is_enough(rows: int, spec: Resolved) -> bool:
    """Tell whether so many rows are enough, and not too many, to choose a penalty by."""
    least, most = ROWS
    # of more columns than rows the parameters are so many that a descent takes far longer
    enough = least <= rows <= most and spec.n_features <= rows
    return enough and spec.device == "cpu" and spec.family.smooth and not spec.family.own


def tuned_spec(asked: Asked, spec: Resolved, rows: int) -> Resolved:
    """Settle how a network is tuned on so many rows of which no more was asked."""
    smooth = (Named(ACTIVATION, {}),) * len(spec.hidden_units)
    return replace(
        spec,
        tuned=True,
        members=FOLDS * (2 if rows <= TWICE else 1),
        optimizer=Named("lbfgs", {}),
        learn_rate=1.0,
        activation=spec.activation if asked.activation else smooth,
    )


def tune(table: Table, spec: Resolved, report: Report | None) -> Tuned | None:
    """Choose the penalty, and train what averages to the fit.

    Parameters
    ----------
    table : Table
        All rows.
    spec : Resolved
        From `tuned_spec()`.
    report : callable or None
        As for one fit.

    Returns
    -------
    Tuned or None
        None: such networks can not be trained side by side, or no loss on rows held out is a
        number.
    """
    start = time.perf_counter()
    try:
        # metrics are of the mean of the networks, once it is there
        path = Path(table, replace(spec, metrics=()), report)
    except DoesNotApply:
        return None
    interrupted = path.run()
    if not path.stages:
        raise KeyboardInterrupt
    best = path.best()
    if best is None:
        return None

    def end() -> Tuned:
        trained, made = _fit(path, path.stages[best], start)
        trained, degrees = tempered(path, trained, made)
        unseen = held_out(path, trained, made)
        of_mean = losses_of_mean(path, trained, made, unseen)
        said = {**path.plain(best), "temperature": degrees, **of_mean}
        made = replace(made, metrics=spec.metrics)
        trained = _with_metrics(trained, made, train=path.table.take(path.rows))
        return Tuned(trained, made, said, unseen)

    tuned, again = despite_interrupt(end)
    stopped = "interrupted" if interrupted else tuned.trained.stopped
    trained = tuned.trained._replace(interrupted=interrupted or again, stopped=stopped)
    return tuned._replace(trained=trained)


def _fit(path: Path, stage: Stage, start: float) -> tuple[Trained, Resolved]:
    """Make the fit of the members at a stage."""
    spec = replace(path.spec, penalty=stage.penalty, epochs=stage.steps)
    parameters = path.stack.arrays(stage.value)
    losses = {"train_loss": np.array(path.history[: stage.steps]), "valid_loss": None}
    network = models.rebuild(spec, parameters)
    scaling = centred(network, spec, path.scaling, path.table.take(path.rows))
    seconds = time.perf_counter() - start
    trained = Trained(parameters, [], scaling, losses, "epochs", None, "stacked", None, seconds)
    return trained, spec


def tune_all(
    asked: Asked, task: Task, replicas: Sequence[Replica], report: Report | None
) -> tuple[Made, Resolved] | None:
    """Choose the penalty for each of several fits, from its own rows alone.

    Returns
    -------
    Made
        The loss on the rows to validate on is in the last row of each history.
    Resolved
        Of the last; but for its penalty all are the same.

    None: they are not tuned.
    """
    sizes = [len(replica.rows) for replica in replicas]
    if not (is_untuned(asked) and all(is_enough(rows, task.spec) for rows in sizes)):
        return None
    progress = SharedProgress(report, len(replicas), MOST_STEPS)
    spec = tuned_spec(asked, task.spec, max(sizes))
    together = task.processes
    mine = deal([1.0] * len(replicas), together.size)[together.rank]
    if together.several and mine:
        progress = progress.share(len(replicas), len(mine))
    done, stopped = _tune_each(task, {place: replicas[place] for place in mine}, spec, progress)
    if together.any(done is None):
        return None
    every = put_together(together, done or {})
    made = Made({place: fit for place, (fit, _) in every.items()}, together.any(stopped))
    return made, [spec, *(own for _, own in every.values())][-1]


def _tune_each(
    task: Task, replicas: Mapping[int, Replica], spec: Resolved, progress: SharedProgress
) -> tuple[dict[int, tuple[Trained, Resolved]] | None, bool]:
    """Choose the penalty for each; give fits with what they are, and whether that was cut short.

    None: they are not tuned.
    """
    done: dict[int, tuple[Trained, Resolved]] = {}
    for place, replica in replicas.items():
        rows = task.training(replica)
        try:
            made = tune(rows, replace(spec, seed=replica.seed), progress.part())
            if made is None:
                return None, False
            if made.trained.interrupted:
                return done, True
            done[place] = _validated(made, rows, task.validation(replica)), made.spec
            progress.advance(done[place][0])
        except KeyboardInterrupt:
            return done, True
    return done, False


def _validated(made: Tuned, rows: Table, held_out: Table | None) -> Trained:
    trained = made.trained
    if held_out is None:
        return trained
    network = models.rebuild(made.spec, trained.parameters)
    train = trained.history["train_loss"]
    assert train is not None  # only validation may be missing
    train = train.copy()
    train[-1] = made.path["mean_loss"]  # as in validation: of the mean, not of the members
    valid = np.full(len(train), np.nan)
    valid[-1] = loss_held_out(network, made.spec, rows, held_out)
    history = {**trained.history, "train_loss": train, "valid_loss": valid}
    return _with_metrics(trained._replace(history=history), made.spec, valid=held_out)


def _with_metrics(trained: Trained, spec: Resolved, **parts: Table | None) -> Trained:
    """Add the metrics of the mean to the last row of the history: before it there is none."""
    if not spec.metrics:
        return trained
    network, losses = models.rebuild(spec, trained.parameters), trained.history["train_loss"]
    assert losses is not None  # only validation may be missing
    history = dict(trained.history)
    for part, rows in parts.items():
        assert rows is not None
        values = measured(spec.metrics, network, spec, trained.scaling, rows)
        for name, value in zip(spec.metrics, values):
            history[f"{part}_{name}"] = np.append(np.full(len(losses) - 1, np.nan), value)
    return trained._replace(history=history)
