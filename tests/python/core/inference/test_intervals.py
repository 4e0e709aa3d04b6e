import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, predict, predict_interval
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
