"""Calls that are shared: what is refused before, what is handed over, what comes back."""

import os
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from sharing import assert_alike

from nnfit.core import Choice, NNFitError, Range, cross_validate, fit, tune
from nnfit.core.ground.errors import NNFitWarning, warnings_told
from nnfit.core.ground.processes import ALONE
from nnfit.core.jobs import launch, shared
from nnfit.core.jobs.handed import read_values
from nnfit.core.jobs.told import Listening
from nnfit.core.sharing import share_call

X = np.random.default_rng(1).normal(size=(30, 2))
Y = X[:, 0] + np.sin(X[:, 1])
NET = {"hidden_units": 2, "epochs": 4, "seed": 1}
CALLS = {
    "bootstrap": lambda **how: fit(X, Y, **{**NET, "bootstrap": 3, **how}),
    "restarts": lambda **how: fit(X, Y, **{**NET, "restarts": 3, "validation": 0.3, **how}),
    "members": lambda **how: fit(x=X, y=Y, **{**NET, "members": 3, **how}),
    "folds": lambda **how: cross_validate(X, Y, **{**NET, "folds": 3, **how}),
    "search": lambda **how: tune(X, Y, **{**NET, "penalty": Range(), "candidates": 3,
                                          "folds": 2, **how}),
}  # fmt: skip


class Agent:
    """Stands for torchrun, which has ended."""

    returncode = 0

    def poll(self):
        return self.returncode


def share(arguments):
    call, _, function, _, language, _, out, _, tell = arguments
    share_call(call, function, language, out, tell)


@pytest.fixture
def here(monkeypatch):
    """Have what torchrun would start done in this process; give what was asked for."""
    asked = []

    def begin(work=share):
        @contextmanager
        def started(folder, arguments, processes):
            asked.append((read_values(arguments[0]), processes))
            work(arguments)
            yield Agent()

        monkeypatch.setattr(launch, "_started", started)
        monkeypatch.setattr(shared, "check_meeting", lambda: None)
        return asked

    return begin


@pytest.fixture
def nothing_started(monkeypatch):
    def started(*args):
        raise AssertionError("processes were started")

    monkeypatch.setattr(shared, "run_in_processes", started)
    monkeypatch.setattr(shared, "check_meeting", lambda: None)


@pytest.mark.parametrize("name", CALLS)
def test_what_comes_back_is_what_one_process_gives(here, name, tmp_path, monkeypatch):
    monkeypatch.setattr(shared.tempfile, "tempdir", str(tmp_path))
    asked = here()
    found = CALLS[name](processes=2)
    assert_alike(found, CALLS[name](), 0.0)
    (given, processes), *more = asked
    assert processes == 2 and not more
    assert given["seed"] == 1 and not {"processes", "progress"} & set(given)
    assert list(tmp_path.iterdir()) == []  # of what was handed over nothing stays


@pytest.mark.parametrize("call", CALLS.values())
def test_what_is_wrong_is_refused_before_anything_is_started(nothing_started, call):
    wrong = {"processes": [0, 1.5, None, "2", True, [2, 3]], "seed": [-1], "learn_rate": [-1.0],
             "checkpoint": [3], "progress": [3], "loss": ["nope"], "hidden_units": [0],
             "nope": [1]}  # fmt: skip
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(NNFitError) as refusal:
                call(**{"processes": 2, name: value})
            assert refusal.value.argument == name
    with pytest.raises(NNFitError, match="`loss` is a function of this session"):
        call(processes=2, loss=lambda p, t: (p - t) ** 2)


