import numpy as np
import pytest
import torch

from nnfit.core import fit, surv
from nnfit.core.diagnosis.losses import RowLosses
from nnfit.core.diagnosis.reference import lead_of, linear_losses, losses_of
from nnfit.core.diagnosis.rows import open_fit


@pytest.fixture
def x(rng):
    return rng.standard_normal((80, 3)) * [1, 10, 0.1] + [0, 5, 1]


def opened(made, x, y, weights=None, offset=None):
    return open_fit(made, x, y, weights, offset, None)


def test_the_linear_model_and_one_number_are_least_squares(x, rng):
    y = x[:, 0] + 0.1 * x[:, 1] + rng.standard_normal(80)
    weights = rng.uniform(0.5, 2, 80)
    one = opened(fit(x, y, hidden_units=3, epochs=3, seed=1, weights=weights), x, y, weights)
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(80), x])
    solution = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    linear = linear_losses(one)
    np.testing.assert_allclose(linear.training, np.square(y - design @ solution), rtol=1e-6)
    assert linear.columns == 3
    null = linear_losses(one, columns=False)
    mean = np.average(y, weights=weights)
    np.testing.assert_allclose(null.training, np.square(y - mean), rtol=1e-6)
    assert null.columns == 0


def test_of_a_linear_fit_they_are_its_own(x, rng):
    counts = rng.poisson(np.exp(0.3 * x[:, 0])).astype(float)
    made = fit(x, counts, loss="poisson_nll")
    one = opened(made, x, counts)
    losses = RowLosses(one.spec, one.scaling)
    own = losses_of(one, losses, one.outputs(one.training)).training
    np.testing.assert_allclose(own, linear_losses(one).training, rtol=1e-6, atol=1e-9)


def test_classes_held_out_and_offsets(x, rng):
    labels = np.array(["a", "b", "c"])[rng.integers(3, size=80)]
    one = opened(fit(x, labels, hidden_units=3, epochs=3, validation=0.25, seed=1), x, labels)
    linear, null = linear_losses(one), linear_losses(one, columns=False)
    assert linear.training.shape == (60,) and linear.held_out.shape == (20,)
    shares = np.bincount(one.training.y) / 60
    np.testing.assert_allclose(null.training, -np.log(shares)[one.training.y], rtol=1e-4)
    offset = rng.standard_normal(80)
    y = offset + 2 * x[:, 0]
    made = fit(x, y, hidden_units=2, epochs=2, offset=offset)
    assert linear_losses(opened(made, x, y, offset=offset)).training.max() < 1e-12


def test_censored_times_have_one_number(x, rng):
    times = surv(rng.random(80) < 0.7, np.exp(x[:, 0] + rng.standard_normal(80)))
    one = opened(fit(x, times, hidden_units=2, epochs=3, seed=1), x, times)
    linear, null = linear_losses(one), linear_losses(one, columns=False)
    assert linear.training.shape == null.training.shape == (1,)
    made = fit(x, times)
    assert linear.training[0] == pytest.approx(made.history["train_loss"][-1], rel=1e-6)
    assert linear.training[0] < null.training[0]


def test_embedded_levels_have_a_column_each(rng):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"f": list("abcd") * 20, "z": rng.standard_normal(80)})
    y = frame["f"].map({"a": 0.0, "b": 3, "c": 1, "d": 7}) + frame["z"]
    made = fit(frame, y, hidden_units=3, epochs=3, embed="f", seed=1)
    linear = linear_losses(open_fit(made, frame, y, None, None, None))
    assert linear.columns == 4 and linear.training.max() < 1e-10


def test_too_many_columns_are_not_fitted(x, monkeypatch):
    one = opened(fit(x, x[:, 0], hidden_units=2, epochs=2), x, x[:, 0])
    monkeypatch.setattr("nnfit.core.diagnosis.reference.MOST_COLUMNS", 2)
    assert linear_losses(one) is None


def test_a_linear_model_is_ahead_by_chance_alone_as_often_as_is_said():
    """One number, of outcomes that columns say nothing of: a linear model gains all the same."""
    ahead = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        columns = int(rng.integers(1, 12))
        design = np.column_stack([np.ones(100), rng.standard_normal((100, columns))])
        y = rng.standard_t(5, 100)
        left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        lead = lead_of(np.square(left), np.square(y - y.mean()), None, 100, columns)
        assert lead.by > 0
        ahead.append(lead.by > lead.chance)
    assert np.mean(ahead) < 0.02


def test_a_lead_that_is_clear_is_seen(rng):
    y = rng.standard_normal(100)
    lead = lead_of(np.square(0.3 * y), np.square(y), None, 100, 3)
    assert lead.by > lead.chance > 0
    joint = lead_of(np.array([1.0]), np.array([1.2]), None, 100, 3)
    assert joint.by == pytest.approx(0.2) and joint.chance == pytest.approx(
        (3 + 18**0.5 * 3**0.5) / 200
    )


def test_random_numbers_are_left_as_they_were(x):
    one = opened(fit(x, x[:, 0], hidden_units=2, epochs=2), x, x[:, 0])
    before = torch.get_rng_state()
    linear_losses(one)
    assert (torch.get_rng_state() == before).all()
