"""A device without float64 trains every kind of fit; a stand-in fails as such a device does."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from narrow_device import NarrowDevice

from nnfit.core import NNFitError, fit, fit_parquet, predict
from nnfit.core.ground import seed
from nnfit.core.ground.devices import has_float64, is_here, on_host, widest
from nnfit.core.options.asked import resolved_again

NETWORK = {"hidden_units": 3, "epochs": 8}


@pytest.fixture
def data(rng):
    x = rng.standard_normal((30, 2))
    return x, x @ [1.0, 2.0] + 0.5


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr(seed, "_metal", lambda *args: nullcontext())  # it asks the real device
    return NarrowDevice


def test_devices_are_known_by_their_type():
    assert has_float64(torch.device("cpu"))
    assert has_float64(torch.device("cuda:1"))
    assert not has_float64(torch.device("mps:0"))
    assert widest(torch.device("mps")) is torch.float32
    assert is_here(torch.device("cpu"))
    assert not is_here(torch.device("mps")) or torch.backends.mps.is_available()
    assert on_host(torch.ones(2)).dtype is torch.float64


def test_the_stand_in_fails_as_a_mac_does(narrow):
    with narrow():
        there = torch.ones(2).to("mps")
        assert there.device.type == "mps"
        for widen in (
            lambda: (2 * there).double(),
            lambda: torch.zeros_like(there).to(torch.float64),
            lambda: torch.empty(2, dtype=torch.float64, device="mps"),
        ):
            with pytest.raises(TypeError, match="float64"):
                widen()
        with pytest.raises(TypeError, match="numpy"):
            there.numpy()
        assert there.cpu().double().numpy().sum() == 2


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": "sgd"},
        {"optimizer": "lbfgs", "loss": "huber"},
        {"loss": ("quantile", {"level": [0.2, 0.7]})},
        {**NETWORK, "loss": ("expectile", {"level": [0.2, 0.7]})},
        {**NETWORK, "engine": "autograd", "loss": lambda p, t: (p - t).abs().mean()},
        NETWORK,
        {**NETWORK, "engine": "autograd"},
        {**NETWORK, "optimizer": "lbfgs"},
        {**NETWORK, "optimizer": "levenberg_marquardt"},
        {**NETWORK, "batch_size": 8, "validation": 0.2, "stop_iter": 3},
        {**NETWORK, "restarts": 2},
        {**NETWORK, "bootstrap": 2},
        {**NETWORK, "penalty": 0.1, "optimizer": "lbfgs", "engine": "autograd"},
    ],
)
def test_every_kind_of_fit_is_that_of_the_cpu_in_float32(options, data, narrow):
    x, y = data
    with narrow() as device:
        made = fit(x, y, device="mps", seed=1, **options)
        predicted = predict(made, x)
    assert device.marked > 10
    assert (made.options["dtype"], made.options["device"]) == ("float32", "mps")
    here = fit(x, y, dtype="float32", seed=1, **options)
    # Adam is one pass on the CPU, and several operations elsewhere: they round differently
    np.testing.assert_allclose(made.fitted, here.fitted, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(predicted, made.fitted)


@pytest.mark.parametrize("options", [{}, NETWORK, {**NETWORK, "engine": "autograd"}])
def test_so_are_fits_on_files(options, data, narrow, write_parquet):
    x, y = data
    path = write_parquet({"a": x[:, 0], "b": x[:, 1], "y": y})
    with narrow():
        made = fit_parquet(path, "y", device="mps", seed=1, validation=0.3, **options)
    here = fit_parquet(path, "y", dtype="float32", seed=1, validation=0.3, **options)
    np.testing.assert_allclose(made.history["valid_loss"], here.history["valid_loss"], rtol=1e-5)


def test_float64_by_name_is_refused_there(data, narrow):
    with narrow(), pytest.raises(NNFitError, match='`dtype` can not be "float64" on device "mps"'):
        fit(*data, device="mps", dtype="float64")


def test_a_fit_from_a_device_that_is_not_here_predicts_on_the_cpu(data, narrow):
    with narrow():
        made = fit(*data, device="mps", seed=1, **NETWORK)
    if not torch.backends.mps.is_available():
        assert resolved_again(made.options).device == "cpu"
    np.testing.assert_allclose(predict(made, data[0]), made.fitted, rtol=1e-6)


def test_a_device_that_is_not_here_is_refused(data):
    if torch.backends.mps.is_available():
        pytest.skip("there is one")
    with pytest.raises(NNFitError, match='^`device` "mps" cannot be used: ') as caught:
        fit(*data, device="mps")
    assert len(str(caught.value)) < 400
