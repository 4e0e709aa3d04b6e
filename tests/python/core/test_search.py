"""`tune()`: what users call."""

import numpy as np
import pytest
from torch import nn

import nnfit
from nnfit.core import Choice, NNFitError, Range, cross_validate, fit, predict, tune
from nnfit.core.model.metrics import measure
from nnfit.core.training.callbacks import Progress

generator = np.random.default_rng(5)
X = generator.normal(size=(60, 3))
Y = X[:, 0] + np.sin(2 * X[:, 1]) + 0.2 * generator.normal(size=60)
CLASSES = np.where(Y + 0.3 * generator.normal(size=60) > 0, "yes", "no")
SMALL = {"hidden_units": 4, "epochs": 40, "seed": 3}


def test_it_is_at_hand():
    assert (nnfit.tune, nnfit.Range, nnfit.Choice) == (tune, Range, Choice)


def test_the_best_of_a_grid_is_that_of_cross_validation_one_by_one():
    space = {"penalty": Choice(0.001, 0.1, 1), "learn_rate": Choice(0.003, 0.03)}
    found = tune(X, Y, method="grid", folds=3, **space, **SMALL)
    losses = []
    for one in found["candidates"]:
        cv = cross_validate(X, Y, folds=3, **SMALL, **one)
        losses.append(cv["valid_loss"].mean())
        np.testing.assert_array_equal(cv["folds"], found["folds"])
    np.testing.assert_allclose(found["mean"], losses, rtol=1e-5)  # float32
    assert found["chosen"] == int(np.argmin(losses)) == found["order"][0]
    assert found["stages"] is None and found["metric"] is None and not found["maximize"]


def test_the_fit_is_that_of_all_rows_by_the_chosen_options():
    found = tune(X, Y, penalty=Range(), hidden_units=Choice(2, (4, 2)), epochs=20, seed=1,
                 candidates=5)  # fmt: skip
    alone = fit(X, Y, epochs=20, seed=1, **found["candidates"][found["chosen"]])
    np.testing.assert_array_equal(found["fit"]["fitted"], alone["fitted"])
    assert found["changed"] == {}


@pytest.mark.parametrize("metric", [None, "rmse"])
def test_candidates_are_judged_by_what_they_predict(metric):
    """One epoch is enough to tell step sizes apart: the loss before it is the same for all."""
    options = {**SMALL, "epochs": 1, "metric": metric, "folds": 2, "method": "grid"}
    found = tune(X, Y, learn_rate=Choice(1e-4, 0.03, 0.3), **options)
    assert len(set(found["mean"])) == 3
    assert found["chosen"] != 0


def test_a_module_of_ones_own_is_judged_by_a_metric_too():
    model = nn.Sequential(nn.Linear(X.shape[1], 2), nn.Tanh(), nn.Linear(2, 1))
    common = {"model": model, "epochs": 2, "folds": 2, "seed": 1, "method": "grid"}
    by_loss, by_metric = (
        tune(X, Y, penalty=Choice(0.1, 1), metric=metric, **common) for metric in (None, "rmse")
    )
    np.testing.assert_allclose(by_loss["scores"], by_metric["scores"] ** 2, rtol=1e-5)


def test_the_known_best_is_found():
    """Of columns that mean nothing a linear model with a strong penalty predicts best."""
    noise = generator.normal(size=(60, 25))
    y = noise[:, 0] + 2 * generator.normal(size=60)
    found = tune(noise, y, penalty=Range(1e-4, 100), candidates=40, folds=10, seed=1)
    by = np.argsort(found["points"][:, 0])
    best = found["points"][found["chosen"], 0]
    assert 0.1 < best < 20
    assert found["mean"][by[0]] > 1.3 * found["mean"].min()


def test_halving_and_random_search_agree_on_what_is_plainly_best():
    space = {"learn_rate": Choice(1e-5, 1e-4, 0.03)}
    for method in ("random", "halving"):
        found = tune(X, Y, method=method, folds=3, **space, **SMALL)
        assert found["candidates"][found["chosen"]] == {"learn_rate": 0.03}


