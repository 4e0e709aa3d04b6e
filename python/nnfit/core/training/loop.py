"""The training loop: fit -> epoch -> step. Several fits that are trained at once go through it too.

Where there are several, a loss is an array with one for each, and each ends when it would have
ended alone; those that have ended are computed along with the rest.
"""

from __future__ import annotations

from ..engines.base import Value, is_broken, value_of
from .run import Run


def train(run: Run) -> None:
    """Run epochs until there is a reason to stop; `run` says what it was.

    Raises
    ------
    KeyboardInterrupt
        If the user interrupts before an epoch is done: there is nothing to give back.
    """
    for callback in run.callbacks:
        callback.on_start(run)
    try:
        while run.going:
            train_epoch(run)
    except KeyboardInterrupt:
        if run.history.rows == 0:
            raise
        run.interrupted = True
        run.end("epochs" if run.history.rows == run.epochs else "interrupted")


def train_epoch(run: Run) -> None:
    """Run one epoch and write its row."""
    engine, history = run.engine, run.history
    for callback in run.before_epoch:
        callback.before_epoch(run)
    if engine.validation is None:
        history.add(train_batches(run))
    else:
        valid = engine.validation()
        history.add(train_batches(run), valid)
    for callback in run.callbacks:
        callback.on_epoch(run)
        if not run.going:
            return
    if history.rows == run.epochs:
        run.end("epochs")


def train_batches(run: Run) -> Value:
    """Step through an epoch's batches; give back their loss together, each before its update."""
    step, batches = run.engine.step, run.engine.batches
    if batches.size is None:
        return step(batches.rows)
    total: Value = 0.0
    mass: Value = 0.0
    for batch in batches:
        loss = step(batch)
        weights = batch.weights
        size = len(batch.x) if weights is None else value_of(weights.sum())
        size = 1.0 if run.total else size
        total, mass = total + loss * size, mass + size
        if is_broken(loss):
            break
    return total if run.total else total / mass
