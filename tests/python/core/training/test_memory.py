import copy

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit, fit_parquet, predict

# what may be interrupted and gone on with, to the last digit: by engine and optimizer
ALIKE = {
    "adam": {"hidden_units": 4},
    "adam, amsgrad": {"hidden_units": 4, "optimizer": ("adam", {"amsgrad": True})},
    "adamw": {"hidden_units": 4, "optimizer": "adamw", "penalty": 0.01},
    "sgd": {"hidden_units": 4, "optimizer": ("sgd", {"dampening": 0.1}), "momentum": 0.9},
    "rmsprop": {"hidden_units": 4, "optimizer": "rmsprop", "momentum": 0.5},
    "rmsprop, centred": {"hidden_units": 4, "optimizer": ("rmsprop", {"centered": True})},
    "adagrad": {"hidden_units": 4, "optimizer": "adagrad"},
    "batches": {"hidden_units": 4, "batch_size": 7},
    "dropout": {"hidden_units": 8, "dropout": 0.3, "batch_size": 11},
    "autograd": {"hidden_units": 4, "engine": "autograd"},
    "autograd, sgd": {"hidden_units": 4, "engine": "autograd", "optimizer": "sgd", "momentum": 0.9},
    "nadam": {"hidden_units": 4, "optimizer": "nadam"},
    "asgd": {"hidden_units": 4, "optimizer": "asgd"},
    "adadelta": {"hidden_units": 4, "optimizer": "adadelta"},
    "rprop": {"hidden_units": 4, "optimizer": "rprop"},
    "adafactor": {"hidden_units": 4, "optimizer": "adafactor"},
    "adafactor, one unit": {"hidden_units": 1, "optimizer": "adafactor"},
    "levenberg_marquardt": {
        "hidden_units": 3,
        "optimizer": "levenberg_marquardt",
        "dtype": "float64",
    },
    "least_squares": {"optimizer": "sgd", "momentum": 0.5, "learn_rate": 0.05},
    "linear, huber": {"optimizer": "adam", "loss": "huber"},
}


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((40, 3))
    return x, np.sin(2 * x[:, 0]) + x[:, 1] ** 2


@pytest.mark.parametrize("options", ALIKE.values(), ids=ALIKE)
def test_two_halves_are_the_whole(rows, options):
    options = {"seed": 1, "validation": 0.2, "penalty": 0.0, **options}
    whole = fit(*rows, epochs=30, **options)
    half = fit(*rows, epochs=12, **options)
    other = fit(*rows, epochs=18, start=half, **options)
    for part in ("train_loss", "valid_loss"):
        both = np.concatenate([half["history"][part], other["history"][part]])
        assert both == pytest.approx(whole["history"][part], rel=1e-6)
    for name, values in whole["parameters"].items():
        assert other["parameters"][name] == pytest.approx(values, rel=1e-5, abs=1e-7)
    anew = fit(*rows, epochs=18, start={**half, "memory": None}, **options)
    forgets = options.get("optimizer") != "sgd" and "memory" in half
    if forgets:
        assert not (anew["history"]["train_loss"] == other["history"]["train_loss"]).all()


def test_the_first_loss_is_that_of_the_fit_it_begins_with(rows):
    first = fit(*rows, hidden_units=5, epochs=50, seed=1)
    x, y = rows
    loss = ((predict(first, x)[:, 0] - y) ** 2).mean()
    for options in ({"optimizer": "lbfgs"}, {"optimizer": "sgd"}, {"engine": "autograd"}):
        other = fit(*rows, hidden_units=5, epochs=3, seed=2, start=first, **options)
        assert other["history"]["train_loss"][0] == pytest.approx(loss, rel=1e-5)


def test_other_rows_are_taken_in_the_scaling_of_the_earlier_fit(rows, rng):
    first = fit(*rows, hidden_units=5, epochs=50, seed=1)
    x = 100 + 10 * rng.standard_normal((30, 3))
    y = 5 * x[:, 0]
    other = fit(x, y, hidden_units=5, epochs=2, seed=1, start=first)
    assert other["scaling"]["x_center"] == pytest.approx(first["scaling"]["x_center"])
    assert other["history"]["train_loss"][0] == pytest.approx(
        ((predict(first, x)[:, 0] - y) ** 2).mean(), rel=1e-4
    )


def test_a_fit_that_went_back_to_its_best_epoch_is_gone_on_with_from_there(rows):
    first = fit(*rows, hidden_units=5, learn_rate=0.3, stop_iter=5, epochs=200, seed=1)
    assert "memory" not in first
    other = fit(*rows, hidden_units=5, epochs=2, seed=1, start=first)
    best = first["history"]["train_loss"].min()
    assert other["history"]["train_loss"][0] == pytest.approx(best, rel=1e-5)


def test_what_is_kept_is_plain_and_only_what_is_needed(rows):
    made = fit(*rows, hidden_units=4, epochs=3, seed=1)
    assert made["memory"].keys() == {"optimizer"}
    assert made["memory"]["optimizer"]["engine"] == "fused"
    assert made["memory"]["optimizer"]["values"]["steps"] == 3
    drawn = fit(*rows, hidden_units=4, epochs=3, seed=1, batch_size=8)
    assert drawn["memory"].keys() == {"optimizer", "random"}
    assert "memory" not in fit(*rows)  # solved: there is nothing to remember
    assert "memory" not in fit(*rows, hidden_units=4, epochs=3, optimizer="lbfgs")
    far = fit(*rows, optimizer="sgd", learn_rate=1e9, epochs=200)
    assert far["stopped"] == "diverged"
    assert "memory" not in far


def test_torchs_own_generator_is_not_set_back(rows):
    first = fit(*rows, hidden_units=4, epochs=3, seed=1, batch_size=8)
    torch.manual_seed(3)
    fit(*rows, hidden_units=4, epochs=3, seed=None, batch_size=8, start=first)
    after = torch.rand(1)
    torch.manual_seed(3)
    fit(*rows, hidden_units=4, epochs=3, seed=None, batch_size=8, start={**first, "memory": None})
    assert torch.equal(torch.rand(1), after)
    before = torch.get_rng_state()
    fit(*rows, hidden_units=4, epochs=3, seed=1, batch_size=8, start=first)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_module_of_ones_own_goes_on(rows):
    module = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))
    kept = copy.deepcopy(module.state_dict())
    whole = fit(*rows, model=module, epochs=20, seed=1)
    half = fit(*rows, model=module, epochs=8, seed=1)
    other = fit(*rows, model=module, epochs=12, seed=1, start=half)
    both = np.concatenate([half["history"]["train_loss"], other["history"]["train_loss"]])
    assert both == pytest.approx(whole["history"]["train_loss"], rel=1e-6)
    assert all(torch.equal(kept[name], value) for name, value in module.state_dict().items())


def test_files_go_on(write_parquet, rng):
    x = rng.standard_normal(60)
    path = write_parquet({"x": x, "y": x**2})
    for batch_size in (None, 16):
        options = {"hidden_units": 4, "seed": 1, "batch_size": batch_size}
        whole = fit_parquet(path, "y", epochs=10, **options)
        half = fit_parquet(path, "y", epochs=4, **options)
        other = fit_parquet(path, "y", epochs=6, start=half, **options)
        both = np.concatenate([half["history"]["train_loss"], other["history"]["train_loss"]])
        assert both == pytest.approx(whole["history"]["train_loss"], rel=1e-5)
