"""Levenberg-Marquardt for several fits at once, beside each by itself."""

import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.engines.levenberg_marquardt import NormalEquations
from nnfit.core.engines.stacked_levenberg_marquardt import StackedEquations
from nnfit.core.repeats import replicas

X = np.random.default_rng(1).standard_normal((40, 3))
Y = np.sin(X[:, :2]) + 0.1 * np.random.default_rng(2).standard_normal((40, 2))
WEIGHTS = np.random.default_rng(3).uniform(0.5, 2, 40)


def both(monkeypatch, x=X, y=Y, **options):
    """Fit from several starts at once, and in turn."""
    options = {"optimizer": "levenberg_marquardt", "dtype": "float64", "seed": 3, **options}
    at_once = fit(x, y, engine="stacked", **options)
    with monkeypatch.context() as patched:
        patched.setattr(replicas, "choose_together", lambda group: None)
        return at_once, fit(x, y, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"hidden_units": 4, "epochs": 8},
        {"hidden_units": [4, 3], "epochs": 8, "penalty": 0.01},
        {"hidden_units": 30, "epochs": 6},  # more parameters than residuals
        {"hidden_units": 4, "epochs": 8, "weights": WEIGHTS},
        {"hidden_units": 4, "epochs": 8, "weights": WEIGHTS, "reduction": "sum"},
        {"hidden_units": 4, "epochs": 30, "validation": 0.2, "stop_iter": 3},
        {"hidden_units": 4, "epochs": 8, "norm": "layer_norm"},
        {"hidden_units": 4, "epochs": 8, "skip": True},
        {"hidden_units": 4, "epochs": 8, "scale": False, "bias": False},
    ],
    ids=str,
)
def test_every_replica_goes_where_it_would_go_alone(options, monkeypatch):
    at_once, in_turn = both(monkeypatch, restarts=4, **options)
    ours, theirs = at_once["restarts"], in_turn["restarts"]
    np.testing.assert_allclose(ours["train_loss"], theirs["train_loss"], rtol=1e-7)
    assert (ours["best"], ours["stopped"]) == (theirs["best"], theirs["stopped"])
    np.testing.assert_allclose(
        at_once["history"]["train_loss"], in_turn["history"]["train_loss"], rtol=1e-7
    )
    np.testing.assert_allclose(at_once["fitted"], in_turn["fitted"], rtol=1e-5, atol=1e-6)


def test_replicates_of_other_rows_are_those_of_fits_in_turn(monkeypatch):
    at_once, in_turn = both(monkeypatch, hidden_units=2, epochs=5, bootstrap=6)
    ours, theirs = (made["replicates"]["parameters"] for made in (at_once, in_turn))
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-5, atol=1e-7)


def test_each_ends_when_nothing_is_left_to_gain(monkeypatch):
    at_once, in_turn = both(monkeypatch, y=Y[:, :1], hidden_units=1, epochs=200, restarts=4)
    ours, theirs = at_once["restarts"], in_turn["restarts"]
    assert set(ours["stopped"]) == {"converged"}
    np.testing.assert_allclose(ours["train_loss"], theirs["train_loss"], rtol=1e-9)


def test_the_equations_are_those_of_one(rng):
    for pull, shape in ((None, (3, 4, 6)), (None, (3, 6, 4)), (np.arange(6.0), (3, 4, 6))):
        jacobian, residuals = rng.standard_normal(shape), rng.standard_normal(shape[:2])
        place = rng.standard_normal((3, shape[2]))
        every = StackedEquations(jacobian, residuals, pull, place)
        damping = np.array([0.1, 0.2, 0.3])
        steps = every.steps(np.array([0, 2]), damping)
        for row, r in enumerate((0, 2)):
            one = NormalEquations(jacobian[r], residuals[r], pull, place[r])
            np.testing.assert_allclose(every.gradient[r], one.gradient)
            np.testing.assert_allclose(every.steepest()[r], one.steepest())
            np.testing.assert_allclose(steps[row], one.step(damping[r]))


def test_a_singular_one_does_not_keep_the_others_from_their_steps():
    jacobian = np.stack([np.eye(2), np.zeros((2, 2))])
    every = StackedEquations(jacobian, np.ones((2, 2)), None, np.zeros((2, 2)))
    steps = every.steps(np.arange(2), np.zeros(2))
    np.testing.assert_array_equal(steps[0], [1, 1])
    assert np.isnan(steps[1]).all()


def test_what_is_no_sum_of_squares_is_trained_in_turn():
    counts = np.random.default_rng(1).poisson(2, 40)
    for options in ({"loss": "poisson_nll", "optimizer": "levenberg_marquardt"},):
        with pytest.raises(Exception, match="mse"):
            fit(X, counts, hidden_units=2, epochs=2, restarts=2, **options)
