import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit
from nnfit.core.diagnosis.losses import RowLosses
from nnfit.core.diagnosis.rows import open_fit
from nnfit.core.diagnosis.sharpness import (
    lanczos,
    largest_curvature,
    steps_bound,
    why_without_bound,
)


@pytest.fixture
def data(rng):
    x = rng.standard_normal((60, 3)) @ np.diag([1.0, 3.0, 0.5])
    return x, x[:, 0] + np.sin(x[:, 1]) + 0.1 * rng.standard_normal(60)


def bound_of(made, x, y, model=None):
    opened = open_fit(made, x, y, None, None, model)
    return steps_bound(opened, largest_curvature(opened, RowLosses(opened.spec, opened.scaling)))


def test_lanczos_finds_the_largest_eigenvalue(rng):
    for size in (1, 2, 30, 200):
        a = torch.as_tensor(rng.standard_normal((size, size)))
        a = a + a.T - 3 * torch.eye(size)
        expected = np.linalg.eigvalsh(a.numpy())[-1]
        assert lanczos(lambda v, a=a: a @ v, size) == pytest.approx(expected, rel=1e-2)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("penalty", [0.0, 0.5])
def test_descent_of_a_linear_model_ends_just_below_the_bound_and_runs_off_beyond(
    data, momentum, reduction, penalty
):
    options = {"optimizer": "sgd", "momentum": momentum, "reduction": reduction,
               "penalty": penalty}  # fmt: skip
    bound = bound_of(fit(*data, epochs=1, learn_rate=1e-6, **options), *data)
    below = fit(*data, epochs=4000, learn_rate=0.97 * bound, **options)
    beyond = fit(*data, epochs=4000, learn_rate=1.03 * bound, **options)
    assert below.history["train_loss"][-1] <= below.history["train_loss"][0]
    # a descent that runs off grows in every step
    assert not beyond.history["train_loss"][-1] < 1e3 * below.history["train_loss"][0]


def test_the_curvature_of_a_network_is_that_of_its_hessian(data):
    x, y = data
    made = fit(x, y, hidden_units=3, activation="tanh", epochs=50, seed=1, penalty=0.01,
               dtype="float64", optimizer="sgd")  # fmt: skip
    opened = open_fit(made, x, y, None, None, None)
    (batch,) = opened.batches(opened.training)
    parameters = dict(opened.network.named_parameters())
    flat = torch.cat([p.detach().flatten() for p in parameters.values()])

    def objective(vector):
        parts, start = {}, 0
        for name, p in parameters.items():
            parts[name] = vector[start : start + p.numel()].view_as(p)
            start += p.numel()
        output = torch.func.functional_call(opened.network, parts, batch.x)
        weights = sum(p.square().sum() for name, p in parts.items() if "weight" in name)
        return nn.functional.mse_loss(output, batch.y) + 0.005 * weights

    hessian = torch.autograd.functional.hessian(objective, flat)
    expected = torch.linalg.eigvalsh(hessian)[-1]
    found = largest_curvature(opened, RowLosses(opened.spec, opened.scaling))
    assert found == pytest.approx(float(expected), rel=1e-3)


def test_of_members_it_is_that_of_the_sharpest(data):
    options = {"hidden_units": 3, "activation": "tanh", "epochs": 20, "optimizer": "sgd",
               "learn_rate": 0.05}  # fmt: skip
    made = fit(*data, members=3, seed=1, **options)
    bounds = []
    for member in range(3):
        one = {**made, "options": {**made.options, "members": 1}, "fitted": None}
        one["parameters"] = {name: value[member] for name, value in made.parameters.items()}
        bounds.append(bound_of(one, *data))
    assert bound_of(made, *data) == pytest.approx(min(bounds), rel=1e-3)


def test_of_many_rows_some_are_enough(rng, monkeypatch):
    x = rng.standard_normal((3000, 2))
    made = fit(x, x[:, 0], optimizer="sgd", epochs=1)
    whole = bound_of(made, x, x[:, 0])
    monkeypatch.setattr("nnfit.core.diagnosis.sharpness.ROWS", 1000)
    some = bound_of(made, x, x[:, 0])
    assert some != whole and some == pytest.approx(whole, rel=0.1)
    total = fit(x, x[:, 0], optimizer="sgd", epochs=1, learn_rate=1e-6, reduction="sum")
    assert bound_of(total, x, x[:, 0]) == pytest.approx(whole / 3000, rel=1e-3)


def test_losses_of_straight_lines_have_no_bound(data):
    made = fit(*data, loss="l1", optimizer="sgd", epochs=3)
    assert bound_of(made, *data) == np.inf


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"optimizer": "adam"}, 'not of "adam"'),
        ({}, "not of"),
        ({"optimizer": ("sgd", {"nesterov": True}), "momentum": 0.5}, "nesterov"),
        ({"optimizer": "sgd", "clip_norm": 1.0}, "cut"),
        ({"optimizer": "sgd", "penalty": 0.1, "mixture": 0.5}, "absolute"),
        ({"optimizer": "sgd"}, ""),
    ],
)
def test_why_there_is_no_bound(data, options, why):
    opened = open_fit(fit(*data, epochs=3, **options), *data, None, None, None)
    said = why_without_bound(opened)
    assert why in said and bool(why) == bool(said)
