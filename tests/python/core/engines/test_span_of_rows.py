import numpy as np
import pytest
import torch
from torch import nn

from nnfit import core
from nnfit.core.data.table import Batch
from nnfit.core.engines import span_of_rows as wide

OPTIONS = {
    "plain": {},
    "momentum": {"momentum": 0.9},
    "Nesterov": {"optimizer": ("sgd", {"nesterov": True}), "momentum": 0.5},
    "dampening": {"optimizer": ("sgd", {"dampening": 0.2}), "momentum": 0.5},
    "penalty": {"penalty": 0.3},
    "penalty and momentum": {"penalty": 0.2, "momentum": 0.5},
    "without bias": {"bias": False, "penalty": 0.1},
    "dropout": {"dropout": 0.4},
    "batches": {"batch_size": 5},
    "held out": {"validation": 0.25},
    "stopped early": {"validation": 0.25, "stop_iter": 3, "learn_rate": 0.5},
    "unscaled": {"scale": False},
    "a sum": {"reduction": "sum", "learn_rate": 1e-3},
    "deep": {"hidden_units": [6, 5], "activation": ["relu", "silu"]},
    "float32": {"dtype": "float32"},
    "linear": {"hidden_units": [], "activation": None, "loss": "l1", "epochs": 100},
}
WIDE = {
    "hidden_units": 7, "activation": "tanh", "optimizer": "sgd", "learn_rate": 0.05,
    "epochs": 30, "seed": 4, "dtype": "float64",
}  # fmt: skip


@pytest.fixture
def turned(monkeypatch):
    """List the networks that were turned."""
    seen = []
    whole = wide.TurnedNetwork

    def note(*args):
        seen.append(whole(*args))
        return seen[-1]

    monkeypatch.setattr(wide, "TurnedNetwork", note)
    return seen


def data(rng, n=12, p=300):
    return rng.standard_normal((n, p)), rng.standard_normal((n, 2))


def both(x, y, **options):
    return (core.fit(x, y, **{**WIDE, **options, "engine": one}) for one in ("auto", "autograd"))


def same(ours, reference, rtol=1e-9):
    for column in ("train_loss", "valid_loss"):
        mine, theirs = ours["history"][column], reference["history"][column]
        assert (mine is None) == (theirs is None)
        if mine is not None:
            np.testing.assert_allclose(mine, theirs, rtol=rtol)
    states = zip(ours["parameters"].items(), reference["parameters"].items())
    for (name, mine), (also, theirs) in states:
        assert name == also
        assert mine.shape == theirs.shape
        assert mine.dtype == theirs.dtype
        np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(ours["fitted"], reference["fitted"], rtol=rtol, atol=rtol)
    assert ours["best_epoch"] == reference["best_epoch"]


@pytest.mark.parametrize("case", OPTIONS)
def test_takes_the_steps_that_all_columns_take(rng, turned, case):
    ours, reference = both(*data(rng), **OPTIONS[case])
    assert len(turned) == 1
    assert turned[0].batches[0].x.shape[1] == 13
    same(ours, reference, 1e-4 if case == "float32" else 1e-9)


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_weights_and_classes_are_those_of_the_rows(rng, turned, loss):
    x, y = data(rng)
    if loss == "cross_entropy":
        y = np.array(["a", "b", "c"])[rng.integers(3, size=len(x))]
        loss = ("cross_entropy", {"weight": [1.0, 2.0, 0.5]})
    ours, reference = both(x, y, weights=rng.random(len(x)), loss=loss, dtype="float32")
    assert len(turned) == 1
    same(ours, reference, 1e-4)


def test_held_out_rows_that_are_given(rng, turned):
    ours, reference = both(*data(rng), validation=data(rng, n=4), stop_iter=5, penalty=0.5)
    assert [len(batch.x) for batch in turned[0].batches] == [12, 4]
    same(ours, reference)


def test_rows_may_repeat_each_other(rng, turned):
    x, y = data(rng)
    x[6:] = x[:6]
    ours, reference = both(x, y, penalty=0.1)
    assert len(turned) == 1
    same(ours, reference)


