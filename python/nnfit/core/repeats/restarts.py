"""The best of several fits from different initial values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from torch import nn

from ..ground.errors import NNFitError
from ..options.catalog import differs
from ..options.resolved import Resolved
from ..training.trained import Trained
from .progress import SharedProgress
from .replicas import Task, from_other_values, train_all


def best_of(
    task: Task, rows: np.ndarray, number: int, progress: SharedProgress
) -> tuple[Trained, dict[str, Any]]:
    """Fit the same rows from several initial values.

    The first fit has the task's own seed. All have the same rows held out, so that their
    validation losses can be compared; without validation the training losses are.

    Returns
    -------
    Trained
        The best. `interrupted`: it is the best of fewer than were asked for, or was cut short.
    dict
        `seeds`, `train_loss`, `valid_loss`, `stopped` of all, and which is the `best`, from 0.

    Raises
    ------
    KeyboardInterrupt
        If none had an epoch done when the user interrupted.
    """
    replicas = from_other_values(task, rows, number)
    made = train_all(task, replicas, progress)
    done = list(made.fits.values())
    if not done:
        raise KeyboardInterrupt
    losses = [trained.final_losses for trained in done]
    decisive = [_finite(train if valid is None else valid) for train, valid in losses]
    best = int(np.argmin(decisive))
    tried = {
        "seeds": [replicas[place].seed for place in made.fits],
        "train_loss": np.array([train for train, _ in losses]),
        "valid_loss": None if losses[0][1] is None else np.array([valid for _, valid in losses]),
        "stopped": [trained.stopped for trained in done],
        "best": best,
    }
    seconds = sum(trained.seconds for trained in done)
    return done[best]._replace(seconds=seconds, interrupted=made.interrupted), tried


def check_restarts(spec: Resolved, model: nn.Module | None) -> None:
    """Refuse restarts that would all begin with the same values."""
    if model is not None:
        raise NNFitError(
            "restarts",
            "draws new initial values, and your own module brings its own.",
            "Fit several modules, and keep the best.",
        )
    if not differs(spec.init):
        raise NNFitError(
            "restarts",
            "draws new initial values, and those of `init` are the same each time.",
            "Leave one of the two out.",
        )


def _finite(loss: float) -> float:
    return loss if math.isfinite(loss) else math.inf
