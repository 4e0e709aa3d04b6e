import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit
from nnfit.core.diagnosis import rows
from nnfit.core.diagnosis.layers import greatest_slope, look_at_layers, slopes
from nnfit.core.diagnosis.losses import RowLosses
from nnfit.core.diagnosis.rows import open_fit
from nnfit.core.options import catalog
from nnfit.core.options.catalog import Named


@pytest.fixture
def data(rng):
    x = rng.standard_normal((50, 3))
    return x, x[:, 0] + 0.1 * rng.standard_normal(50)


def look(made, x, y, weights=None, model=None):
    opened = open_fit(made, x, y, weights, None, model)
    return opened, *look_at_layers(opened, RowLosses(opened.spec, opened.scaling))


def by_hand(opened, reduction="mean"):
    """Give units, gradients and what comes back, by torch alone, of a chain of two layers."""
    first, activation, second = list(opened.network.children())[:3]
    (batch,) = opened.batches(opened.training)
    before = first(batch.x).detach().requires_grad_()
    hidden = activation(before)
    output = second(hidden)
    weights = torch.ones(len(batch.x)) if batch.weights is None else batch.weights
    each = (output - batch.y).square().mean(1) * weights
    back, of_output = torch.autograd.grad(each.sum(), (before, output), retain_graph=True)
    parts = back.square().sum(1) / of_output.square().sum(1)
    mass = weights.sum() if reduction == "mean" else 1.0
    (gradient,) = torch.autograd.grad(each.sum() / mass, second.weight)
    return hidden.detach(), parts, gradient


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("at_once", [7, 4096])
def test_what_units_give_and_what_comes_back_is_torch_s_by_hand(
    data, weighted, reduction, at_once, monkeypatch
):
    weights = np.arange(1, 51.0) if weighted else None
    made = fit(*data, hidden_units=6, epochs=30, seed=1, weights=weights, reduction=reduction)
    opened = open_fit(made, *data, weights, None, None)
    hidden, parts, gradient = by_hand(opened, reduction)
    monkeypatch.setattr(rows, "ROWS_AT_ONCE", at_once)
    opened, (first, second), output = look(made, *data, weights)
    assert first.units == 6 and second.units == 1 and first.rows == 50
    assert first.dead == int((hidden == hidden[0]).all(0).sum())
    assert first.total / 300 == pytest.approx(float(hidden.mean()), rel=1e-5)
    assert first.squares / 300 == pytest.approx(float(hidden.square().mean()), rel=1e-5)
    assert first.back == pytest.approx(float(parts.sum()), rel=1e-3)
    assert second.back == pytest.approx(50)
    assert second.gradient == pytest.approx(float(gradient.square().mean().sqrt()), rel=1e-4)
    assert len(output) == 50


def test_dead_units_are_counted(data):
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    with torch.no_grad():
        module[0].bias[:2] = -100.0
    made = fit(*data, model=module, epochs=2, optimizer="sgd", learn_rate=1e-3)
    _, layers, _ = look(made, *data, model=module)
    assert layers[0].dead == 2 and layers[0].gradient > 0


def test_units_behind_dead_ones_are_not_dead_nor_those_of_a_slope_that_rounding_hides(data):
    module = nn.Sequential(
        nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 2), nn.Sigmoid(),
        nn.Linear(2, 1),
    )  # fmt: skip
    with torch.no_grad():
        module[0].bias.fill_(-100.0)
        module[2].bias.copy_(torch.tensor([1.0, -1.0]))
    made = fit(*data, model=module, epochs=1, optimizer="sgd", learn_rate=1e-9)
    _, layers, _ = look(made, *data, model=module)
    assert [layer.dead for layer in layers] == [4, 1, 0, 0]


def test_a_unit_of_softmax_alone_is_dead(data):
    for units, dead in ((1, 1), (3, 0)):
        made = fit(*data, hidden_units=units, activation="softmax", epochs=3, seed=1)
        _, layers, _ = look(made, *data)
        assert layers[0].dead == dead


def test_an_activation_in_place_does_not_disturb(data):
    made = {}
    for inplace in (False, True):
        torch.manual_seed(1)
        module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace), nn.Linear(4, 1))
        one = fit(*data, model=module, epochs=2, seed=1)
        _, layers, _ = look(one, *data, model=module)
        made[inplace] = [layers[0].dead, layers[0].total, layers[0].back, layers[1].gradient]
    assert made[True] == pytest.approx(made[False])


def test_filters_are_units(rng):
    x, y = rng.standard_normal((20, 1, 6, 6)), rng.standard_normal(20)
    module = nn.Sequential(nn.Conv2d(1, 3, 3), nn.Tanh(), nn.Flatten(), nn.Linear(48, 1))
    with torch.no_grad():
        module[0].weight[0], module[0].bias[0] = 0.0, 1.0
    made = fit(x, y, model=module, epochs=1, scale=False, optimizer="sgd", learn_rate=1e-9)
    _, layers, _ = look(made, x, y, model=module)
    assert (layers[0].units, layers[0].rows, layers[0].values) == (3, 20, 20 * 16)
    assert layers[1].name == "3" and layers[1].rows == 20


def test_a_module_is_left_as_it_was(data):
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    made = fit(*data, model=module, epochs=2)
    opened, _, _ = look(made, *data, model=module)
    for part in opened.network.modules():
        assert not part._forward_hooks and not part._forward_pre_hooks


def test_members_have_units_each(data):
    made = fit(*data, hidden_units=4, members=3, epochs=3, seed=1, norm="layer_norm", skip=True)
    _, layers, output = look(made, *data)
    assert [layer.units for layer in layers] == [12, 3]
    assert layers[0].rows == 50 and output.shape == (50, 1)


SQUASHING = {"tanh": 1.0, "sigmoid": 0.25, "softsign": 1.0, "hardtanh": 1.0, "hardsigmoid": 1 / 6}


@pytest.mark.parametrize("name", catalog.names("activation"))
def test_which_activations_are_flat_at_both_ends(name):
    activation = catalog.build("activation", Named(name, {}))
    greatest = greatest_slope(activation)
    if name in SQUASHING:
        assert greatest == pytest.approx(SQUASHING[name], rel=1e-3)
    else:
        assert np.isnan(greatest)


def test_slopes_are_derivatives():
    at = torch.linspace(-3, 3, 7, dtype=torch.float64)
    expected = 1 - torch.tanh(at).square()
    torch.testing.assert_close(slopes(nn.Tanh(), at), expected)


def test_saturated_values_are_counted(data):
    x, y = data
    made = fit(1000 * x, y, hidden_units=5, activation="tanh", scale=False, epochs=2, seed=1)
    opened, layers, _ = look(made, 1000 * x, y)
    before = next(opened.network.children())(next(opened.batches(opened.training)).x)
    flat = ((1 - torch.tanh(before).square()) < 0.05).sum()
    assert layers[0].flat == int(flat) > 200
