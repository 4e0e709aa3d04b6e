import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, predict
from nnfit.core.model import predictions


def test_link_and_response(iris):
    counts = np.round(iris.x[:, 3])
    result = fit(iris.x[:, :3], counts, loss="poisson_nll", seed=1)
    link = predict(result, iris.x[:, :3], type="link")
    np.testing.assert_allclose(np.exp(link), result["fitted"])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"hidden_units": 5},
        {"hidden_units": [5, 1], "activation": [("leaky_relu", {"negative_slope": 0.1}), "tanh"]},
        {"hidden_units": 5, "activation": "prelu", "dropout": 0.3, "bias": False},
        {"scale": False, "learn_rate": 1e-3, "optimizer": "adam"},
        {"hidden_units": 5, "validation": 0.3},
        {"hidden_units": 5, "weights": np.arange(11.0)},
    ],
)
def test_fitted_is_what_predict_gives_bit_for_bit(thermometer, options, kept_by_r):
    result = fit(*thermometer, epochs=20, seed=1, **options)
    np.testing.assert_array_equal(predict(result, thermometer.x), result["fitted"])
    np.testing.assert_array_equal(predict(kept_by_r(result), thermometer.x), result["fitted"])


def test_many_rows_are_predicted_in_parts(monkeypatch, iris):
    result = fit(*iris, hidden_units=4, epochs=2, seed=1)
    monkeypatch.setattr(predictions, "_rows_at_once", lambda *_: 40)
    np.testing.assert_allclose(predict(result, iris.x), result["fitted"], rtol=1e-5)


def test_parts_are_joined_in_the_widest_of_their_types():
    parts = [torch.full((2, n, 1), n, dtype=t) for n, t in ((3, torch.float32), (1, torch.float64))]
    joined = predictions._joined(iter(parts), 4)
    assert joined.dtype == torch.float64
    assert joined[..., 0].tolist() == [[3.0, 3.0, 3.0, 1.0]] * 2
    assert predictions._joined(iter(parts), 3) is parts[0]


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({"hidden_units": 2, "epochs": 1}, 8192),
        ({"hidden_units": [2, 128], "epochs": 1}, 2048),
        ({"hidden_units": 512, "epochs": 1}, 1024),
        ({"hidden_units": 15}, 1747),  # of ten members side by side
        ({"model": nn.Linear(4, 3), "epochs": 1}, 16_384),
    ],
    ids=str,
)
def test_a_wider_network_gets_fewer_rows_at_once(options, rows, iris):
    made = fit(*iris, seed=1, **options)
    reopened = predictions.Reopened(made, "link", options.get("model"))
    assert predictions._rows_at_once(reopened.network, reopened.spec) == rows


def test_predict_names_what_is_wrong(thermometer):
    result = fit(*thermometer, seed=1)
    for argument, call in (
        ("x", {"x": np.ones((2, 3))}),
        ("type", {"x": thermometer.x, "type": "odds"}),
        ("model", {"x": thermometer.x, "model": nn.Linear(1, 1)}),
    ):
        with pytest.raises(NNFitError) as caught:
            predict(result, call.pop("x"), **call)
        assert caught.value.argument == argument


def test_predicting_from_a_module_needs_it_again(thermometer):
    result = fit(*thermometer, model=nn.Linear(1, 1), epochs=1)
    with pytest.raises(NNFitError, match="Pass the module again"):
        predict(result, thermometer.x)


def test_images_of_another_size_are_refused_where_each_value_has_a_scale():
    pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 1))
    x = np.random.default_rng(1).normal(size=(6, 2, 4, 3))
    for scale in (True, False):
        made = fit(x, x.mean((1, 2, 3)), model=pool, scale=scale, epochs=2, seed=1)
        assert predict(made, x, model=pool).shape == (6, 1)
        for new in (x[:, :, :1], x[..., :1]):
            if scale:
                with pytest.raises(NNFitError, match="rows of shape") as caught:
                    predict(made, new, model=pool)
                assert caught.value.argument == "x"
                with pytest.raises(NNFitError, match="`validation` has rows of shape"):
                    fit(x, x.mean((1, 2, 3)), model=pool, validation=(new, np.ones(6)))
            else:
                assert predict(made, new, model=pool).shape == (6, 1)
