"""The search, stage by stage."""

import math

import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.tuned import search as searching
from nnfit.core.tuned.candidates import Maker, Rows
from nnfit.core.tuned.judged import Judge
from nnfit.core.tuned.search import Plan, search
from nnfit.core.tuned.space import Choice, Range, Space

X = np.random.default_rng(1).normal(size=(40, 3))
Y = X[:, 0] + np.sin(2 * X[:, 1])
HALVING = Plan("halving", None, 3, 1)


def make(space, fixed, number, y=Y):
    space = Space(space)
    return Maker(Rows(X, y, None, None, None, 2, 1, None), fixed, space, 1).make(
        space.draw(number, 1)
    )


def test_halving_trains_as_many_epochs_as_it_plans(monkeypatch):
    made = make({"learn_rate": Range()}, {"hidden_units": 2, "epochs": 27, "batch_size": 20}, 9)
    epochs = []
    trained = searching.Trials._train

    def counted(self, chunk, number, before):
        gave = trained(self, chunk, number, before)
        epochs.extend(len(one.history["train_loss"]) for one in gave[0].fits.values())
        return gave

    monkeypatch.setattr(searching.Trials, "_train", counted)
    found = search(made, None, HALVING, Judge(None), None)
    assert found.stages == [(9, 3), (3, 9), (1, 27)]
    # in both folds: nine for 3 epochs, three of them for 6 more, one for 18 more
    assert sorted(epochs) == [3] * 18 + [6] * 6 + [18] * 2
    assert sum(epochs) == searching.spent(found.stages, 2)


def test_the_best_go_on_and_count_as_they_were_at_their_best():
    made = make({"learn_rate": Range()}, {"hidden_units": 2, "epochs": 27}, 9)
    found = search(made, None, HALVING, Judge(None), None)
    stages = [found.results[one].stage for one in found.order]
    assert sorted(stages, reverse=True) == stages == [3, 2, 2] + [1] * 6
    means = [found.results[one].mean for one in found.order]
    assert means == sorted(means)
    for one in found.results.values():
        assert one.epochs in [stage.epochs for stage in found.stages[: one.stage]]


def test_what_diverges_does_not_go_on():
    space = {"learn_rate": Choice(0.01, 0.1, 1e30, 1e31)}
    fixed = {"hidden_units": 2, "epochs": 6, "optimizer": "sgd"}
    found = search(make(space, fixed, 4), None, Plan("halving", None, 2, 1), Judge(None), None)
    assert math.isinf(found.results[2].mean) and math.isinf(found.results[3].mean)
    assert found.order[-2:] == [2, 3]
    assert "diverged" in found.results[3].stopped
    assert found.results[found.order[0]].stage == 3


def test_where_all_fail_there_is_no_best():
    fixed = {"hidden_units": 2, "epochs": 6, "optimizer": "sgd"}
    made = make({"learn_rate": Choice(1e30, 1e31)}, fixed, 2)
    with pytest.raises(NNFitError, match="all 2 candidates diverged"):
        search(made, None, Plan("random", 2, 3, None), Judge(None), None)
    labels = np.array(["a"] * 20 + ["b"] * 20)
    rows = Rows(X, labels, None, None, None, np.repeat([0, 1], 20), 1, None)
    space = Space({"penalty": Choice(0.1, 1)})
    made = Maker(rows, {"hidden_units": 2, "epochs": 3}, space, 1).make(space.grid())
    with pytest.raises(NNFitError, match='`metric` is "roc_auc", which is not defined'):
        search(made, None, Plan("grid", None, 3, None), Judge("roc_auc"), None)


@pytest.mark.parametrize(
    ("option", "value"), [("schedule", "cosine"), ("stop_iter", 3), ("members", 2)]
)
def test_what_can_not_be_trained_in_stages_is_refused(option, value):
    made = make({"penalty": Range()}, {"hidden_units": 2, "epochs": 9, option: value}, 3)
    with pytest.raises(NNFitError, match='method "halving" trains them in stages') as caught:
        HALVING.check(made)
    assert caught.value.argument == option


def test_epochs_are_what_halving_gives():
    made = make({"epochs": Range(5, 9)}, {"hidden_units": 2}, 3)
    with pytest.raises(NNFitError, match='^`epochs` is what method "halving"'):
        HALVING.check(made)


def test_an_interrupt_leaves_what_is_done():
    fixed = {"hidden_units": 2, "epochs": 6, "batch_size": 20}
    made = make({"learn_rate": Range(), "batch_size": Choice(10, 20, 30)}, fixed, 6)
    judge = Judge(None)
    result, judged = judge.result, []

    def stopping(trial, stage, before):
        if len(judged) == 2:
            raise KeyboardInterrupt
        judged.append(trial.candidate.number)
        return result(trial, stage, before)

    judge.result = stopping
    found = search(made, None, Plan("random", 6, 3, None), judge, None)
    assert found.interrupted
    assert set(found.results) == set(judged) == set(found.order)
