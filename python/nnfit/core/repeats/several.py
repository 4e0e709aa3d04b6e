"""A fit that takes several: restarts, or a bootstrap beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import nn

from ..ground.errors import NNFitError
from ..model import network as models
from ..options.checks import check
from ..training.fitting import train_network
from .bar import Bar, Report
from .bootstrap import bootstrap
from .replicas import Task
from .restarts import best_of


class Numbers:
    """How many fits are wanted beside the one.

    Raises
    ------
    NNFitError
        If they are not numbers, or do not go together.
    """

    def __init__(self, bootstrap: Any, restarts: Any):
        self.bootstrap = check("bootstrap", bootstrap)
        self.restarts = check("restarts", restarts)
        if self.bootstrap and self.restarts > 1:
            raise NNFitError(
                "restarts",
                "does not go with `bootstrap`: replicates start once each.",
                "Choose one of the two.",
            )

    def __bool__(self) -> bool:
        """Tell whether there is anything to do beside one fit."""
        return self.bootstrap > 0 or self.restarts > 1


def train(
    network: nn.Module, task: Task, rows: np.ndarray | None, numbers: Numbers, report: Report | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train `network` in place, and what is wanted beside it: as `train_network()`."""
    bar = Bar(report, numbers.restarts + numbers.bootstrap, task.spec.epochs)
    known = np.arange(len(task.table.x)) if rows is None else rows
    if numbers.restarts > 1:
        result = best_of(task, known, numbers.restarts, bar)
        models.load(network, result["parameters"]).to(task.spec.torch_device)
        return result, result.pop("used")
    table = task.table.take(rows)
    result, used = train_network(network, task.spec, table, task.held_out, bar.part())
    if result["stopped"] not in ("diverged", "interrupted"):
        bar.advance(result)
        result["replicates"] = bootstrap(task, known, numbers.bootstrap, bar)
    return result, used
