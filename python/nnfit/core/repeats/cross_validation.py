"""k-fold cross-validation: every row is predicted by fits that have not seen it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Callable

import numpy as np
from torch import nn

from ..data.scaling import Scaling
from ..data.table import Table
from ..ground import seed
from ..ground.errors import NNFitError
from ..model import network as models
from ..model.predictions import link_of, response_of
from ..options.asked import Asked
from ..options.checks import check, check_row
from ..options.resolved import Resolved
from ..options.table import Bound, rows
from ..training.fitting import make_network, read, resolve
from .bar import Bar
from .bootstrap import final_losses
from .replicas import Replica, Task, train_all
from .resampling import deal, replica_seeds


def cross_validate(
    x: Any,
    y: Any,
    *,
    folds: Any = 10,
    repeats: int = 1,
    weights: Any = None,
    model: nn.Module | None = None,
    progress: Callable[..., Any] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Fit a model to all rows but a fold's, for each fold, and validate it on that fold.

    Parameters
    ----------
    x, y, weights, model, progress, options
        As for `fit()`. The seed governs the folds and each fit's initial values.
    folds : int or int array (n,), default 10
        Their number, dealt at random; or the fold of each row.
    repeats : int, default 1
        How often to deal anew.

    Returns
    -------
    dict
        A fit is one fold of one repeat; fits are ordered by repeat, then fold. Of each fit:
        `seeds`, `train_loss`, `valid_loss` (at its best epoch, else in its last row), `stopped`,
        `best_epoch` (0: none) and `history`. Of the rows: `folds` (n, repeats), from 0, and
        `predicted` (n, outputs, repeats), on the scale of the response. `options`, `seconds`.

    Raises
    ------
    NNFitError
        Naming the argument that cannot work.
    KeyboardInterrupt
        If the user interrupts: a part of the folds is no answer.
    """
    start = time.perf_counter()
    asked = Asked.of(options, own_model=model is not None)
    check("progress", progress)
    table, asked = read(x, y, weights, asked)
    with seed.seeded(asked.seed, asked.torch_device):
        spec = resolve(model, table, asked)
        network = make_network(model, table, spec)
        seeds = replica_seeds(spec.seed, check("repeats", repeats))
    dealt = _deal(folds, len(table.x), seeds)
    replicas = [
        replica
        for fold, fold_seed in zip(dealt, seeds)
        for replica in _replicas(table, fold, fold_seed)
    ]
    bar = Bar(progress, len(replicas), spec.epochs)
    results = train_all(Task(table, spec, model), replicas, bar)
    if len(results) < len(replicas):
        raise KeyboardInterrupt
    return {
        "folds": dealt.T.copy(),
        "seeds": [replica.seed for replica in replicas],
        **_of_fits(results),
        "predicted": _predicted(network, spec, table, dealt, results),
        "options": {**spec.plain(), "engine": results[0]["used"]["engine"]},
        "seconds": time.perf_counter() - start,
    }


def _of_fits(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    losses = [final_losses(result) for result in results]
    return {
        "train_loss": np.array([train for train, _ in losses]),
        "valid_loss": np.array([valid for _, valid in losses]),
        "stopped": [result["stopped"] for result in results],
        "best_epoch": [result["best_epoch"] or 0 for result in results],
        "history": [result["history"] for result in results],
    }


def _deal(folds: Any, n: int, seeds: Sequence[int]) -> np.ndarray:
    """Give each row's fold, from 0, in each repeat: (repeats, n)."""
    given = np.asarray(folds)
    if given.ndim == 0:
        row = rows()["folds"]._replace(most=Bound(n, f"{n} (the number of rows)"))
        number = check_row(row, folds)
        return np.stack([deal(seed, n, number) for seed in seeds])
    if given.shape != (n,):
        raise NNFitError("folds", f"has shape {given.shape} for {n} rows.")
    if len(seeds) > 1:
        raise NNFitError("repeats", "must be 1 where the folds are given.")
    if any(one is None or one != one for one in given.tolist()):
        raise NNFitError("folds", "has missing values.", "Name the fold of every row.")
    labels, fold = np.unique(given, return_inverse=True)
    if len(labels) < 2:
        raise NNFitError("folds", "holds a single fold.", "Two are needed.")
    return fold[None]


def _replicas(table: Table, fold: np.ndarray, fold_seed: int) -> list[Replica]:
    """Make the fits of one repeat: rows of weight zero are validated on, but never trained on."""
    weights = np.ones(len(fold)) if table.weights is None else table.weights
    replicas = []
    for k, replica_seed in enumerate(replica_seeds(fold_seed, int(fold.max()) + 1)):
        rows = np.flatnonzero((fold != k) & (weights > 0))
        if len(rows) == 0:
            raise NNFitError("folds", f"leaves no rows of positive weight outside fold {k + 1}.")
        if not weights[fold == k].any():
            raise NNFitError(
                "folds",
                f"has only rows of weight zero in fold {k + 1}.",
                "Make fewer folds, or leave those rows out.",
            )
        each = None if table.weights is None else weights[rows]
        replicas.append(Replica(replica_seed, rows, each, np.flatnonzero(fold == k)))
    return replicas


def _predicted(
    network: nn.Module,
    spec: Resolved,
    table: Table,
    dealt: np.ndarray,
    results: Sequence[dict[str, Any]],
) -> np.ndarray:
    """Predict each row by the fit that has not seen it: (n, outputs, repeats)."""
    predicted = np.empty((len(table.x), spec.n_outputs, len(dealt)))
    fits = iter(results)
    for repeat, fold in enumerate(dealt):
        for k, result in zip(range(int(fold.max()) + 1), fits):
            models.load(network, result["parameters"]).to(spec.torch_device)
            rows = fold == k
            link = link_of(network, spec, Scaling.of_fit(result["scaling"]), table.x[rows])
            predicted[rows, :, repeat] = response_of(link, spec)
    return predicted
