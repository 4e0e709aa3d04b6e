"""Every way to train, cut short again and again: what comes of it is what one run gives."""

import os

import numpy as np
import pytest
import torch
from resume import different, in_pieces
from torch import nn

from nnfit.core import Choice, Range, fit, fit_parquet, tune
from nnfit.core.data.censored import surv
from nnfit.core.options import catalog
from nnfit.core.repeats.cross_validation import cross_validate

generator = np.random.default_rng(1)
X = generator.normal(size=(60, 3))
Y = 2 * X[:, 0] + np.sin(2 * X[:, 1]) + 0.3 * generator.normal(size=60)
CLASSES = np.array(["a", "b", "c"])[
    np.digitize(X[:, 0] + 0.5 * generator.normal(size=60), [-0.4, 0.4])
]
COUNTS = generator.poisson(np.exp(0.3 * X[:, 0] + 0.5)).astype(float)
WIDE = generator.normal(size=(15, 80))
TIMES = surv(np.arange(60) % 3 > 0, generator.exponential(size=60))
SMALL = {"hidden_units": [4], "epochs": 9, "seed": 3}


class Noisy(nn.Module):
    """A module of one's own that draws, and has buffers."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.first, self.last = nn.Linear(3, 4), nn.Linear(4, 1)
        self.register_buffer("seen", torch.zeros(()))
        self.register_buffer("hidden", torch.zeros(()), persistent=False)

    def forward(self, x):
        if self.training:
            self.seen += 1
            self.hidden += 0.1
            x = x + 0.1 * torch.randn_like(x)
        return self.last(torch.tanh(self.first(x))) + 0.01 * self.hidden


def own_loss(prediction, truth):
    return torch.nn.functional.softplus(prediction - truth) + (prediction - truth).square()


FIRST_ORDER = [
    name
    for name in catalog.names("optimizer")
    if catalog.lookup("optimizer", name).torch is not None and name != "lbfgs"
]
CASES = {
    **{f"{name}, fused or torch's": (X, Y, {**SMALL, "optimizer": name}) for name in FIRST_ORDER},
    **{
        f"{name} in float64 by autograd": (
            X,
            Y,
            {**SMALL, "optimizer": name, "engine": "autograd", "dtype": "float64"},
        )
        for name in FIRST_ORDER
    },
    "mini-batches": (X, Y, {**SMALL, "epochs": 4, "batch_size": 16}),
    "mini-batches by autograd": (
        X,
        Y,
        {**SMALL, "epochs": 4, "batch_size": 16, "engine": "autograd"},
    ),
    "mini-batches, weights": (
        X,
        Y,
        {**SMALL, "epochs": 3, "batch_size": 25, "weights": 1 + X[:, 0] ** 2},
    ),
    "sums over mini-batches": (
        X,
        Y,
        {**SMALL, "epochs": 3, "batch_size": 25, "reduction": "sum", "learn_rate": 1e-4},
    ),
    "dropout": (X, Y, {**SMALL, "dropout": 0.3}),
    "dropout in mini-batches": (X, Y, {**SMALL, "epochs": 3, "dropout": 0.3, "batch_size": 20}),
    "without a seed": (X, Y, {**SMALL, "seed": None, "dropout": 0.2, "validation": 0.3}),
    "batch norm": (X, Y, {**SMALL, "norm": "batch_norm", "batch_size": 20, "epochs": 3}),
    "layer norm": (X, Y, {**SMALL, "norm": "layer_norm"}),
    "momentum": (X, Y, {**SMALL, "optimizer": ("sgd", {"nesterov": True}), "momentum": 0.9}),
    "penalty": (X, Y, {**SMALL, "optimizer": "adamw", "penalty": 0.1, "schedule": "cosine"}),
    "proximal": (
        X,
        Y,
        {**SMALL, "optimizer": "rmsprop", "momentum": 0.5, "penalty": 0.1, "mixture": 0.5},
    ),
    "proximal by autograd": (
        X,
        Y,
        {
            **SMALL,
            "optimizer": "sgd",
            "momentum": 0.5,
            "penalty": 0.1,
            "mixture": 0.5,
            "engine": "autograd",
        },
    ),
    "clipping": (X, Y, {**SMALL, "clip_norm": 0.1, "max_norm": 0.5, "optimizer": "adam"}),
    **{
        f"schedule {name}": (
            X,
            Y,
            {**SMALL, "schedule": name, "optimizer": "adam", "validation": 0.2},
        )
        for name in catalog.names("schedule")
    },
    "one cycle in mini-batches": (
        X,
        Y,
        {**SMALL, "epochs": 3, "schedule": "one_cycle", "batch_size": 16},
    ),
    "warm up": (X, Y, {**SMALL, "schedule": ("cosine", {"warm_up": 3})}),
    "early stopping": (
        X,
        Y,
        {
            **SMALL,
            "epochs": 60,
            "validation": 0.3,
            "stop_iter": 3,
            "learn_rate": 0.3,
            "optimizer": "adam",
        },
    ),
    "early stopping in mini-batches": (
        X,
        Y,
        {
            **SMALL,
            "epochs": 20,
            "validation": 0.3,
            "stop_iter": 2,
            "learn_rate": 0.3,
            "batch_size": 20,
        },
    ),
    "metrics": (
        X,
        Y,
        {
            **SMALL,
            "metrics": ["rmse", "rsq"],
            "monitor": "rmse",
            "stop_iter": 4,
            "validation": 0.2,
            "batch_size": 30,
        },
    ),
    "the best epoch": (X, Y, {"hidden_units": 4, "seed": 1, "validation": 0.3, "epochs": 30}),
    "a rate that is found": (X, Y, {**SMALL, "learn_rate": "find", "optimizer": "adam"}),
    "lbfgs": (X, Y, {**SMALL, "epochs": 25, "optimizer": "lbfgs"}),
    "lbfgs that forgets": (
        X,
        Y,
        {**SMALL, "epochs": 25, "optimizer": ("lbfgs", {"history_size": 3}), "penalty": 0.01},
    ),
    "lbfgs by autograd": (X, Y, {**SMALL, "optimizer": "lbfgs", "engine": "autograd"}),
    "torch's lbfgs": (X, Y, {**SMALL, "optimizer": ("lbfgs", {"max_iter": 5}), "dtype": "float64"}),
    "torch's lbfgs with dropout": (X, Y, {**SMALL, "optimizer": "lbfgs", "dropout": 0.2}),
    "orthant-wise": (X, Y, {"penalty": 0.1, "mixture": 0.8, "loss": "huber", "seed": 1}),
    "orthant-wise network": (
        X,
        Y,
        {**SMALL, "epochs": 25, "optimizer": "lbfgs", "penalty": 0.05, "mixture": 0.8},
    ),
    "levenberg-marquardt": (X, Y, {**SMALL, "epochs": 30, "optimizer": "levenberg_marquardt"}),
    "least squares": (X, Y, {"seed": 1}),
    "least squares by steps": (
        X,
        Y,
        {"seed": 1, "optimizer": "sgd", "epochs": 9, "learn_rate": 0.1},
    ),
    "lasso": (X, Y, {"seed": 1, "penalty": 0.2, "mixture": 1}),
    "fisher scoring": (
        X,
        COUNTS,
        {"loss": "poisson_nll", "optimizer": "fisher_scoring", "seed": 1},
    ),
    "counts under a link": (X, COUNTS, {"loss": ("poisson_nll", {"link": "sqrt"}), "seed": 1}),
    "counts by lbfgs": (X, COUNTS, {"loss": "poisson_nll", "seed": 1}),
    "interior point": (X, Y, {"loss": ("quantile", {"level": [0.2, 0.8]}), "seed": 1}),
    "interior point with a penalty": (X, Y, {"loss": "l1", "penalty": 0.1, "seed": 1}),
    "classes": (X, CLASSES, {**SMALL, "optimizer": "adam", "metrics": ["accuracy"]}),
    "newton's steps for classes": (X, CLASSES, {"optimizer": "fisher_scoring", "seed": 1}),
    "newton's steps for risks": (X, TIMES, {"optimizer": "fisher_scoring", "seed": 1}),
    "linear classes": (X, CLASSES, {"seed": 1}),
    "collinear, so on to the maximum": (
        np.column_stack([X, X[:, 0] + 1e-6 * X[:, 1]]),
        COUNTS,
        {"loss": "poisson_nll", "seed": 1},
    ),
    "censored times": (X, TIMES, {"seed": 1}),
    "a network of risks": (X, TIMES, {**SMALL, "optimizer": "adam"}),
    "more columns than rows": (
        WIDE,
        WIDE[:, 0],
        {"hidden_units": [3], "epochs": 40, "seed": 1, "optimizer": "lbfgs"},
    ),
    "more columns than rows by sgd": (
        WIDE,
        WIDE[:, 0],
        {"hidden_units": [8], "epochs": 60, "seed": 1, "optimizer": "sgd", "learn_rate": 0.01},
    ),
    "an own loss": (X, Y, {**SMALL, "loss": own_loss, "optimizer": "adam"}),
    "an own module": (X, Y[:, None], {"model": Noisy(), "epochs": 6, "batch_size": 25, "seed": 2}),
    "frozen": (X, Y, {**SMALL, "freeze": 1, "optimizer": "adam"}),
    "dead at first, so again": (
        X,
        Y,
        {"hidden_units": [1], "epochs": 5, "seed": 1, "optimizer": "sgd", "learn_rate": 5.0},
    ),
    "restarts side by side": (X, Y, {**SMALL, "restarts": 3, "optimizer": "adam"}),
    "restarts of Levenberg-Marquardt": (
        X,
        Y,
        {**SMALL, "restarts": 3, "optimizer": "levenberg_marquardt", "epochs": 6},
    ),
    "restarts in turn": (X, Y, {**SMALL, "restarts": 3, "dropout": 0.2, "epochs": 4}),
    "restarts that stop early": (
        X,
        Y,
        {
            **SMALL,
            "epochs": 40,
            "restarts": 3,
            "optimizer": "adam",
            "learn_rate": 0.3,
            "stop_iter": 2,
            "validation": 0.3,
        },
    ),
    "restarts on a schedule": (
        X,
        Y,
        {**SMALL, "restarts": 2, "optimizer": "adam", "schedule": "cosine"},
    ),
    "members": (X, Y, {**SMALL, "members": 2, "optimizer": "adam"}),
    "members in turn": (X, Y, {**SMALL, "members": 2, "optimizer": "lbfgs"}),
    "bootstrap side by side": (X, Y, {**SMALL, "bootstrap": 3, "optimizer": "adam"}),
    "bootstrap in turn": (X, Y, {**SMALL, "bootstrap": 3, "optimizer": "lbfgs", "epochs": 5}),
    "bootstrap of a linear model": (X, Y, {"seed": 1, "bootstrap": 4}),
    "a penalty that is chosen": (X, Y, {"hidden_units": 2, "seed": 1}),
    "a penalty for classes": (X, CLASSES, {"hidden_units": 2, "seed": 1}),
}


def call(x, y, options):
    torch.manual_seed(11)  # where there is no seed, torch's own generator goes on from here
    return fit(x, y, **options)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore")
def test_a_call_in_pieces_gives_what_one_gives(name, tmp_path, monkeypatch):
    x, y, options = CASES[name]
    whole = call(x, y, options)
    every = 1 if "penalty that" not in name and "penalty for" not in name else 3
    pieces, cuts = in_pieces(
        monkeypatch, lambda: call(x, y, {**options, "checkpoint": tmp_path}), every
    )
    assert cuts > 0 or name == "bootstrap of a linear model"
    assert different(whole, pieces) is None
    assert os.listdir(tmp_path) == []


FOLDS = {
    "side by side": {**SMALL, "optimizer": "adam"},
    "in turn": {**SMALL, "epochs": 4, "dropout": 0.2, "batch_size": 30},
    "without a seed": {**SMALL, "epochs": 4, "dropout": 0.2, "seed": None},
    "linear": {"seed": 1},
    "stopped by their folds": {
        **SMALL,
        "epochs": 40,
        "stop_iter": 2,
        "optimizer": "adam",
        "learn_rate": 0.2,
    },
    "a penalty for each": {"hidden_units": 2, "seed": 1},
}


SEARCHES = {
    "side by side": {"penalty": Range(), "learn_rate": Range()},
    "of two shapes": {"hidden_units": Choice(2, 4), "penalty": Range()},
    "in turn": {"batch_size": Choice(20, 30), "epochs": 3},
    "without a seed": {"penalty": Range(), "seed": None},
    "by halving": {"learn_rate": Range(), "method": "halving", "epochs": 9, "min_epochs": 1},
    "by halving in turn": {
        "learn_rate": Range(),
        "method": "halving",
        "epochs": 9,
        "min_epochs": 1,
        "batch_size": 30,
    },
    "held out once": {"penalty": Range(), "validation": 0.3, "stop_iter": 2, "learn_rate": 0.2},
    "by a metric": {"penalty": Range(), "metric": "rmse"},
}


@pytest.mark.parametrize("name", SEARCHES)
def test_searches_in_pieces_give_what_one_call_gives(name, tmp_path, monkeypatch):
    options = {**SMALL, "candidates": 9, **SEARCHES[name]}
    if "validation" not in options:
        options["folds"] = 2

    def searched(**more):
        torch.manual_seed(11)
        return tune(X, Y, **options, **more)

    every = 7 if "turn" in name else 2
    whole = searched()
    pieces, cuts = in_pieces(monkeypatch, lambda: searched(checkpoint=tmp_path), every)
    assert cuts > 0
    assert different(whole, pieces) is None
    assert os.listdir(tmp_path) == []


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Rows in a file of many row groups."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = str(tmp_path_factory.mktemp("rows") / "rows.parquet")
    table = pyarrow.table({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": Y})
    parquet.write_table(table, path, row_group_size=9)
    return path


FILES = {
    "shuffled, of which a part is in memory": {"batch_size": 8, "shuffle_buffer": 24},
    "shuffled, all in memory": {"batch_size": 8},
    "in file order": {"batch_size": 8, "shuffle": False},
    "held out, stopped early": {
        "batch_size": 8,
        "shuffle_buffer": 16,
        "validation": 0.3,
        "stop_iter": 2,
        "epochs": 9,
    },
    "one cycle": {"batch_size": 13, "shuffle_buffer": 26, "schedule": "one_cycle"},
    "by autograd": {"batch_size": 8, "shuffle_buffer": 24, "engine": "autograd"},
    "without a seed": {"batch_size": 8, "shuffle_buffer": 24, "seed": None},
    "all rows a step": {"dropout": 0},
    "all rows a step by lbfgs": {"dropout": 0, "optimizer": "lbfgs", "epochs": 9},
    "linear": {"dropout": 0, "hidden_units": []},
}


@pytest.mark.parametrize("name", FILES)
def test_files_in_pieces_give_what_one_call_gives(name, path, tmp_path, monkeypatch):
    def on_files(**more):
        torch.manual_seed(11)
        options = {"hidden_units": [4], "epochs": 3, "dropout": 0.2, "seed": 1}
        return fit_parquet(path, "y", ["a", "b", "c"], **{**options, **FILES[name], **more})

    whole = on_files()
    pieces, cuts = in_pieces(monkeypatch, lambda: on_files(checkpoint=tmp_path))
    assert cuts > (15 if "batch_size" in FILES[name] and "cycle" not in name else 0)
    assert different(whole, pieces) is None
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", FOLDS)
def test_folds_in_pieces_give_what_one_call_gives(name, tmp_path, monkeypatch):
    def folds(**more):
        torch.manual_seed(11)
        return cross_validate(X, Y, folds=3, repeats=2, **FOLDS[name], **more)

    every = 9 if "penalty" in name else 1
    whole = folds()
    pieces, cuts = in_pieces(monkeypatch, lambda: folds(checkpoint=tmp_path), every)
    assert cuts > 0
    assert different(whole, pieces) is None
    assert os.listdir(tmp_path) == []
