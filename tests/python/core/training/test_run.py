import numpy as np
import torch

from nnfit.core.engines.base import Engine
from nnfit.core.training.history import History
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
