"""The loss of the mean of networks is that of the fit."""

import numpy as np
import pytest

import nnfit
from nnfit.core.repeats.cross_validation import cross_validate

RNG = np.random.default_rng(1)
X = RNG.normal(size=(60, 2))
Y = X[:, 0] + RNG.normal(size=60)


@pytest.mark.parametrize("weights", [None, np.r_[np.ones(30), np.full(30, 2.0)]])
def test_losses_are_those_of_the_predictions(weights):
    made = nnfit.fit(X, Y, hidden_units=2, weights=weights, seed=1)
    of_rows = (Y - made.fitted[:, 0]) ** 2
    assert made.tuning["mean_loss"] == pytest.approx(np.average(of_rows, weights=weights), rel=1e-5)
    missed = made.held_out["residual"][:, 0] ** 2
    expected = np.average(missed, weights=weights)
    assert made.tuning["unseen_loss"] == pytest.approx(expected, rel=1e-5)


def test_of_classes_too():
    classes = np.where(Y > 0, "b", "a")
    made = nnfit.fit(X, classes, hidden_units=2, seed=1)
    own = np.where(classes == "b", made.fitted[:, 0], 1 - made.fitted[:, 0])
    assert made.tuning["mean_loss"] == pytest.approx(-np.log(own).mean(), rel=1e-5)
    missed = made.held_out["residual"]
    assert made.tuning["unseen_loss"] == pytest.approx(-np.log(1 - missed).mean(), rel=1e-5)
    three = np.digitize(X[:, 0], [-0.5, 0.5]).astype(str)
    made = nnfit.fit(X, three, hidden_units=2, seed=1, offset=RNG.normal(size=(60, 3)))
    missed = made.held_out["residual"]
    assert made.tuning["unseen_loss"] == pytest.approx(-np.log(1 - missed).mean(), rel=1e-5)


def test_of_a_variance_that_is_modelled():
    """Of which what was missed does not say the logarithm."""
    made = nnfit.fit(X, Y, loss="gaussian_nll", hidden_units=2, seed=1)
    missed, spread = made.held_out["residual"], made.held_out["spread"]
    expected = (np.log(spread) + np.square(missed / spread) / 2).mean()
    assert made.tuning["unseen_loss"] == pytest.approx(expected, abs=0.02)
    assert made.tuning["mean_loss"] < made.tuning["unseen_loss"]


def test_of_counts_with_exposure():
    counts = RNG.poisson(np.exp(X[:, 0]))
    offset = np.log(RNG.uniform(1, 2, 60))
    made = nnfit.fit(X, counts, hidden_units=2, loss="poisson_nll", offset=offset, seed=1)
    unseen = counts - made.held_out["residual"][:, 0]
    expected = np.mean(unseen - counts * np.log(unseen))
    assert made.tuning["unseen_loss"] == pytest.approx(expected, rel=1e-5)


def test_of_censored_times_in_training_alone():
    times = RNG.exponential(np.exp(-X[:, 0]))
    stratum = np.arange(60) % 2
    outcome = nnfit.core.surv(RNG.integers(0, 2, 60), times, stratum=stratum)
    made = nnfit.fit(X, outcome, hidden_units=2, seed=1)
    assert made.tuning["unseen_loss"] is None
    again = nnfit.importance(made, X, outcome, seed=1)
    assert made.tuning["mean_loss"] == pytest.approx(again["baseline"], rel=1e-5)


def test_cross_validation_has_the_loss_of_the_mean_in_training():
    fold = np.arange(60) % 2
    made = cross_validate(X, Y, hidden_units=2, folds=fold, seed=1)
    one = nnfit.fit(X[fold == 1], Y[fold == 1], hidden_units=2, seed=made["seeds"][0])
    assert made["train_loss"][0] == pytest.approx(one.tuning["mean_loss"], rel=1e-6)


def test_a_mean_with_its_variance_has_the_loss_of_both():
    made = nnfit.fit(X, Y, hidden_units=2, loss="gaussian_nll", seed=1)
    assert np.isfinite(made.tuning["unseen_loss"])
    mean, log_variance = made.fitted_link.T
    losses = (np.log(2 * np.pi) + log_variance + (Y - mean) ** 2 / np.exp(log_variance)) / 2
    constant = made.tuning["mean_loss"] - losses.mean()
    assert min(abs(constant), abs(constant + np.log(2 * np.pi) / 2)) < 1e-5