def test_what_does_not_go_together_is_refused_before_too(nothing_started):
    for wrong, said in (
        ({}, "`processes` share the rows of Parquet files, or many fits; this is one"),
        ({"bootstrap": 2, "callback": print}, "`callback` is a function of this session"),
        ({"bootstrap": 2, "members": 2}, "`members` does not go with `bootstrap`"),
        ({"restarts": 2, "init": "zeros"}, "`restarts` draws new initial values"),
        ({"members": 2, "validation": 2.0}, "`validation` must be"),
        ({"bootstrap": 2, "start": 3}, "`start`"),
    ):
        with pytest.raises(NNFitError, match=said):
            fit(X, Y, **NET, **wrong, processes=2)
    with pytest.raises(NNFitError, match="`folds`"):
        cross_validate(X, Y, folds=1, processes=2)
    halving = {"method": "halving", "penalty": Range(), "processes": 2, "hidden_units": 2}
    with pytest.raises(NNFitError, match='`members` .*"halving" trains them in stages'):
        tune(X, Y, **halving, members=2)
    losses = Choice("mse", lambda p, t: (p - t) ** 2)
    with pytest.raises(NNFitError, match="`loss` is a function of this session"):
        tune(X, Y, loss=losses, metric="rmse", method="grid", processes=2)
    with pytest.raises(NNFitError, match='`metric` is "roc_auc"'):
        labels = np.array(["a"] * 29 + ["b"])
        tune(X, labels, penalty=Range(), metric="roc_auc", processes=2)
    with pytest.raises(TypeError):
        fit(X, Y, Y, processes=2)


def test_a_number_of_one_and_processes_that_are_there_start_nothing(nothing_started):
    for processes in (1, 1.0, ALONE):
        assert_alike(fit(X, Y, **NET, processes=processes), fit(X, Y, **NET), 0.0)


def test_a_seed_is_drawn_once_and_torch_s_governs_it(here):
    asked = here()
    for _ in range(2):
        torch.manual_seed(3)
        found = tune(X, Y, penalty=Range(), candidates=2, processes=2)
    torch.manual_seed(3)
    assert_alike(found, tune(X, Y, penalty=Range(), candidates=2), 0.0)
    assert asked[0][0]["seed"] == asked[1][0]["seed"] == found["seed"]


def test_warnings_are_heard_once_in_either_language(here):
    here()
    labels = np.array(["a"] * 28 + ["b"] * 2)
    how = {"folds": 3, "metrics": "roc_auc", "epochs": 2, "hidden_units": 2, "seed": 1}
    with pytest.warns(NNFitWarning) as heard:
        cross_validate(X, labels, **how, processes=2)
    assert len([one for one in heard if one.category is NNFitWarning]) == 1
    with warnings.catch_warnings(), warnings_told() as told:
        warnings.simplefilter("error")
        cross_validate(X, labels, **how, processes=2)
    with warnings_told() as alone:
        cross_validate(X, labels, **how)
    assert told == alone and "ave(seq_along(y)" in told[0]["text"]


def test_a_checkpoint_is_told_whether_the_seed_was_drawn(here, tmp_path):
    asked = here()
    how = {"folds": 2, "epochs": 2, "hidden_units": 2, "checkpoint": tmp_path / "kept"}
    cross_validate(X, Y, **how, processes=2)
    cross_validate(X, Y, **how, processes=2, seed=1)
    cross_validate(X, Y, folds=2, processes=2, seed=1)
    kept = [given["checkpoint"] for given, _ in asked]
    assert [one["drawn"] for one in kept[:2]] == [True, False]
    assert {one["path"] for one in kept[:2]} == {str(tmp_path / "kept")}
    assert os.path.basename(kept[2]) == "checkpoint"  # of this call alone, should one be killed
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("call", CALLS.values())
def test_an_interrupt_before_anything_is_done_gives_nothing(here, call):
    def stopped(arguments):
        Listening(arguments[-1]).stop()
        share(arguments)

    def report(*said):
        raise KeyboardInterrupt

    here(stopped)
    with pytest.raises(KeyboardInterrupt) as stop:
        call(processes=2, epochs=10**6, progress=report)
    assert not hasattr(stop.value, "fit") or stop.value.fit["stopped"] == "interrupted"
