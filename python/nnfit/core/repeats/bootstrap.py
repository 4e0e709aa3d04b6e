"""Replicas of a fit on resampled rows, and the intervals that they span."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..data.scaling import Scaling, identity
from ..ground.interrupts import despite_interrupt
from ..model.folding import unscaled
from ..options.resolved import Resolved
from ..training.trained import Trained
from .progress import SharedProgress
from .replicas import Replica, Task, train_all
from .resampling import replica_seeds, resample


def replicas_of(task: Task, rows: np.ndarray, number: int) -> list[Replica]:
    """Draw the rows of each replica: as many as there are, with replacement."""
    weights, own = task.table.weights, task.table.own
    replicas = []
    for seed in replica_seeds(task.spec.seed, number):
        counts = resample(seed, len(rows))
        drawn = rows[counts > 0]
        each = counts[counts > 0].astype(np.float64)
        weighed, counted = (each if one is None else each * one[drawn] for one in (weights, own))
        replicas.append(Replica(seed, drawn, weighed, counts=None if own is None else counted))
    return replicas


def bootstrap(
    task: Task, rows: np.ndarray, number: int, progress: SharedProgress
) -> tuple[dict[str, Any], bool]:
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
    bool
        Whether the user interrupted.
    """
    start = time.perf_counter()
    replicas = replicas_of(task, rows, number)
    made = train_all(task, replicas, progress)

    def gather() -> dict[str, Any]:
        ended = made.ended
        useful = {r: one for r, one in ended.items() if one.stopped != "diverged"}
        return {
            "kind": "bootstrap",
            "seeds": np.array([replicas[r].seed for r in useful], dtype=np.int32),
            **stacked(list(useful.values()), task.spec),
            "asked": number,
            "diverged": len(ended) - len(useful),
            "dead": sum(one.learned_nothing for one in useful.values()),
            "interrupted": number - len(ended),
            "engine": made.engine,
            "seconds": time.perf_counter() - start,
        }

    gathered, again = despite_interrupt(gather)
    return gathered, made.interrupted or again


def no_replicates(spec: Resolved, number: int, interrupted: bool) -> dict[str, Any]:
    """Say the same where the fit itself was interrupted or diverged, so that none was begun."""
    return {
        "kind": "bootstrap",
        "seeds": np.array([], dtype=np.int32),
        **stacked([], spec),
        "asked": number,
        "diverged": 0,
        "dead": 0,
        "interrupted": number if interrupted else 0,
        "engine": None,
        "seconds": 0.0,
    }


def stacked(done: Sequence[Trained], spec: Resolved) -> dict[str, Any]:
    """Stack what several fits have learned, with a leading dimension for the fits."""
    done = [
        trained._replace(scaling=scaling) for trained, scaling in zip(done, _scalings(done, spec))
    ]
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


def _scalings(done: Sequence[Trained], spec: Resolved) -> list[Scaling | None]:
    """Give the scaling of each, or of none; where only some leave columns out, all have one."""
    if not any(trained.scaling for trained in done):
        return [None for _ in done]
    nothing = identity(spec.n_features, spec.n_outputs, spec.heads)
    return [trained.scaling or nothing for trained in done]


def _stack(values: Sequence[dict[str, Any]]) -> dict[str, np.ndarray] | None:
    if not values or not values[0]:
        return None
    return {name: np.stack([value[name] for value in values]) for name in values[0]}
