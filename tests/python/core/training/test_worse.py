import numpy as np
import pytest

from nnfit.core import cross_validate, fit
from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.table import Table
from nnfit.core.engines.base import Job
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked
from nnfit.core.training.worse import _loss_of_one_number


@pytest.fixture
def data(rng):
    x = rng.standard_normal((100, 3))
    return x, 2 * x[:, 0] + rng.standard_normal(100)


def kind(made):
    return made.fault and made.fault["kind"]


def test_steps_that_lead_away_are_told(data):
    for options in (
        {"optimizer": "sgd", "learn_rate": 1.5, "epochs": 30},
        {"hidden_units": 8, "learn_rate": 30.0, "epochs": 3, "seed": 1},
    ):
        made = fit(*data, **options)
        assert made.history["train_loss"][-1] > made.history["train_loss"][0]
        assert kind(made) == "worse"
        assert "one number for all rows has less loss" in repr(made)


def test_a_network_that_was_started_again_is_looked_at_too(data):
    redrawn = False
    for seed in range(8):
        made = fit(*data, hidden_units=[8, 8], learn_rate=10.0, epochs=100, seed=seed)
        losses = made.history["train_loss"]
        redrawn = redrawn or losses[-1] > 10 * losses[0]
        if losses[-1] > 10 * losses[0]:  # whatever else was wrong at first
            assert kind(made) and not made.fault["cured"]
    assert redrawn


def test_what_is_not_yet_trained_is_not_worse(data):
    for options in ({"epochs": 1}, {"epochs": 2, "learn_rate": 1e-4}, {"epochs": 5}):
        assert kind(fit(*data, hidden_units=8, seed=1, **options)) is None


def test_nothing_to_learn_is_no_fault(rng):
    x, y = rng.standard_normal((60, 3)), rng.standard_normal(60)
    for seed in range(10):
        made = fit(x, y, hidden_units=4, epochs=30, batch_size=10, seed=seed)
        assert kind(made) is None
        assert kind(fit(x, y, hidden_units=8, dropout=0.8, epochs=10, seed=seed)) is None


def test_an_outcome_that_is_constant_is_no_fault(rng):
    made = fit(rng.standard_normal((30, 2)), np.ones(30), hidden_units=2, epochs=2, learn_rate=5.0)
    assert kind(made) is None


def test_the_best_epoch_counts(data):
    made = fit(
        *data, hidden_units=8, learn_rate=5.0, epochs=50, validation=0.2, stop_iter=50, seed=1
    )
    losses = made.history["train_loss"]
    if losses[made.best_epoch - 1] <= losses[0]:
        assert kind(made) is None


def test_cross_validation_counts_those_that_are_trained_in_turn(data):
    options = {"optimizer": "sgd", "learn_rate": 1.5, "epochs": 30, "engine": "autograd"}
    assert list(cross_validate(*data, folds=2, **options)["dead"]) == [True, True]


def one_number(y, loss, weights=None, **options):
    x = np.arange(float(len(y)))[:, None]
    asked = Asked.of({"loss": loss, "hidden_units": 2, "epochs": 1, **options})
    spec = asked.resolved(1, y.shape[1])
    job = Job(networks.build(spec), spec, ArraySource(Table(x, y, weights), spec))
    return _loss_of_one_number(job)


@pytest.mark.parametrize("scale", [True, False])
def test_the_loss_of_one_number_is_the_least(rng, scale):
    y = 3 + 5 * rng.standard_normal((40, 1))
    assert one_number(y, "mse", scale=scale) == pytest.approx(y.var(), rel=1e-4)
    weights = rng.uniform(0, 2, 40)
    mean = np.average(y[:, 0], weights=weights)
    expected = np.average(np.square(y[:, 0] - mean), weights=weights)
    assert one_number(y, "mse", weights, scale=scale) == pytest.approx(expected, rel=1e-4)
    counts = rng.poisson(4.0, (40, 1)).astype(float)
    m = counts.mean()
    assert one_number(counts, "poisson_nll") == pytest.approx(m - m * np.log(m), rel=1e-4)
