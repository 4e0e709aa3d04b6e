"""Calls of many fits, shared by several processes: `torchrun sharing.py FOLDER` makes them all.

One start takes seconds, so that one makes many calls; what they gave is in FOLDER/found.pickle.
"""

import os
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nnfit.core import Choice, Range, cross_validate, fit, tune
from nnfit.core.ground.processes import ALONE, joined_by_torchrun

draw = np.random.default_rng(4)
X = draw.normal(size=(90, 3))
Y = X[:, 0] + np.sin(2 * X[:, 1]) + 0.3 * draw.normal(size=90)
LABELS = np.where(X[:, 0] + draw.normal(size=90) > 0, "u", "v")
WEIGHTS = draw.integers(0, 3, 90).astype(float)
NET = {"hidden_units": 3, "epochs": 12, "dtype": "float64", "seed": 3}
PENALTIES = {"penalty": Range(), "learn_rate": Range()}


def own_module():
    """Make a module of a user's own, the same each time."""
    torch.manual_seed(5)
    return nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1)).double()


# Stacks of other sizes sum up in another order: in float64 that is the last digits of what Adam's
# few steps come to; float32 has seven digits, and the path of penalties hundreds of steps.
WIDE, SINGLE = 1e-9, 2e-4
CASES = {
    "folds": (lambda **how: cross_validate(X, Y, folds=7, **NET, **how), WIDE),
    "folds of a linear model": (
        lambda **how: cross_validate(X, Y, folds=5, weights=WEIGHTS, seed=1, **how), 1e-10,
    ),
    "two folds": (lambda **how: cross_validate(X, Y, folds=2, **NET, **how), WIDE),
    "folds of classes": (
        lambda **how: cross_validate(X, LABELS, folds=4, metrics=["accuracy", "roc_auc"],
                                     stop_iter=3, **NET, **how), WIDE,
    ),
    "folds in float32": (
        lambda **how: cross_validate(X, Y, folds=5, hidden_units=3, epochs=12, seed=3, **how),
        SINGLE,
    ),
    "folds that choose their penalty": (
        lambda **how: cross_validate(X, Y, folds=4, hidden_units=2, seed=1, **how), 0.02,
    ),
    "folds of members": (
        lambda **how: cross_validate(X, Y, folds=4, members=2, repeats=2, **NET, **how), WIDE,
    ),
    "folds of a module": (
        lambda **how: cross_validate(X, Y, folds=4, model=MODULE, epochs=5, seed=1, **how), SINGLE,
    ),
    "batches": (
        lambda **how: cross_validate(X, Y, folds=4, batch_size=16, dropout=0.2, **NET, **how),
        WIDE,
    ),
    "search": (lambda **how: tune(X, Y, folds=3, candidates=7, **PENALTIES, **NET, **how), WIDE),
    "search of several shapes": (
        lambda **how: tune(X, Y, folds=2, method="grid", select="one_std_err",
                           **{**NET, "hidden_units": Choice(2, 4, (3, 2)),
                              "penalty": Choice(0.01, 0.1)}, **how), WIDE,
    ),
    "halving": (
        lambda **how: tune(X, Y, folds=3, candidates=9, method="halving", min_epochs=2,
                           **PENALTIES, **{**NET, "epochs": 18}, **how), WIDE,
    ),
    "halving in batches": (
        lambda **how: tune(X, Y, validation=0.3, candidates=9, method="halving", batch_size=20,
                           **PENALTIES, **NET, **how), WIDE,
    ),
    "search that chooses penalties": (
        lambda **how: tune(X, Y, folds=2, hidden_units=Choice(1, 2), seed=1, **how), 0.02,
    ),
    "one candidate": (
        lambda **how: tune(X, Y, folds=2, penalty=Choice(0.1), metric="rmse", **NET, **how), WIDE,
    ),
    "replicates": (
        lambda **how: fit(X, Y, weights=WEIGHTS, bootstrap=8, validation=0.2, **NET, **how), WIDE,
    ),
    "replicates of a linear model": (lambda **how: fit(X, Y, bootstrap=5, seed=1, **how), 1e-10),
    "replicates of one that diverges": (
        lambda **how: fit(X, Y, bootstrap=3, **{**NET, "optimizer": "sgd", "learn_rate": 1e9,
                                                "scale": False}, **how), WIDE,
    ),
    "restarts": (lambda **how: fit(X, Y, restarts=5, validation=0.3, **NET, **how), WIDE),
    "restarts at any cost side by side": (
        lambda **how: fit(X, Y, restarts=3, engine="stacked", **NET, **how), WIDE,
    ),
    "members": (lambda **how: fit(X, LABELS, members=5, **NET, **how), WIDE),
}  # fmt: skip
MODULE = own_module()


def entries(value):
    """Give what a value is made of, by name; None: it is one."""
    if isinstance(value, Mapping):
        return {name: value[name] for name in value}
    if isinstance(value, (list, tuple)):
        return dict(enumerate(value))
    return None


APART = ("seconds",)  # what differs from one call to the next


def assert_alike(one, other, near, name=""):
    """Hold two results to each other: names, types, shapes; numbers so near."""
    assert type(one) is type(other), name
    mine, theirs = entries(one), entries(other)
    if mine is not None:
        assert list(mine) == list(theirs), name
        for part, value in mine.items():
            if part in APART:
                assert type(value) is type(theirs[part]), f"{name}/{part}"
            else:
                assert_alike(value, theirs[part], near, f"{name}/{part}")
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (other.dtype, other.shape), name
        if one.dtype.kind == "f":
            scale = np.nanmax(np.abs(other), initial=0, where=np.isfinite(other))
            np.testing.assert_allclose(one, other, rtol=near, atol=near * scale, err_msg=name)
        else:
            np.testing.assert_array_equal(one, other, err_msg=name)
    elif isinstance(one, float):
        np.testing.assert_allclose(one, other, rtol=near, err_msg=name)
    else:
        assert one == other, name


def main(folder):
    """Make all calls, as one of several processes."""
    with joined_by_torchrun() as processes:
        found = {name: call(processes=processes) for name, (call, _) in CASES.items()}
        sizes = processes.gather(processes.size)
        if processes.rank == 0:
            Path(folder, "found.pickle").write_bytes(pickle.dumps((found, sizes)))
    return ALONE


if __name__ == "__main__":
    # what is pickled is of the module that a test imports
    import sharing

    sharing.main(sys.argv[1])
    sys.stderr.flush()
    os._exit(0)  # as `nnfit.train` does, which says why
