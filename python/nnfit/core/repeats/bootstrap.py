"""Replicas of a fit on resampled rows, and the intervals that they span."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..model.folding import unscaled
from ..options.resolved import Resolved
from ..training.trained import Trained
from .progress import SharedProgress
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


def bootstrap(
    task: Task, rows: np.ndarray, number: int, progress: SharedProgress
) -> dict[str, Any]:
    """Fit the model to resampled rows.

    Parameters
    ----------
    task : Task
    rows : int array
        The training rows, all of positive weight.
    number : int
        Replicas to make.
    progress : SharedProgress

    Returns
    -------
    dict
        `kind`; `seeds` and, with a leading dimension for the replicas, `parameters`, `scaling`,
        `unscaled` (of linear models), `train_loss` and `valid_loss` of those that are of use;
        `asked`, `diverged` and `interrupted`: how many were wanted, and why there are fewer;
        `dead`: how many of those that are there have learned nothing; `engine`; `seconds`.
    """
    start = time.perf_counter()
    replicas = replicas_of(task, rows, number)
    done = train_all(task, replicas, progress)
    useful = [r for r, trained in enumerate(done) if trained.stopped != "diverged"]
    return {
        "kind": "bootstrap",
        "seeds": np.array([replicas[r].seed for r in useful], dtype=np.int32),
        **stacked([done[r] for r in useful], task.spec),
        "asked": number,
        "diverged": len(done) - len(useful),
        "dead": sum(done[r].learned_nothing for r in useful),
        "interrupted": number - len(done),
        "engine": done[0].engine if done else None,
        "seconds": time.perf_counter() - start,
    }


def stacked(done: Sequence[Trained], spec: Resolved) -> dict[str, Any]:
    """Stack what several fits have learned, with a leading dimension for the fits."""
    losses = [trained.final_losses for trained in done]
    valid = [loss for _, loss in losses if loss is not None]
    return {
        "parameters": _stack([trained.parameters for trained in done]),
        "unscaled": _stack(
            [
                unscaled(trained.parameters, trained.scaling, spec) or {}
                for trained in done
                if spec.linear  # a network's weights say nothing one by one
            ]
        ),
        "scaling": _stack([trained.scaling.plain() for trained in done if trained.scaling]),
        "train_loss": np.array([loss for loss, _ in losses]),
        "valid_loss": np.array(valid) if valid else None,
    }


def _stack(values: Sequence[dict[str, Any]]) -> dict[str, np.ndarray] | None:
    if not values or not values[0]:
        return None
    return {name: np.stack([value[name] for value in values]) for name in values[0]}