def test_the_same_seed_gives_the_same_and_torchs_generator_is_left():
    import torch

    torch.manual_seed(8)
    before = torch.get_rng_state()
    one, other = (tune(X, Y, penalty=Range(), candidates=4, folds=2, **SMALL) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    for name in ("points", "scores", "order", "folds"):
        np.testing.assert_array_equal(one[name], other[name])
    np.testing.assert_array_equal(one["fit"]["fitted"], other["fit"]["fitted"])
    without = {**SMALL, "seed": None}
    torch.manual_seed(8)
    first = tune(X, Y, penalty=Range(), candidates=4, folds=2, **without)
    second = tune(X, Y, penalty=Range(), candidates=4, folds=2, **without)
    assert not np.array_equal(first["points"], second["points"])
    torch.manual_seed(8)
    again = tune(X, Y, penalty=Range(), candidates=4, folds=2, **without)
    np.testing.assert_array_equal(first["scores"], again["scores"])


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc", "brier_class"])
def test_a_metric_is_that_of_the_predictions_for_the_folds(metric):
    found = tune(X, CLASSES, penalty=Choice(0.01, 1), metric=metric, folds=3, **SMALL)
    y = (CLASSES == "yes").astype(int)
    for number, one in enumerate(found["candidates"]):
        cv = cross_validate(X, CLASSES, folds=3, **SMALL, **one)
        p = cv["predicted"][:, 0, 0]
        scores = np.column_stack([1 - p, p])
        each = [measure(metric, y[fold], scores[fold]) for fold in
                (cv["folds"][:, 0] == k for k in range(3))]  # fmt: skip
        np.testing.assert_allclose(found["scores"][number], each, rtol=1e-4)
    assert found["maximize"] == (metric != "brier_class")
    means = found["mean"] if metric == "brier_class" else -found["mean"]
    assert found["chosen"] == int(np.argmin(means))


def test_rows_may_be_held_out_once_with_an_offset_and_weights():
    weights = generator.uniform(0.5, 2, 60)
    for validation in (0.25, (X[:20], Y[:20], np.ones(20))):
        found = tune(X, Y, penalty=Choice(0.01, 1), validation=validation, weights=weights,
                     offset=np.ones(60), metric="rmse", **SMALL)  # fmt: skip
        assert found["scores"].shape == (2, 1) and np.isnan(found["std_error"]).all()
        assert found["fit"]["validation_rows"] is None
        if validation == 0.25:
            assert found["validation_rows"].shape == (15,) and found["folds"] is None
            missed = tune(X, Y, penalty=Choice(0.01, 1), weights=weights, offset=np.ones(60),
                          metric="rmse", validation=found["validation_rows"], **SMALL)  # fmt: skip
            np.testing.assert_allclose(missed["mean"], found["mean"], rtol=1e-5)
        else:
            assert found["validation_rows"] is None
        shifted = tune(X, Y - 1, penalty=Choice(0.01, 1), weights=weights, metric="rmse",
                       validation=(X[:20], Y[:20] - 1) if validation != 0.25 else 0.25,
                       **SMALL)  # fmt: skip
        np.testing.assert_allclose(found["mean"], shifted["mean"], rtol=1e-5)


def test_what_stopped_early_is_fitted_for_as_long():
    found = tune(X, Y, penalty=Choice(0.01), stop_iter=3, folds=3, hidden_units=8, seed=1,
                 learn_rate=0.1, epochs=200)  # fmt: skip
    cv = cross_validate(X, Y, folds=3, hidden_units=8, seed=1, learn_rate=0.1, epochs=200,
                        penalty=0.01, stop_iter=3)  # fmt: skip
    assert found["changed"]["epochs"] == round(np.mean(cv["best_epoch"]))
    assert found["fit"]["options"]["stop_iter"] == np.inf
    assert len(found["fit"]["history"]["train_loss"]) == found["changed"]["epochs"] < 200


def test_after_halving_the_fit_has_the_epochs_of_the_best_stage():
    noise = generator.normal(size=(30, 10))
    found = tune(noise, noise[:, 0] + 2 * generator.normal(size=30), learn_rate=Range(0.01, 0.5),
                 hidden_units=30, epochs=270, candidates=9, method="halving", seed=1)  # fmt: skip
    assert found["epochs"][found["chosen"]] < 270  # a large network on noise
    assert len(found["fit"]["history"]["train_loss"]) == found["epochs"][found["chosen"]]


def test_one_whose_penalty_was_not_chosen_is_fitted_without():
    rows = slice(0, 24)  # enough for a fit to all, but not to four fifths
    found = tune(X[rows], Y[rows], hidden_units=Choice(2, 3), seed=1)
    assert found["changed"] == {"penalty": 0.0}
    assert "tuning" not in found["fit"]
    assert "tuning" in tune(X, Y, hidden_units=Choice(2), seed=1, folds=2)["fit"]


def test_progress_counts_to_the_end_and_may_stop(monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", 0)
    monkeypatch.setattr(Progress, "EVERY", 0)
    told = []

    def report(epoch, epochs, *losses):
        told.append((epoch, epochs))
        return epoch < 200

    with pytest.raises(KeyboardInterrupt) as caught:
        tune(X, Y, penalty=Range(), batch_size=Choice(20, 30), candidates=6, folds=2,
             progress=report, **SMALL)  # fmt: skip
    found = caught.value.fit
    assert "fit" not in found
    done = ~np.isnan(found["mean"])
    assert 0 < done.sum() < 6 and len(found["order"]) == done.sum()
    assert np.isnan(found["scores"][~done]).all()
    assert {total for _, total in told} == {6 * 2 * 40}


REFUSED = [
    ({"penalt": Range()}, "penalt", "Did you mean"),
    ({}, "options", "has nothing to search for"),
    ({"metrics": "rmse", "penalty": Range()}, "metrics", "Give the `metric` to judge by"),
    ({"metric": "accuracy", "penalty": Range()}, "metric", "not for an outcome of numbers"),
    ({"loss": Choice("mse", "l1")}, "metric", "candidates differ in it"),
    ({"method": "grid", "candidates": 3, "penalty": Range()}, "candidates", "all combinations"),
    ({"validation": 0.2, "folds": 3, "penalty": Range()}, "folds", "rows are held out once"),
    ({"validation": 0.2, "repeats": 3, "penalty": Range()}, "repeats", "rows are held out once"),
    ({"validation": 0, "penalty": Range()}, "validation", "holds out no row"),
    ({"device": Choice("cpu")}, "device", "all candidates have the same"),
]


@pytest.mark.parametrize(("more", "name", "words"), REFUSED)
def test_what_can_not_be_is_refused_by_name(more, name, words):
    with pytest.raises(NNFitError, match=words) as caught:
        tune(X, Y, **{**SMALL, **more})
    assert caught.value.argument == name


def test_a_loss_may_be_searched_for_where_the_metric_is_said():
    found = tune(X, Y, loss=Choice("mse", "huber", "l1"), metric="mae", folds=2, **SMALL)
    assert np.isfinite(found["mean"]).all()
    assert found["fit"]["options"]["loss"] == found["candidates"][found["chosen"]]["loss"]
    np.testing.assert_array_equal(predict(found["fit"], X)[:, 0], found["fit"]["fitted"][:, 0])
