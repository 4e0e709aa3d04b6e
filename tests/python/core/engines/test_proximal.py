import copy

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, fit_parquet
from nnfit.core.engines import optimizers
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused.updates import UPDATES, update_of
from nnfit.core.engines.proximal import REACHES, TorchShrink
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked
from support import OPTIMIZERS_TESTED

CASES = OPTIMIZERS_TESTED


def spec_of(name, args, momentum=0.0, schedule=None):
    options = {"optimizer": (name, args), "momentum": momentum, "penalty": 0.3, "mixture": 0.6}
    options = {"loss": "mse", "learn_rate": 0.05, "schedule": schedule, **options}
    return Asked.of(options).resolved(3, 2)


def test_every_optimizer_that_may_is_here():
    able = {n for n in catalog.names("optimizer") if catalog.lookup("optimizer", n).mixture}
    assert able == {"lbfgs", *REACHES} == {"lbfgs", *UPDATES}
    assert {name for name, *_ in CASES} == set(REACHES)


@pytest.mark.parametrize("schedule", [None, "cosine"])
@pytest.mark.parametrize(("name", "args", "momentum"), CASES)
def test_both_ways_draw_weights_alike(name, args, momentum, schedule):
    """Ours by operations, against what torch's optimizers remember of each weight."""
    spec = spec_of(name, args, momentum, schedule)
    ours = nn.Linear(3, 2).double()
    with torch.no_grad():
        ours.weight.mul_(3)
    theirs = copy.deepcopy(ours)
    optimizer = optimizers.build(spec, theirs)
    shrink = TorchShrink(spec, theirs, optimizer)
    flat = Flat.adopt(ours)
    update = update_of(spec, flat)
    for step in range(1, 31):
        for parameter, grad in zip(theirs.parameters(), flat.views(flat.grad)):
            grad.normal_().mul_(0.1)
            parameter.grad = grad.clone()
        if schedule and step == 10:
            update.set_rate(0.02)
            for group in optimizer.param_groups:
                group["lr"] = 0.02
        optimizer.step()
        shrink()
        update.prepare(step)
        for op in update.ops:
            op()
        for one, other in zip(ours.parameters(), theirs.parameters()):
            torch.testing.assert_close(one, other, rtol=1e-11, atol=1e-13)
            assert torch.equal(one == 0, other == 0)


@pytest.mark.parametrize(("name", "args", "momentum"), CASES)
def test_what_a_constant_gradient_does_is_undone(name, args, momentum):
    """A weight at zero, pushed by a gradient just below the pull from the first step on, stays."""
    spec, found = spec_of(name, args, momentum), {}
    for push in (0.99, 1.01):
        model = nn.Linear(3, 2).double()
        flat = Flat.adopt(model)
        flat.value.zero_()
        update = update_of(spec, flat)
        for step in range(1, 30):
            flat.grad.copy_(flat.on_weights(push * 0.3 * 0.6))
            update.prepare(step)
            for op in update.ops:
                op()
        found[push] = model.weight.abs().max().item()
    assert found[0.99] == 0
    assert found[1.01] > 0


def shrunk_by_hand(w, far):
    return torch.sign(w) * torch.clamp(w.abs() - far, min=0)


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_sgd_is_iterative_soft_thresholding(rng, engine):
    x = rng.standard_normal((40, 5))
    y = 2 * x[:, 0] + rng.standard_normal(40)
    made = fit(
        x, y, optimizer="sgd", learn_rate=0.1, epochs=25, penalty=0.4, mixture=0.5, seed=3,
        engine=engine,
    )  # fmt: skip
    xs, ys = (torch.tensor((a - a.mean(0)) / a.std(0, ddof=1)) for a in (x, y))
    torch.manual_seed(3)
    layer = nn.Linear(5, 1, dtype=torch.float64)
    for _ in range(25):
        layer.zero_grad()
        (((layer(xs)[:, 0] - ys) ** 2).mean() + 0.1 * layer.weight.square().sum()).backward()
        with torch.no_grad():
            layer.weight.copy_(shrunk_by_hand(layer.weight - 0.1 * layer.weight.grad, 0.1 * 0.2))
            layer.bias.sub_(0.1 * layer.bias.grad)
    np.testing.assert_allclose(
        made.parameters["0.weight"], layer.weight.detach().numpy(), rtol=1e-10, atol=1e-14
    )
    assert 0 < (made.parameters["0.weight"] == 0).sum() < 5


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_adam_is_adaptive_soft_thresholding(rng, engine):
    x = rng.standard_normal((40, 5))
    y = 2 * x[:, 0] + rng.standard_normal(40)
    made = fit(
        x, y, hidden_units=4, activation="tanh", optimizer="adam", learn_rate=0.02, epochs=60,
        penalty=0.2, mixture=1, seed=3, engine=engine, dtype="float64",
    )  # fmt: skip
    xs, ys = (torch.tensor((a - a.mean(0)) / a.std(0, ddof=1)) for a in (x, y))
    torch.manual_seed(3)
    net = nn.Sequential(
        nn.Linear(5, 4, dtype=torch.float64), nn.Tanh(), nn.Linear(4, 1, dtype=torch.float64)
    )
    adam = torch.optim.Adam(net.parameters(), lr=0.02)
    squares = dict.fromkeys((net[0].weight, net[2].weight), 0.0)
    for step in range(1, 61):
        adam.zero_grad()
        ((net(xs)[:, 0] - ys) ** 2).mean().backward()
        adam.step()
        for weight in squares:
            squares[weight] = 0.999 * squares[weight] + 0.001 * weight.grad**2
            own = 0.02 / ((squares[weight] / (1 - 0.999**step)).sqrt() + 1e-8)
            weight.data = shrunk_by_hand(weight.data, own * 0.2)
    for name, layer in (("0.weight", net[0]), ("2.weight", net[2])):
        np.testing.assert_allclose(
            made.parameters[name], layer.weight.detach().numpy(), rtol=1e-8, atol=1e-12
        )
    assert (made.parameters["0.weight"] == 0).any()


