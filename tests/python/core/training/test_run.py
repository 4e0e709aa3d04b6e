import copy

import numpy as np
import pytest
import torch

from nnfit.core.data.batches import Batches
from nnfit.core.data.table import Batch
from nnfit.core.engines.base import Engine
from nnfit.core.training.callbacks import Divergence, EarlyStopEach, KeepEnded
from nnfit.core.training.history import History
from nnfit.core.training.loop import train, train_epoch
from nnfit.core.training.run import Callback, Run


class Notes(Callback):
    def __init__(self):
        self.ended = []

    def on_end(self, run, which):
        self.ended.append(np.array(which).tolist())


def run_of(factor, notes):
    history = History(3, torch.device("cpu"), factor, validated=False)
    return Run(Engine("test", None, None, factor), 3, history, [notes])


def test_one_fit_ends_once():
    notes = Notes()
    run = run_of(1.0, notes)
    run.history.add(1.0)
    run.end("early")
    run.end("epochs")
    assert (run.stopped, run.rows, run.going, run.active) == ("early", 1, False, False)
    assert notes.ended == [True]


def test_of_several_each_ends_once_and_the_run_with_the_last():
    notes = Notes()
    run = run_of(np.ones(3), notes)
    run.history.add(np.ones(3))
    run.end("diverged", np.array([True, False, False]))
    run.history.add(np.ones(3))
    run.end("early", np.array([True, True, False]))
    assert run.going
    run.end("early", np.array([True, True, False]))
    run.end("epochs")
    assert run.stopped.tolist() == ["diverged", "early", "epochs"]
    assert run.rows.tolist() == [1, 2, 2]
    assert not run.going
    assert notes.ended == [[True, False, False], [False, True, False], [False, False, True]]


def test_a_callback_that_does_nothing_keeps_nothing():
    assert Callback().state() == {}
    Callback().load({})


def counting(losses, value, patience):
    """Make a run of R fits whose parameters count the epochs, with losses that are given."""
    rows = iter(losses)

    def step(_):
        row = next(rows)
        value[np.flatnonzero(np.isfinite(row))] += 1
        return row

    history = History(12, torch.device("cpu"), np.ones(len(value)), validated=False)
    batches = Batches(Batch(torch.ones(1, 1), torch.ones(1, 1)), None)
    callbacks = [Divergence(), EarlyStopEach([value], patience), KeepEnded(value)]
    return Run(Engine("test", step, batches, np.ones(len(value))), 12, history, callbacks)


@pytest.mark.parametrize("cut", range(1, 12))
def test_several_fits_go_on_from_a_state_as_if_nothing_had_been(cut, rng):
    losses = rng.random((12, 5))
    losses[6:, 2] = np.nan
    whole_value = torch.zeros(5, 1)
    whole = counting(losses, whole_value, 3)
    train(whole)

    value = torch.zeros(5, 1)
    first = counting(losses[:cut], value, 3)
    for callback in first.callbacks:
        callback.on_start(first)
    for _ in range(min(cut, whole.history.rows)):
        train_epoch(first)
    state, kept = copy.deepcopy(first.state()), value.clone()
    later = counting(losses[cut:], value, 3)
    for callback in later.callbacks:
        callback.on_start(later)
    value.copy_(kept)
    later.load(state)
    while later.going:
        train_epoch(later)
    assert later.stopped.tolist() == whole.stopped.tolist()
    assert later.rows.tolist() == whole.rows.tolist()
    assert value.tolist() == whole_value.tolist()
