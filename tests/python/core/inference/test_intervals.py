import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, predict, predict_conformal, predict_interval
from nnfit.core.data.powers import Powers
from nnfit.core.inference import intervals

NET = {"hidden_units": 4, "activation": "tanh", "epochs": 30, "seed": 5}


def predict_each(made, x, **args):
    stacked = made["replicates"]
    fits = (
        {
            "parameters": {name: values[r] for name, values in stacked["parameters"].items()},
            "scaling": {name: values[r] for name, values in stacked["scaling"].items()},
            "options": made["options"],
        }
        for r in range(len(stacked["seeds"]))
    )
    return np.stack([predict(one, x, **args) for one in fits])


@pytest.mark.parametrize("type", ["response", "link"])
def test_limits_are_percentiles_of_what_the_replicates_predict(type, iris):
    made = fit(*iris, bootstrap=7, **NET)
    band = predict_interval(made, iris.x, level=0.8, type=type)
    each = predict_each(made, iris.x, type=type)
    np.testing.assert_array_equal(band["fit"], predict(made, iris.x, type=type))
    np.testing.assert_allclose(band["lwr"], np.quantile(each, 0.1, axis=0))
    np.testing.assert_allclose(band["upr"], np.quantile(each, 0.9, axis=0))


def test_rows_are_taken_in_parts(thermometer, monkeypatch):
    made = fit(*thermometer, bootstrap=4, **NET)
    whole = predict_interval(made, thermometer.x)
    monkeypatch.setattr(intervals, "VALUES_AT_ONCE", 12)
    for name, values in predict_interval(made, thermometer.x).items():
        np.testing.assert_allclose(values, whole[name], rtol=1e-5)


def test_ones_own_module(thermometer):
    model = nn.Sequential(nn.Linear(1, 3), nn.Softsign(), nn.Linear(3, 1))
    torch.manual_seed(1)
    made = fit(*thermometer, model=model, bootstrap=5, epochs=50, batch_size=4, seed=1)
    band = predict_interval(made, thermometer.x, model=model)
    assert (band["lwr"] < band["upr"]).all()


def test_linear_intervals_are_as_wide_as_the_theory_has_them(rng):
    x = np.linspace(-1, 1, 80)[:, None]
    y = 1 + 2 * x[:, 0] + 0.3 * rng.standard_normal(80)
    band = predict_interval(fit(x, y, bootstrap=200, seed=1), [[0.0], [1.0]])
    width = (band["upr"] - band["lwr"])[:, 0] / (2 * 1.96)
    error = 0.3 * np.sqrt(1 / 80 + np.array([0.0, 1.0]) / np.square(x).sum())
    np.testing.assert_allclose(width, error, rtol=0.25)


def test_refusals(thermometer):
    made = fit(*thermometer, epochs=5)
    with pytest.raises(NNFitError, match="bootstrap=100"):
        predict_interval(made, thermometer.x)
    made = fit(*thermometer, epochs=5, bootstrap=2)
    with pytest.raises(NNFitError, match="level"):
        predict_interval(made, thermometer.x, level=95)


@pytest.fixture(scope="module")
def tuned():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((60, 2))
    y = x[:, 0] + 0.5 * rng.standard_normal(60)
    return x, y, fit(x, y, hidden_units=4, seed=1)


