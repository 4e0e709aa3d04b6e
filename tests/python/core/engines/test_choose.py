"""Every engine gives the same fit, whatever is combined; and which is taken."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit
from nnfit.core.engines import choose
from nnfit.core.options.asked import Asked

ACTIVATIONS = [
    "identity", "relu", ("leaky_relu", {"negative_slope": 0.1}), "tanh", "sigmoid", "softplus",
    "hardtanh", "elu", "gelu", ("gelu", {"approximate": "tanh"}), "silu",
]  # fmt: skip
LOSSES = [
    "mse", "l1", ("huber", {"delta": 0.5}), "smooth_l1", "cross_entropy", "bce_with_logits",
    "poisson_nll",
]  # fmt: skip
OPTIMIZERS = [
    ("sgd", {}, 0.0), ("sgd", {}, 0.9), ("sgd", {"nesterov": True}, 0.9), ("adam", {}, 0.0),
    ("adamw", {}, 0.0), ("rmsprop", {}, 0.0), ("rmsprop", {}, 0.9), ("adagrad", {}, 0.0),
]  # fmt: skip
TOLERANCE = {"float64": {"rtol": 1e-9}, "float32": {"rtol": 1e-3, "atol": 1e-5}}


def data_for(loss, rng):
    x = rng.standard_normal((23, 3))
    y = rng.standard_normal((23, 2))
    outcomes = {
        "cross_entropy": np.array(["a", "b", "c"])[rng.integers(3, size=23)],
        "bce_with_logits": (y > 0).astype(float),
        "poisson_nll": np.abs(y),
    }
    return x, outcomes.get(str(loss), y)


def assert_same(x, y, **options):
    options = {"epochs": 8, "seed": 3, "learn_rate": 0.02, **options}
    fused, autograd = (fit(x, y, engine=e, **options) for e in ("fused", "autograd"))
    assert (fused["options"]["engine"], autograd["options"]["engine"]) == ("fused", "autograd")
    close = TOLERANCE[options["dtype"]]
    for column, losses in autograd["history"].items():
        if losses is not None:
            np.testing.assert_allclose(fused["history"][column], losses, **close)
    np.testing.assert_allclose(fused["fitted"], autograd["fitted"], **{"atol": 1e-9, **close})
    return fused, autograd


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("loss", LOSSES, ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_activations_and_losses(activation, loss, dtype, rng):
    x, y = data_for(loss, rng)
    for reduction, optimizer in itertools.product(("mean", "sum"), OPTIMIZERS[:4:3]):
        name, args, momentum = optimizer
        assert_same(
            x, y, hidden_units=[4, 3], activation=activation, loss=loss, dtype=dtype,
            reduction=reduction, optimizer=(name, args), momentum=momentum,
        )  # fmt: skip


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize(("name", "args", "momentum"), OPTIMIZERS, ids=str)
@pytest.mark.parametrize("loss", LOSSES[:1] + LOSSES[-3:])
def test_optimizers_in_every_setting(loss, name, args, momentum, batch_size, weighted, rng):
    x, y = data_for(loss, rng)
    for dropout, penalty, reduction in itertools.product((0.0, 0.4), (0.0, 0.1), ("mean", "sum")):
        assert_same(
            x, y, hidden_units=4, loss=loss, optimizer=(name, args), momentum=momentum,
            batch_size=batch_size, weights=rng.random(23) if weighted else None, dropout=dropout,
            penalty=penalty, reduction=reduction, dtype="float64", epochs=4,
        )  # fmt: skip


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("scale", [True, False])
def test_linear_models(bias, scale, rng):
    x, y = data_for("mse", rng)
    assert_same(x, y, bias=bias, scale=scale, optimizer="sgd", dtype="float64")


def test_validation_and_early_stopping(rng):
    x, y = data_for("mse", rng)
    fused, autograd = assert_same(
        x, y, hidden_units=30, dropout=0.2, optimizer="adam", learn_rate=0.1, validation=0.3,
        stop_iter=5, epochs=300, dtype="float64",
    )  # fmt: skip
    assert fused["stopped"] == "early"
    assert fused["best_epoch"] == autograd["best_epoch"]


def test_divergence(thermometer):
    fused, autograd = assert_same(
        *thermometer, hidden_units=3, optimizer="sgd", learn_rate=1e3, scale=False,
        activation="identity", epochs=200, dtype="float64",
    )  # fmt: skip
    assert fused["stopped"] == autograd["stopped"] == "diverged"
    assert np.isfinite(fused["parameters"]["0.weight"]).all()


def test_a_module_of_the_known_layers_is_fused(iris):
    module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Dropout(0.1), nn.Linear(5, 3))
    before = [parameter.clone() for parameter in module.parameters()]
    assert_same(*iris, model=module, optimizer="adam", batch_size=40, dtype="float32")
    assert all(torch.equal(a, b) for a, b in zip(before, module.parameters()))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"hidden_units": 3, "activation": "mish"}, "Mish is not among its layers"),
        ({"loss": "soft_margin"}, "SoftMarginLoss is not among its losses"),
        ({"optimizer": "rprop"}, '"rprop" is not among its optimizers'),
        ({"model": nn.Sequential(nn.BatchNorm1d(1), nn.Linear(1, 1))}, "BatchNorm1d is not among"),
    ],
)
def test_fused_where_it_does_not_apply_says_why(options, reason):
    x, y = np.arange(12.0)[:, None], np.arange(12.0) / 12
    with pytest.raises(NNFitError, match=reason) as caught:
        fit(x, y, engine="fused", **options)
    assert caught.value.argument == "engine"
    assert fit(x, y, epochs=2, **options)["options"]["engine"] == "autograd"


def test_torch_still_judges_the_arguments_of_an_optimizer(thermometer):
    with pytest.raises(NNFitError, match="Nesterov momentum requires a momentum"):
        fit(*thermometer, optimizer=("sgd", {"nesterov": True}))


# -- which is taken --


def data_of(p=2, n=20):
    generator = np.random.default_rng(4)
    return generator.standard_normal((n, p)), generator.standard_normal((n, 1))


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "least_squares"),
        ({"optimizer": "sgd"}, "least_squares"),
        ({"loss": "huber"}, "fused"),
        ({"batch_size": 5}, "fused"),
        ({"hidden_units": 3}, "fused"),
        ({"hidden_units": 3, "optimizer": "lbfgs"}, "fused"),
        ({"hidden_units": 3, "optimizer": "levenberg_marquardt"}, "fused"),
        ({"hidden_units": 3, "activation": "mish"}, "autograd"),
        ({"hidden_units": 3, "optimizer": "nadam"}, "autograd"),
        ({"engine": "autograd"}, "autograd"),
        ({"engine": "fused"}, "fused"),
    ],
)
def test_the_first_that_applies_is_taken_and_named(options, name):
    made = fit(*data_of(), epochs=2, seed=1, **options)
    assert made["options"]["engine"] == name
    assert (made["options"]["condition"] is not None) == (name == "least_squares")


def test_more_columns_than_rows_are_trained_in_the_span():
    wide = {"hidden_units": 8, "optimizer": "sgd", "epochs": 40, "seed": 1}
    assert fit(*data_of(200), **wide)["options"]["engine"] == "span_of_rows"
    assert fit(*data_of(200), **wide, engine="fused")["options"]["engine"] == "fused"


@pytest.mark.parametrize("name", ["least_squares", "span_of_rows", "fused", "autograd"])
def test_each_is_had_by_its_name_where_it_applies(name):
    options = {} if name == "least_squares" else {"hidden_units": 8, "optimizer": "sgd"}
    made = fit(*data_of(200), engine=name, epochs=40, seed=1, **options)
    assert made["options"]["engine"] == name


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("least_squares", {"hidden_units": 3}, 'for linear models with the loss "mse"'),
        ("least_squares", {"batch_size": 5}, "all rows at once, not batches"),
        ("least_squares", {"optimizer": "nadam"}, '"nadam" is not among its optimizers'),
        ("span_of_rows", {"hidden_units": 3, "optimizer": "adam"}, "for the optimizers sgd, lbfgs"),
        ("span_of_rows", {"hidden_units": 3, "optimizer": "sgd"}, "twice as many columns as rows"),
        ("stream", {"hidden_units": 3}, "for Parquet files without `batch_size`"),
        ("stacked", {"hidden_units": 3}, "for several fits at once"),
    ],
)
def test_one_that_does_not_apply_says_why(name, options, reason):
    with pytest.raises(NNFitError, match=f'`engine` "{name}" does not apply: .*{reason}'):
        fit(*data_of(), engine=name, epochs=2, **options)


def test_the_options_know_every_engine():
    names = {kind.name for kind in (*choose.ENGINES, choose.TOGETHER)}
    for name in ("auto", *names):
        assert Asked.of({"engine": name}).engine == name
    assert names == {
        "least_squares", "reweighted", "span_of_rows", "stream", "fused", "autograd", "stacked",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["stream", "least_squares", "autograd"])
def test_an_engine_asked_for_by_name_is_the_one_to_blame(name):
    with pytest.raises(NNFitError) as caught:
        fit(*data_of(), hidden_units=3, optimizer="levenberg_marquardt", engine=name)
    assert caught.value.argument == "engine"
    assert caught.value.remedy == 'Use "auto".'