def test_a_module_of_ones_own_keeps_its_shape(rng, turned):
    model = nn.Sequential(nn.Sequential(nn.Linear(300, 8), nn.Tanh()), nn.Linear(8, 2))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    ours, reference = both(*data(rng), model=model, hidden_units=[], activation=None)
    assert len(turned) == 1
    same(ours, reference)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_lbfgs_reaches_the_same_minimum(rng, turned):
    x, y = data(rng)
    options = {
        "hidden_units": [],
        "activation": None,
        "optimizer": "lbfgs",
        "learn_rate": 1.0,
        "epochs": 300,
    }
    ours, reference = both(x, y[:, 0] > 0, loss="bce_with_logits", penalty=0.1, **options)
    assert len(turned) == 1
    assert ours["stopped"] == "converged"
    np.testing.assert_allclose(ours["fitted"], reference["fitted"], rtol=1e-6)
    np.testing.assert_allclose(
        ours["parameters"]["0.weight"], reference["parameters"]["0.weight"], atol=1e-7
    )


def test_levenberg_marquardt_goes_as_far(rng, turned, monkeypatch):
    x, y = data(rng)
    options = {**WIDE, "optimizer": "levenberg_marquardt", "learn_rate": None, "epochs": 30}
    ours = core.fit(x, y, **options)
    monkeypatch.setattr(wide, "TURNABLE", ())
    reference = core.fit(x, y, **options)
    assert len(turned) == 1
    # the first damping goes by single coordinates, which are others: the paths are not the same
    assert ours["history"]["train_loss"][-1] < 1e-3 * ours["history"]["train_loss"][0]
    assert reference["history"]["train_loss"][-1] < 1e-3 * ours["history"]["train_loss"][0]


@pytest.mark.parametrize("epochs", [5, 6, 7, 30])
def test_what_diverges_is_told_and_kept_as_before(rng, turned, epochs):
    options = {"dtype": "float32", "hidden_units": 64, "activation": "relu", "epochs": epochs}
    ours, reference = both(*data(rng), learn_rate=0.8, **options)
    assert len(turned) == 1
    assert all(np.isfinite(value).all() for value in ours["parameters"].values())
    if epochs == 5:
        assert ours["stopped"] == "epochs"
        return
    assert ours["stopped"] == reference["stopped"] == "diverged"
    assert len(ours["history"]["train_loss"]) == len(reference["history"]["train_loss"])


@pytest.mark.parametrize(
    ("n", "options"),
    [
        (12, {"engine": "autograd"}),
        (12, {"optimizer": "adam"}),
        (12, {"epochs": 1, "hidden_units": 1}),
        (150, {}),
        (12, {"model": nn.Sequential(nn.LayerNorm(300), nn.Linear(300, 2))}),
        (12, {"model": nn.Sequential(nn.Linear(300, 4), nn.GroupNorm(1, 4), nn.Linear(4, 2))}),
        (12, {"skip": True}),
        (12, {"hidden_units": 300, "residual": True}),
    ],
    ids=[
        "autograd",
        "adam",
        "few epochs",
        "many rows",
        "no first layer",
        "another layer",
        "skip",
        "residual",
    ],
)
def test_columns_stay_where_turning_them_is_wrong_or_saves_nothing(rng, turned, n, options):
    options = {**WIDE, **options}
    if "model" in options:
        del options["hidden_units"], options["activation"]
    core.fit(*data(rng, n), **options)
    assert not turned


def test_turning_back_at_once_changes_nothing(rng):
    network = nn.Sequential(nn.Linear(50, 3), nn.Linear(3, 1))
    before = [value.clone() for value in network.parameters()]
    rows = Batch(torch.randn(5, 50), torch.randn(5, 1))
    output = network(rows.x)
    turned = wide.TurnedNetwork(network, network[0], [rows])
    torch.testing.assert_close(network(turned.batches[0].x).float(), output)
    turned.turn_back()
    for value, original in zip(network.parameters(), before):
        torch.testing.assert_close(value.data, original, rtol=1e-6, atol=1e-7)
