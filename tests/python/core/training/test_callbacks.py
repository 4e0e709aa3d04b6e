import math

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core.data.batches import Batches
from nnfit.core.data.table import Batch
from nnfit.core.engines.base import Engine
from nnfit.core.training import callbacks
from nnfit.core.training.callbacks import (
    Convergence,
    Divergence,
    EarlyStop,
    EarlyStopEach,
    KeepEnded,
    Progress,
)
from nnfit.core.training.history import History
from nnfit.core.training.loop import train
from nnfit.core.training.run import Callback, Run

CPU = torch.device("cpu")
ROWS = Batch(torch.ones(4, 1), torch.ones(4, 1))


def run_of(step, callbacks, epochs=10, factor=1.0, validation=None):
    engine = Engine("test", step, Batches(ROWS, None), factor, validation)
    return Run(engine, epochs, History(epochs, CPU, factor, validation is not None), callbacks)


def values(*numbers):
    return np.array(numbers, dtype=float)


# -- several fits at once: each ends when it would have ended alone --


def together(value, losses, patience=math.inf):
    """Train R fits whose parameters count the epochs, with losses that are given."""
    rows = iter(losses)

    def step(_):
        # a fit whose loss is not finite stays where it is, as in a stack
        row = next(rows)
        value[np.flatnonzero(np.isfinite(row))] += 1
        return row

    early = [EarlyStopEach([value], patience)] if patience < math.inf else []
    keep = KeepEnded(value)
    run = run_of(step, [Divergence(), *early, keep], len(losses), np.ones(len(value)))
    train(run)
    return run, early[0] if early else None


def test_a_fit_that_diverges_keeps_what_it_had():
    value = torch.tensor([[1.0], [2.0]])
    run, _ = together(value, [values(1, 1), values(math.nan, 1), values(math.nan, 1)])
    assert value.tolist() == [[2.0], [5.0]]
    assert run.stopped.tolist() == ["diverged", "epochs"]
    assert run.rows.tolist() == [2, 3]


def test_each_stops_early_by_itself_with_its_best():
    value = torch.tensor([[1.0], [1.0]])
    losses = [values(3, 9), values(1, 8), values(2, 7), values(2, 6), values(0, 5)]
    run, early = together(value, losses, patience=2)
    # row e describes the value e: the best rows are 2 and 5
    assert value.tolist() == [[2.0], [5.0]]
    assert run.stopped.tolist() == ["early", "epochs"]
    assert early.best_epoch.tolist() == [2, 5]
    assert run.rows.tolist() == [4, 5]


def test_training_ends_when_all_have_ended():
    value = torch.zeros(2, 1)
    run, _ = together(value, [values(1, 1), values(2, 1), values(9, 9), values(0, 0)], patience=1)
    assert run.stopped.tolist() == ["early", "early"]
    assert run.history.rows == 2
    assert not run.active.any()


# -- one fit --


def test_the_best_epoch_brings_its_buffers_back():
    model = nn.BatchNorm1d(1)
    seen = iter([1.0, 2.0])

    def step(_):
        model.running_mean.fill_(5)
        return next(seen)

    run = run_of(step, [EarlyStop(list(model.state_dict().values()), 1)])
    train(run)
    assert str(run.stopped) == "early"
    assert model.running_mean.item() == 0


def test_early_stopping_watches_validation_where_there_is_any():
    value = torch.zeros(1)
    valid = iter([5.0, 4.0, 6.0, 7.0])
    stop = EarlyStop([value], 2)
    run = run_of(lambda _: value.add_(1).item() and 0.5, [stop], validation=lambda: next(valid))
    train(run)
    assert int(stop.best_epoch) == 2
    assert value.item() == 1  # what the second row describes: one update was made before it


def test_an_interrupt_brings_the_best_epoch_back_too():
    value = torch.zeros(1)
    losses = iter([3.0, 1.0, 2.0])

    def step(_):
        loss = next(losses, None)
        if loss is None:
            raise KeyboardInterrupt
        value.add_(1)
        return loss

    run = run_of(step, [EarlyStop([value], 5)])
    train(run)
    assert str(run.stopped) == "interrupted"
    assert value.item() == 1


