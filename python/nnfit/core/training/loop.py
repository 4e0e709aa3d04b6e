"""The training loop: fit -> epoch -> step. Several fits that are trained at once go through it too.

Where there are several, a loss is an array with one for each, and each ends when it would have
ended alone; those that have ended are computed along with the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from ..engines.base import Value, is_broken
from .run import Cut, Run


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
        if run.cut is not None:
            cut, run.cut = run.cut, None
            train_epoch(run, cut)
        while run.going:
            train_epoch(run)
    except KeyboardInterrupt:
        if run.history.rows == 0:
            raise
        run.interrupted = True
        run.end("epochs" if run.history.rows == run.epochs else "interrupted")


def train_epoch(run: Run, cut: Cut | None = None) -> None:
    """Run one epoch, or what is left of one that was cut short, and write its row."""
    engine, history = run.engine, run.history
    if cut is None:
        for callback in run.before_epoch:
            callback.before_epoch(run)
    if engine.validation is None:
        history.add(train_batches(run, cut))
    else:
        valid = engine.validation() if cut is None else cut.valid
        history.add(train_batches(run, cut, valid), valid)
    for callback in run.callbacks:
        callback.on_epoch(run)
        if not run.going:
            return
    if history.rows == run.epochs:
        run.end("epochs")


def train_batches(run: Run, cut: Cut | None = None, valid: Value = 0.0) -> Value:
    """Step through an epoch's batches; give back their loss together, each before its update.

    `cut`: the first of them are done; `valid`: the epoch's loss in validation, to be noted.
    """
    step, batches = run.engine.step, run.engine.batches
    if batches.size is None:
        return step(batches.rows)
    if run.between is not None:
        return _train_noted(run, cut or Cut(valid), run.between)
    total: Value = 0.0
    mass: Value = 0.0
    for batch in batches:
        loss = step(batch)
        size = 1.0 if run.total else run.engine.mass(batch)
        total, mass = total + loss * size, mass + size
        if is_broken(loss):
            break
    return total if run.total else total / mass


def _train_noted(run: Run, at: Cut, between: Callable[[Cut], None]) -> Value:
    """Do the same from a place on; between batches that is handed on to be written down."""
    step, first = run.engine.step, at.place.done
    for number, batch in enumerate(run.engine.batches.noting(at.place)):
        if number < first:
            continue
        if number > first:
            between(at)
        loss = step(batch)
        size = 1.0 if run.total else run.engine.mass(batch)
        at.total, at.mass = at.total + loss * size, at.mass + size
        at.place.done = number + 1
        if is_broken(loss):
            break
    return at.total if run.total else at.total / at.mass
