"""Replicas of a fit on resampled rows, and the intervals that they span."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from .bar import Bar
from .replicas import Replica, Task, train_all
from .resampling import replica_seeds, resample


def replicas_of(task: Task, rows: np.ndarray, number: int) -> list[Replica]:
    """Draw the rows of each replica: as many as there are, with replacement."""
    weights = task.table.weights
    replicas = []
    for seed in replica_seeds(task.spec.seed, number):
        counts = resample(seed, len(rows))
        drawn = rows[counts > 0]
        each = counts[counts > 0].astype(np.float64)
        replicas.append(Replica(seed, drawn, each if weights is None else each * weights[drawn]))
    return replicas


def bootstrap(task: Task, rows: np.ndarray, number: int, bar: Bar) -> dict[str, Any]:
    """Fit the model to resampled rows.

    Parameters
    ----------
    task : Task
    rows : int array
        The training rows, all of positive weight.
    number : int
        Replicas to make.
    bar : Bar

    Returns
    -------
    dict
        `kind`; `seeds` and, with a leading dimension for the replicas, `parameters`, `scaling`,
        `train_loss` and `valid_loss` of those that are of use; `asked`, `diverged` and
        `interrupted`: how many were wanted, and why there are fewer; `seconds`.
    """
    start = time.perf_counter()
    replicas = replicas_of(task, rows, number)
    results = train_all(task, replicas, bar)
    useful = [r for r, result in enumerate(results) if result["stopped"] != "diverged"]
    return {
        "kind": "bootstrap",
        "seeds": np.array([replicas[r].seed for r in useful], dtype=np.int32),
        **stacked([results[r] for r in useful]),
        "asked": number,
        "diverged": len(results) - len(useful),
        "interrupted": number - len(results),
        "seconds": time.perf_counter() - start,
    }


def stacked(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Stack what several fits have learned, with a leading dimension for the fits."""
    losses = [final_losses(result) for result in results]
    valid = [loss for _, loss in losses if loss is not None]
    return {
        "parameters": _stack([result["parameters"] for result in results]),
        "scaling": _stack([result["scaling"] for result in results if result["scaling"]]),
        "train_loss": np.array([loss for loss, _ in losses]),
        "valid_loss": np.array(valid) if valid else None,
    }


def _stack(values: Sequence[dict[str, Any]]) -> dict[str, np.ndarray] | None:
    if not values:
        return None
    return {name: np.stack([value[name] for value in values]) for name in values[0]}


def final_losses(result: dict[str, Any]) -> tuple[float, float | None]:
    """Give a fit's losses at its best epoch, or else in its last row."""
    row = (result["best_epoch"] or 0) - 1
    history = result["history"]
    valid = history["valid_loss"]
    return float(history["train_loss"][row]), None if valid is None else float(valid[row])
