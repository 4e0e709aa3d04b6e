"""Candidates are trained side by side where they can, and come to what they come to alone."""

import numpy as np
import pytest
from torch import nn

from nnfit.core import cross_validate
from nnfit.core.repeats import replicas
from nnfit.core.training.callbacks import Progress
from nnfit.core.tuned.candidates import Maker, Rows
from nnfit.core.tuned.space import Choice, Range, Space
from nnfit.core.tuned.trials import Trials, _chunks, _groups

X = np.random.default_rng(1).normal(size=(40, 3))
Y = X[:, 0] + np.sin(2 * X[:, 1])


def make(space, fixed, model=None, number=4):
    space = Space(space)
    rows = Rows(X, Y, None, None, model, 3, 1, None)
    return Maker(rows, fixed, space, 1).make(space.draw(number, 1))


SMALL = {"hidden_units": 4, "epochs": 20, "dtype": "float64"}
CASES = {
    "side by side": ({"penalty": Range(), "learn_rate": Range()}, SMALL, "stacked"),
    "of several shapes": (
        {"hidden_units": Choice(2, (3, 2)), "penalty": Range()},
        SMALL,
        "stacked",
    ),
    "stopped by their folds": (
        {"penalty": Range(), "learn_rate": Range(0.1, 0.5)},
        {**SMALL, "stop_iter": 2},
        "stacked",
    ),
    "drawn to zero": (
        {"penalty": Range(), "mixture": Range(), "learn_rate": Range()},
        SMALL,
        "stacked",
    ),
    "dropout, in turn": ({"dropout": Range(), "penalty": Range()}, SMALL, "fused"),
    "mini-batches, in turn": ({"batch_size": Choice(8, 16)}, SMALL, "fused"),
    "several optimizers": ({"optimizer": Choice("adam", "sgd", "lbfgs")}, SMALL, None),
    "linear": ({"penalty": Range()}, {}, "least_squares"),
    "a penalty for each": ({"hidden_units": Choice(2, 3)}, {}, "stacked"),
    "members": ({"penalty": Range(), "members": Choice(1, 2)}, SMALL, "stacked"),
}


def ended(folds):
    """Give the losses of folds at the rows of their histories that `final_losses` has."""
    pairs = zip(folds["history"], folds["best_epoch"])
    return np.array([[one["valid_loss"][b - 1], one["train_loss"][b - 1]] for one, b in pairs]).T


@pytest.mark.parametrize("name", CASES)
def test_each_is_what_cross_validation_of_it_gives(name):
    space, fixed, engine = CASES[name]
    made = make(space, fixed)
    done = list(Trials(None, None, 1).run(made))
    assert sorted(trial.candidate.number for trial in done) == list(range(len(made)))
    for trial in done:
        alone = cross_validate(X, Y, folds=3, seed=1, **{**fixed, **trial.candidate.values})
        # float64, summed up in another order; what chooses its penalty is in float32
        close = 1e-8 if "dtype" in fixed else 1e-5
        together = [one.final_losses for one in trial.fits]
        np.testing.assert_allclose([v for _, v in together], ended(alone)[0], rtol=close)
        np.testing.assert_allclose([t for t, _ in together], ended(alone)[1], rtol=close)
        assert engine is None or {one.engine for one in trial.fits} == {engine}


def test_a_module_of_ones_own_is_trained_too():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    made = make({"penalty": Range()}, {"epochs": 10}, model)
    for trial in Trials(model, None, 1).run(made):
        alone = cross_validate(
            X, Y, folds=3, seed=1, epochs=10, model=model, **trial.candidate.values
        )
        together = [one.final_losses[1] for one in trial.fits]
        np.testing.assert_allclose(together, ended(alone)[0], rtol=1e-5)  # float32


def test_shapes_are_groups_and_groups_are_cut_where_they_are_large(monkeypatch):
    made = make({"hidden_units": Choice(2, 4), "penalty": Range()}, {"epochs": 5}, number=12)
    groups = _groups(made)
    assert {one.spec.hidden_units for one in groups[0]} == {made[0].spec.hidden_units}
    assert sum(map(len, groups)) == 12 and len(groups) == 2
    assert [len(chunk) for chunk in _chunks(groups[0])] == [len(groups[0])]
    monkeypatch.setattr(replicas, "MOST_FLOATS", 1)
    assert [len(chunk) for chunk in _chunks(groups[0])] == [1] * len(groups[0])


def test_stages_go_on_from_where_the_fits_are():
    for fixed in ({**SMALL}, {**SMALL, "batch_size": 10}, {**SMALL, "optimizer": "sgd"}):
        made = make({"penalty": Range(), "learn_rate": Range()}, fixed, number=3)
        trials = Trials(None, None, 1)
        first = {one.candidate.number: one.fits for one in trials.run(made, 7)}
        for trial in trials.run(made[1:], 13, first):
            alone = cross_validate(X, Y, folds=3, seed=1, **{**fixed, **trial.candidate.values})
            together = [one.final_losses[1] for one in trial.fits]
            np.testing.assert_allclose(together, ended(alone)[0], rtol=1e-8)


def test_one_that_is_left_goes_on_alone():
    made = make({"penalty": Range()}, SMALL)
    trials = Trials(None, None, 1)
    one = made[0]
    del one.data.replicas[1:]
    first = {trial.candidate.number: trial.fits for trial in trials.run(made, 5)}
    (trial,) = trials.run([one], 15, first)
    (whole,) = [t for t in Trials(None, None, 1).run(made, 20) if t.candidate is one]
    np.testing.assert_allclose(trial.fits[0].final_losses, whole.fits[0].final_losses, rtol=1e-12)


def test_what_is_reported_counts_the_epochs_of_all(monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", 0.0)
    told = []

    def report(epoch, epochs, *losses):
        told.append((epoch, epochs))

    made = make({"penalty": Range(), "batch_size": Choice(1, 2)}, {**SMALL, "epochs": 60})
    trials = Trials(None, report, 4 * 3 * 60)
    assert len(list(trials.run(made))) == 4
    assert trials.done == 4 * 3 * 60
    assert all(total == 720 for _, total in told)
    assert [epoch for epoch, _ in told] == sorted(epoch for epoch, _ in told)
    assert told and told[-1][0] <= 720
