"""The same fits on a GPU. Skipped, visibly, where there is none."""

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import diagnose, fit, predict
from nnfit.core.options.families import families
from support import KINDS_TESTED

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")

NETWORK = {
    "hidden_units": [8, 4],
    "activation": "tanh",
    "epochs": 30,
    "seed": 1,
    "dtype": "float64",
}


def on_both(x, y, **options):
    return (fit(x, y, device=device, **options) for device in ("cpu", "cuda"))


def assert_same(x, y, rtol=1e-9, **options):
    cpu, cuda = on_both(x, y, **options)
    assert cuda["options"]["device"] == "cuda"
    assert cuda["options"]["engine"] == cpu["options"]["engine"]
    assert cuda["stopped"] == cpu["stopped"]
    for column, losses in cpu["history"].items():
        if losses is not None:
            np.testing.assert_allclose(cuda["history"][column], losses, rtol=rtol)
    np.testing.assert_allclose(cuda["fitted"], cpu["fitted"], rtol=rtol, atol=1e-9)
    return cuda


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop", "adagrad"])
@pytest.mark.parametrize("batch_size", [None, 40])
def test_replayed_steps_are_the_cpus(iris, optimizer, batch_size):
    assert_same(*iris, optimizer=optimizer, batch_size=batch_size, penalty=0.01, **NETWORK)


@pytest.mark.parametrize("momentum", [{}, {"nesterov": True}, {"dampening": 0.5}])
def test_momentum(mtcars, momentum):
    assert_same(*mtcars, optimizer=("sgd", momentum), momentum=0.9, learn_rate=1e-3, **NETWORK)


@pytest.mark.parametrize("row", [row for row in families() if row.fused], ids=lambda row: row.name)
@pytest.mark.parametrize("weighted", [False, True])
def test_losses(rng, row, weighted):
    x, y = rng.standard_normal((30, 3)), KINDS_TESTED[row.outcome].draw(row, 30, 2)
    weights = rng.random(30) if weighted else None
    assert_same(x, y, loss=row.name, weights=weights, **NETWORK)


@pytest.mark.parametrize(
    "asked",
    [{"norm": "layer_norm"}, {"norm": "batch_norm"}, {"residual": True}, {"skip": True},
     {"max_norm": 0.5}, {"norm": ("layer_norm", {"elementwise_affine": False}), "skip": True}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
def test_norms_and_branches(iris, asked, optimizer):
    if "max_norm" in asked and optimizer == "lbfgs":
        return  # which sets its own steps
    options = {**NETWORK, "hidden_units": [4, 4], "epochs": 10, "optimizer": optimizer}
    assert_same(*iris, rtol=1e-6, **options, **asked)


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_validation_and_early_stopping(rng, engine):
    x, y = rng.standard_normal((30, 5)), rng.standard_normal(30)
    options = {**NETWORK, "hidden_units": 30, "epochs": 300, "engine": engine}
    assert_same(x, y, validation=0.3, stop_iter=5, learn_rate=0.05, rtol=1e-6, **options)


@pytest.mark.parametrize("optimizer", ["lbfgs", "sgd"])
def test_linear_models(mtcars, optimizer):
    assert_same(*mtcars, optimizer=optimizer, seed=1, epochs=20)


@pytest.mark.parametrize("optimizer", ["lbfgs", "levenberg_marquardt"])
def test_second_order(thermometer, optimizer):
    cuda = fit(*thermometer, optimizer=optimizer, device="cuda", **{**NETWORK, "epochs": 100})
    assert cuda["history"]["train_loss"][-1] < 0.1


@pytest.mark.parametrize("options", [{}, {"batch_size": 5}, {"validation": 0.25, "stop_iter": 9}])
def test_more_columns_than_rows(rng, options):
    x, y = rng.standard_normal((12, 300)), rng.standard_normal((12, 2))
    options = {**NETWORK, **options, "optimizer": "sgd", "learn_rate": 0.05, "penalty": 0.1}
    assert_same(x, y, **options)


def test_divergence_is_noticed(thermometer):
    result = fit(*thermometer, hidden_units=3, activation="identity", optimizer="sgd",
                 learn_rate=1e3, scale=False, device="cuda", epochs=500, seed=1)  # fmt: skip
    assert result["stopped"] == "diverged"
    assert not np.isfinite(result["history"]["train_loss"][-1])
    assert np.isfinite(result["history"]["train_loss"][:-1]).all()


def test_dropout_and_own_modules_go_to_autograd(iris):
    module = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.Linear(8, 3))
    for options in ({"hidden_units": 8, "dropout": 0.2}, {"model": module}):
        result = fit(*iris, device="cuda", epochs=40, seed=1, **options)
        assert result["options"]["engine"] == "autograd"
        assert result["history"]["train_loss"][-1] < result["history"]["train_loss"][0]


def test_a_fit_from_the_gpu_predicts_there_and_on_the_cpu(iris):
    result = fit(*iris, device="cuda", **NETWORK)
    np.testing.assert_array_equal(predict(result, iris.x), result["fitted"])
    result["options"]["device"] = "cpu"
    np.testing.assert_allclose(predict(result, iris.x), result["fitted"], rtol=1e-9)


def test_auto_is_the_gpu_and_small_fits_do_not_pay_by_the_launch(thermometer):
    options = {**NETWORK, "epochs": 2000, "optimizer": "adam"}
    seconds = {
        engine: fit(*thermometer, engine=engine, **options)["seconds"]
        for engine in ("fused", "autograd", "fused", "autograd")
    }
    assert fit(*thermometer, **NETWORK)["options"]["device"].startswith("cuda")
    assert seconds["fused"] < 0.5 * seconds["autograd"]


def test_embedded_columns_are_trained_by_autograd_there():
    pandas = pytest.importorskip("pandas")
    rows = pandas.DataFrame({"x": np.linspace(-1, 1, 60), "f": list("abcdef") * 10})
    y = rows["x"].to_numpy() + np.tile(np.arange(6.0), 10)
    cpu, cuda = on_both(rows, y, embed={"f": 2}, validation=0.2, **NETWORK)
    assert (cpu["options"]["engine"], cuda["options"]["engine"]) == ("fused", "autograd")
    for loss in ("train_loss", "valid_loss"):
        np.testing.assert_allclose(cuda["history"][loss], cpu["history"][loss], rtol=1e-9)
    np.testing.assert_allclose(predict(cuda, rows), predict(cpu, rows), rtol=1e-8, atol=1e-9)


def test_a_diagnosis_is_the_same_there(iris):
    options = {**NETWORK, "optimizer": "sgd", "learn_rate": 0.01}
    there = fit(*iris, device="cuda", **options)
    found = diagnose(there, *iris)
    there["options"]["device"] = "cpu"
    assert diagnose(there, *iris)["checks"]["verdict"] == found["checks"]["verdict"]
