"""Fits on files by several processes, for tests: `torchrun together.py FOLDER` does them all.

One start takes seconds, so that one does many fits; what they gave is in FOLDER/found.pickle.
"""

import os
import pickle
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nnfit.core.files import design_of, fit_design
from nnfit.core.ground.errors import NNFitError
from nnfit.core.ground.processes import ALONE, joined_by_torchrun

COLUMNS = ["a", "b", "c", "g"]
NET = {"hidden_units": [8], "epochs": 3, "batch_size": 64, "seed": 1}


class Own(nn.Module):
    """A module with a layer that takes no part, and one that is used twice."""

    def __init__(self):
        super().__init__()
        self.first, self.twice, self.last = nn.Linear(5, 4), nn.Linear(4, 4), nn.Linear(4, 1)
        self.unused = nn.Linear(2, 2)

    def forward(self, x):
        x = torch.tanh(self.twice(torch.tanh(self.twice(torch.tanh(self.first(x))))))
        return self.last(x)


def own_module():
    """Make it, the same each time."""
    torch.manual_seed(5)
    return Own()


OWN = {"model": own_module, "batch_size": 64, "seed": 1}

# name: what the design is made of, options, and how near losses and parameters are to one process's
CASES = {
    "linear": ({}, {}, 1e-13),
    "weighted": ({"weights": "w"}, {}, 1e-13),
    "two outcomes": ({"outcome": ["y", "k"]}, {}, 1e-13),
    "poisson": ({"outcome": "k"}, {"loss": "poisson_nll"}, 1e-10),
    "poisson offset": ({"outcome": "k", "offset": "o"}, {"loss": "poisson_nll"}, 1e-10),
    "classes": ({"outcome": "g", "columns": ["a", "b"]}, {}, 1e-8),
    "lbfgs": ({}, {"hidden_units": [4], "epochs": 15, "optimizer": "lbfgs", "dtype": "float64",
                   "seed": 1}, 1e-10),
    "whole": ({}, {**NET, "batch_size": None, "epochs": 10, "dtype": "float64"}, 1e-10),
    "whole autograd": ({}, {**NET, "batch_size": None, "dtype": "float64", "engine": "autograd"},
                       1e-10),
    "batches": ({}, NET, 1e-4),
    "sum": ({}, {**NET, "reduction": "sum", "learn_rate": 1e-4}, 1e-4),
    "stopped": ({"weights": "w"}, {**NET, "validation": 0.2, "stop_iter": 2, "epochs": 12}, 1e-4),
    "unshuffled": ({}, {**NET, "shuffle": False}, 1e-4),
    "buffer": ({}, {**NET, "shuffle_buffer": 200}, 1e-4),
    "offset": ({"offset": "o"}, NET, 1e-4),
    "autograd": ({}, {**NET, "engine": "autograd", "penalty": 0.01}, 1e-4),
    "own module": ({}, {**OWN, "epochs": 3}, 1e-4),
    "own sum": ({}, {**OWN, "epochs": 3, "reduction": "sum", "learn_rate": 1e-4}, 1e-4),
    "shared out": ({}, {**OWN, "epochs": 3, "validation": 0.2, "penalty": 0.01, "clip_norm": 1.0,
                        "fully_shard": True}, 1e-4),
    "embed": ({"embed": {"g": 2}}, NET, 1e-4),
    "dropout": ({}, {**NET, "dropout": 0.4}, None),
    "dropout again": ({}, {**NET, "dropout": 0.4}, None),
    "whole dropout": ({}, {**NET, "batch_size": None, "dropout": 0.4, "hidden_units": [64]}, None),
}  # fmt: skip
REFUSED = {
    "norm": {**NET, "norm": "batch_norm"},
    "penalty": {**NET, "penalty": -1.0},
    "batch_size": {**OWN, "fully_shard": True, "batch_size": None},
    "mixture": {**OWN, "fully_shard": True, "penalty": 0.1, "mixture": 1.0},
}


def rows(n=700):
    """Make columns with all that the cases need."""
    rng = np.random.default_rng(2)
    a, b, c = rng.normal(size=(3, n))
    g = np.where(a + rng.normal(size=n) > 0.3, "v", np.where(b > 0, "u", "w"))
    return {
        "a": a, "b": b, "c": c, "g": g, "y": np.sin(a) + 0.5 * b + 0.1 * rng.normal(size=n),
        "k": rng.poisson(np.exp(0.3 * a)).astype(float), "o": 0.1 * rng.normal(size=n),
        "w": rng.integers(0, 3, n).astype(float),
    }  # fmt: skip


def fitted(path, name, processes=ALONE):
    """Do a case."""
    made, options, _ = CASES[name]
    given = {"outcome": "y", "columns": COLUMNS, "weights": None, "offset": None, "embed": None}
    design, embedded = design_of(path, *{**given, **made}.values())
    # a job always has a seed: processes that draw each their own would begin apart
    options = _made({"seed": 1, **options})
    return fit_design(path, design, embed=tuple(embedded), processes=processes, **options)


def _made(options):
    """Make the module that options ask for."""
    model = options.get("model")
    return {**options, "model": None if model is None else model()}


def refused(path, name, processes=ALONE):
    """Give what is said where a case is refused."""
    design, _ = design_of(path, "y", COLUMNS)
    try:
        fit_design(path, design, processes=processes, **_made(REFUSED[name]))
    except NNFitError as error:
        return error.args
    return None


def main(folder):
    """Do all cases, as one of several processes."""
    path = str(Path(folder, "rows.parquet"))
    with joined_by_torchrun() as processes:
        found = {}
        for name in CASES:
            fit = fitted(path, name, processes)
            same = [one == pickle.dumps(fit["parameters"]) for one in
                    processes.gather(pickle.dumps(fit["parameters"]))]  # fmt: skip
            found[name] = {**fit, "same": all(same), "size": processes.size}
        said = {name: refused(path, name, processes) for name in REFUSED}
        if processes.rank == 0:
            Path(folder, "found.pickle").write_bytes(pickle.dumps((found, said)))


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stderr.flush()
    os._exit(0)  # as `nnfit.train` does, which says why