@pytest.mark.parametrize(
    "options",
    [
        {"optimizer": "sgd", "momentum": 0.9},
        {"optimizer": "adam"},
        {"optimizer": "adam", "schedule": "cosine"},
        {"optimizer": "adam", "batch_size": 16},
        {"optimizer": "rmsprop", "momentum": 0.5},
    ],
    ids=str,
)
def test_engines_agree_and_training_goes_on(rng, options):
    x, y = rng.standard_normal((40, 5)), rng.standard_normal(40)
    options = {"penalty": 0.1, "mixture": 0.8, "seed": 1, **options}
    network = {"hidden_units": 3, "activation": "tanh", "dtype": "float64", **options}
    for more in (options, network):
        one, other = (
            fit(x, y, epochs=40, engine=engine, **more) for engine in ("auto", "autograd")
        )
        np.testing.assert_allclose(one.fitted, other.fitted, rtol=1e-7, atol=1e-9)
    if "schedule" in options:
        return
    for engine in ("fused", "autograd"):
        half = fit(x, y, epochs=20, engine=engine, **network)
        whole = fit(x, y, epochs=20, engine=engine, start=half, **network)
        once = fit(x, y, epochs=40, engine=engine, **network)
        for name, value in once.parameters.items():
            np.testing.assert_allclose(whole.parameters[name], value, rtol=1e-9, atol=1e-13)


def test_several_fits_at_once_are_those_in_turn(rng):
    x, y = rng.standard_normal((40, 5)), rng.standard_normal(40)
    for optimizer in ("adam", "sgd", "rmsprop"):
        options = {
            "hidden_units": 3, "activation": "tanh", "penalty": 0.1, "mixture": 1, "seed": 1,
            "optimizer": optimizer, "epochs": 60, "dtype": "float64", "learn_rate": 0.02,
        }  # fmt: skip
        made = fit(x, y, members=3, **options)
        assert made.options["engine"] == "stacked"
        one = fit(x, y, **options).parameters["0.weight"]
        np.testing.assert_allclose(made.parameters["0.weight"][0], one, rtol=1e-8, atol=1e-12)
        assert (one == 0).any()


def test_batches_of_files(rng, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    x, y = rng.standard_normal((60, 2)), rng.standard_normal(60)
    parquet.write_table(pa.table({"a": x[:, 0], "b": x[:, 1], "y": y}), tmp_path / "a.parquet")
    options = {"optimizer": "sgd", "penalty": 5, "mixture": 1, "epochs": 60, "seed": 1}
    made = fit_parquet(tmp_path / "a.parquet", "y", ["a", "b"], batch_size=20, **options)
    assert (made.parameters["0.weight"] == 0).all()


@pytest.mark.parametrize("name", ["adadelta", "nadam", "rprop", "levenberg_marquardt"])
def test_optimizers_whose_steps_are_not_known_are_refused(rng, name):
    x, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    with pytest.raises(NNFitError, match="Optimizers that can: adagrad, adam") as caught:
        fit(x, y, optimizer=name, penalty=0.1, mixture=0.5)
    assert caught.value.argument == "mixture"


def test_ours_and_torchs_arguments_go_to_autograd(rng):
    x, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    options = {"penalty": 2.5, "mixture": 1, "seed": 1, "learn_rate": 0.3}
    made = fit(x, y, optimizer=("adagrad", {"lr_decay": 0.01}), epochs=300, **options)
    assert made.options["engine"] == "autograd"
    assert (made.parameters["0.weight"] == 0).all()


def test_losses_that_are_solved_otherwise_are_descended(rng):
    x, y = rng.standard_normal((60, 4)), rng.standard_normal(60)
    y = y + 3 * x[:, 0]
    for loss in ("l1", ("quantile", {"level": 0.4})):
        assert fit(x, y, loss=loss, penalty=0.1).options["optimizer"] == "interior_point"
        made = fit(x, y, loss=loss, penalty=0.1, mixture=1, seed=1)
        assert made.options["optimizer"] == "adam"
        assert 0 < (made.parameters["0.weight"] == 0).sum() < 4
        with pytest.raises(NNFitError, match='does not go with optimizer "interior_point"'):
            fit(x, y, loss=loss, penalty=0.1, mixture=1, optimizer="interior_point")


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_with_a_largest_length_both_hold(rng, engine):
    x, y = rng.standard_normal((60, 4)), rng.standard_normal(60)
    y = y + 3 * x[:, 0]
    options = {"hidden_units": 3, "activation": "tanh", "epochs": 200, "seed": 1}
    made = fit(x, y, penalty=0.02, mixture=1, max_norm=0.3, engine=engine, **options)
    weight = made.parameters["0.weight"]
    assert np.linalg.norm(weight, axis=1).max() <= 0.3 * (1 + 1e-6)
    assert (weight == 0).any()


def test_what_all_is_drawn_to_zero_by_is_no_fault(rng):
    x, y = rng.standard_normal((40, 3)), rng.standard_normal(40)
    for options in ({}, {"hidden_units": 4}, {"hidden_units": 4, "optimizer": "lbfgs"}):
        made = fit(x, y, penalty=1e4, mixture=1, seed=1, epochs=2000, **options)
        assert all((v == 0).all() for v in made.parameters.values() if v.ndim > 1)
        assert made.fault is None
        np.testing.assert_allclose(made.fitted, y.mean(), atol=1e-5)