def by_hand(made, x, new, y, level):
    """CV+ row by row, from the fit's plain data."""
    scaling, p = made.scaling, made.parameters

    def members(rows):
        z = (Powers.of_fit(scaling)(rows) - scaling["x_center"]) / scaling["x_scale"]
        z = z / np.sqrt(1 + (z / 3) ** 2)
        hidden = z @ p["0.weight"].transpose(0, 2, 1) + p["0.bias"][:, None]
        hidden = hidden / (1 + np.exp(-hidden))
        link = hidden @ p["2.weight"].transpose(0, 2, 1) + p["2.bias"][:, None]
        return link[..., 0] * scaling["output_scale"] + scaling["output_center"]

    seen, unseen = members(x), members(new)
    lower, upper = [], []
    for i, pair in enumerate(made.held_out["member"]):
        size = abs(y[i] - seen[pair, i].mean())
        lower.append(unseen[pair].mean(0) - size)
        upper.append(unseen[pair].mean(0) + size)
    rank = int(np.ceil(level * (len(x) + 1))) - 1
    return np.sort(lower, axis=0)[::-1][rank], np.sort(upper, axis=0)[rank]


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_conformal_limits_are_those_by_hand(tuned, level):
    x, y, made = tuned
    new = np.array([[0.0, 0.0], [2.0, -1.0], [30.0, 5.0]])
    limits = predict_conformal(made, new, level=level)
    lower, upper = by_hand(made, x, new, y, level)
    np.testing.assert_allclose(limits["lwr"][:, 0], lower, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(limits["upr"][:, 0], upper, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(limits["fit"], predict(made, new))


def test_new_outcomes_fall_between_conformal_limits():
    """Of heavy-tailed outcomes too, whose spread a normal law does not say."""
    rng = np.random.default_rng(4)
    hits = []
    for seed in range(8):
        x = rng.standard_normal((1060, 2))
        y = x[:, 0] + rng.standard_t(2, 1060)
        made = fit(x[:60], y[:60], hidden_units=4, seed=seed)
        limits = predict_conformal(made, x[60:], level=0.8)
        hits.append(np.mean((limits["lwr"][:, 0] <= y[60:]) & (y[60:] <= limits["upr"][:, 0])))
    assert 0.75 < np.mean(hits) < 0.88


def test_no_member_has_seen_the_rows_that_it_is_judged_by(tuned):
    x, y, made = tuned
    member = made.held_out["member"]
    assert member.shape == (60, 2)
    assert (member[:, 0] < 5).all()
    assert (member[:, 1] >= 5).all()
    assert np.bincount(member.ravel()).tolist() == [12] * 10
    assert made.held_out["residual"].std() > np.std(y - made.fitted[:, 0])


def test_a_level_that_the_rows_can_not_tell_has_infinite_limits(tuned):
    limits = predict_conformal(tuned[2], [[0.0, 0.0]], level=0.99)
    assert limits["lwr"][0, 0] == -np.inf
    assert limits["upr"][0, 0] == np.inf


def test_conformal_limits_with_offset_weights_and_several_outcomes(rng):
    x = rng.standard_normal((50, 2))
    y = np.column_stack([x[:, 0], x[:, 1] * 5]) + 0.3 * rng.standard_normal((50, 2))
    weights = np.where(np.arange(50) < 40, 1.0, 0.0)
    offset = np.tile([[1.0, 2.0]], (50, 1))
    options = {"hidden_units": 4, "penalty": None, "seed": 1}
    made = fit(x, y + offset, weights=weights, offset=offset, **options)
    assert made.held_out["residual"].shape == (40, 2)
    limits = predict_conformal(made, x, offset=offset)
    moved = predict_conformal(made, x, offset=offset + 7)
    np.testing.assert_allclose(moved["lwr"], limits["lwr"] + 7, rtol=1e-5)
    assert (limits["lwr"] < limits["fit"]).all()
    assert (limits["fit"] < limits["upr"]).all()


def test_conformal_limits_end_where_outcomes_do(rng):
    x = rng.standard_normal((60, 2))
    y = rng.poisson(np.exp(x[:, 0])).astype(float)
    made = fit(x, y, loss="poisson_nll", hidden_units=4, seed=1)
    limits = predict_conformal(made, x, level=0.9)
    assert limits["lwr"].min() == 0
    assert (limits["upr"] > limits["fit"]).all()
    with_sign = fit(x, y - 1, hidden_units=4, seed=1)
    assert predict_conformal(with_sign, x)["lwr"].min() < -1


def test_chunks_give_the_same_conformal_limits(tuned, monkeypatch):
    x, _, made = tuned
    whole = predict_conformal(made, x)
    monkeypatch.setattr(intervals, "VALUES_AT_ONCE", 130)
    np.testing.assert_array_equal(predict_conformal(made, x)["upr"], whole["upr"])


def test_what_has_no_rows_held_out_is_refused(tuned):
    x, y, made = tuned
    with pytest.raises(NNFitError, match="has no rows held out"):
        predict_conformal(fit(x, y), x)
    classes = fit(x, np.where(y > 0, "a", "b"), hidden_units=4, seed=1)
    with pytest.raises(NNFitError, match="has no rows held out"):
        predict_conformal(classes, x)
    with pytest.raises(NNFitError, match="level"):
        predict_conformal(made, x, level=1)


def test_conformal_limits_of_rows_beyond_float32(tuned):
    limits = predict_conformal(tuned[2], [[1e300, 0.0], [1e30, 0.0]])
    assert np.isfinite(limits["fit"]).all()
    np.testing.assert_allclose(limits["upr"][0], limits["upr"][1], rtol=1e-5)