def test_divergence_comes_before_early_stopping():
    value = torch.zeros(1)
    losses = iter([1.0, math.inf])
    run = run_of(lambda _: next(losses), [Divergence(), EarlyStop([value], 1)])
    train(run)
    assert str(run.stopped) == "diverged"


def test_convergence_is_asked_of_the_engine():
    answers = iter([False, True])
    run = run_of(lambda _: 1.0, [Convergence(lambda: next(answers))])
    train(run)
    assert (str(run.stopped), int(run.rows)) == ("converged", 2)


# -- progress --


def test_progress_is_called_by_the_clock(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(callbacks.time, "monotonic", lambda: clock[0])
    calls = []

    class Tick(Callback):
        def on_epoch(self, run):
            clock[0] += 0.01

    progress = Progress(lambda *row: calls.append(row))
    train(run_of(lambda _: 1.0, [progress, Tick()], epochs=100, factor=2.0))
    # a second of epochs: nothing in the first 0.2, then one call each 0.1
    assert 7 <= len(calls) <= 8
    assert calls[0][0] >= 20
    assert calls[0][1:] == (100, 2.0, None)


def test_progress_of_several_fits_shows_their_medians(monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", -1.0)
    calls = []
    run = run_of(
        lambda _: values(1, 3), [Progress(lambda *row: calls.append(row))], 1, values(1, 10),
        validation=lambda: values(2, 4),
    )  # fmt: skip
    train(run)
    assert calls == [(1, 1, 15.5, 21.0)]


def test_a_report_that_says_false_interrupts(monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", -1.0)
    run = run_of(lambda _: 1.0, [Progress(lambda *row: False)])
    train(run)
    assert (str(run.stopped), int(run.rows)) == ("interrupted", 1)


# -- what a checkpoint keeps --


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_early_stopping_goes_on_from_its_state(cut):
    losses = [3.0, 1.0, 2.0, 2.5, 2.6]

    def epochs(stop, value, run, rows):
        for loss in rows:
            value.add_(1)
            run.history.add(loss)
            stop.on_epoch(run)

    whole, value = EarlyStop([torch.zeros(1)], 3), torch.zeros(1)
    whole = EarlyStop([value], 3)
    run = run_of(None, [whole])
    whole.on_start(run)
    epochs(whole, value, run, losses)

    first, early_value = None, torch.zeros(1)
    first = EarlyStop([early_value], 3)
    run = run_of(None, [first])
    first.on_start(run)
    epochs(first, early_value, run, losses[:cut])
    state = {name: _copied(part) for name, part in first.state().items()}
    again = EarlyStop([early_value], 3)
    later = run_of(None, [again])
    again.on_start(later)
    again.load(state)
    later.history.load(run.history.state())
    epochs(again, early_value, later, losses[cut:])

    assert str(later.stopped) == "early"
    assert early_value.item() == value.item() == 1
    assert int(again.best_epoch) == int(whole.best_epoch) == 2


def _copied(part):
    return [one.clone() for one in part] if isinstance(part, list) else np.copy(part)


def test_what_has_ended_is_held_over_a_checkpoint():
    value = torch.tensor([[1.0], [2.0]])
    keep = KeepEnded(value)
    run = run_of(None, [keep], factor=np.ones(2))
    run.end("early", np.array([True, False]))
    value.fill_(9)
    again = KeepEnded(value)
    again.load({name: part.clone() for name, part in keep.state().items()})
    later = run_of(None, [again], factor=np.ones(2))
    later.active[0] = False
    later.end("epochs")
    assert value.tolist() == [[1.0], [9.0]]


def test_a_callback_that_does_nothing_keeps_nothing():
    assert Callback().state() == {}
    train(run_of(lambda _: 1.0, [Callback()]))
