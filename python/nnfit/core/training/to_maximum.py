"""Further steps from where L-BFGS has ended short of the maximum of a linear model's likelihood.

Where columns are nearly collinear the loss hardly changes along some directions: its differences
drown in rounding while coefficients are still far off. Steps by the curvature, Fisher's scoring or
Newton's, need no such differences.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..data.reduction import condition, reduce
from ..data.table import Table
from ..engines.base import Job
from ..engines.reweighted import is_solvable
from ..model.start import Start
from ..options.catalog import Named
from ..options.families import LINKED_SOLVER
from .trained import Trained
from .training import train_one

SHORT = 1e-7  # standard errors from the maximum; where L-BFGS gets there, it is nearer than 1e-11
STILL = 1e-7  # of what the loss has fallen: one that falls no more than that creeps
FEW = 25  # epochs for which it has to, to be taken for settled
LONG = 100  # epochs after which a linear model is not waited for any longer


def has_settled(trained: Trained) -> bool:
    """Tell whether training has come to where it stays, by its own account or by its losses."""
    return trained.stopped == "converged" or _stalled(trained) is not None


def falls_short(trained: Trained, job: Job) -> bool:
    """Tell whether a linear model that has settled is away from its maximum."""
    spec, found = job.spec, trained.information
    if found is None or trained.fault is not None or trained.interrupted:
        return False
    asked = spec.optimizer.name == "lbfgs" and spec.stop_iter == math.inf and job.rows.full_batch
    able = spec.dtype == "float64" and is_solvable(spec)
    return asked and able and has_settled(trained) and not found.gap <= SHORT


def to_maximum(trained: Trained, job: Job) -> Trained:
    """Go on from there, for as many epochs as are left; the rows of both are its history."""
    train_loss = trained.history["train_loss"]
    assert train_loss is not None  # only validation may be missing
    stalled = _stalled(trained)
    rows = len(train_loss) if stalled is None else stalled
    spec = replace(
        job.spec, optimizer=Named(LINKED_SOLVER, {}), learn_rate=None, engine="auto",
        epochs=max(job.spec.epochs - rows, 1),
    )  # fmt: skip
    begun = Start(trained.parameters, job.scaling)
    further = train_one(replace(job, spec=spec, start=begun, watch=None), None)
    history = {
        name: None if before is None else np.concatenate([before[:rows], further.history[name]])
        for name, before in trained.history.items()
    }
    return further._replace(
        history=history,
        engine=trained.engine,
        condition=condition_of(job),
        seconds=trained.seconds + further.seconds,
        interrupted=trained.interrupted or further.interrupted,
    )


def condition_of(job: Job) -> float:
    """Compute the condition number of the standardised columns."""
    if not job.spec.family.joint:
        return job.rows.look().condition
    x = job.rows.sample().x  # of censored times, which are no numbers to be reduced
    return condition(reduce(Table(x, np.zeros((len(x), 1)))), x.shape[1])


def _stalled(trained: Trained) -> int | None:
    """Give the rows until the loss began to creep, if it has done so for long."""
    losses = trained.history["train_loss"]
    if trained.stopped != "epochs" or losses is None:
        return None
    least = losses.min()
    row = int(np.argmax(losses <= least + STILL * (losses[0] - least))) + 1
    row = min(row, LONG)
    return row if row < len(losses) - FEW else None
