"""Metrics of every epoch, on the rows to train on and on those held out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.batches import to_inputs
from ..data.scaling import Beyond, Scaling
from ..data.table import Table
from ..engines.base import Job
from ..ground.errors import NNFitError
from ..model.metrics import measure
from ..model.predictions import link_from, link_of, of_classes, response_of
from ..options.metrics import metric_rows
from ..options.resolved import Resolved
from .run import Callback, Run


class Measured(NamedTuple):
    """Rows that are predicted in each epoch."""

    table: Table
    inputs: torch.Tensor
    y: np.ndarray
    weights: np.ndarray | None
    offset: np.ndarray | None


class Measures(Callback):
    """Measures the model before each epoch, as the losses in the same row do.

    In evaluation mode: without dropout. It costs a prediction of all rows. By the weights of the
    rows, without those of classes, which are of the loss alone.

    Parameters
    ----------
    job : Job
        Rows in memory.
    """

    def __init__(self, job: Job):
        self.job, self.spec = job, job.spec
        self.parts = {"train": _measured(job, job.rows.sample())}
        if job.held_out is not None:
            self.parts["valid"] = _measured(job, job.held_out.sample())
        names = self.spec.metrics
        self.found: dict[str, list[float]] = {
            f"{part}_{name}": [] for part in self.parts for name in names
        }

    def before_epoch(self, run: Run) -> None:
        was = self.job.network.training
        self.job.network.eval()
        for part, rows in self.parts.items():
            predicted = self._predict(rows)
            for name in self.spec.metrics:
                value = measure(name, rows.y, predicted, rows.weights)
                self.found[f"{part}_{name}"].append(value)
        self.job.network.train(was)
        if run.history.rows == 0:
            self._check()

    def _predict(self, rows: Measured) -> np.ndarray:
        with torch.no_grad():
            output = self.job.network(rows.inputs)
        link = link_from(output, self.spec, self.job.scaling, rows.offset)
        return _compared(link, self.spec)

    def _check(self) -> None:
        if self.spec.monitor is not None and math.isnan(self.deciding()):
            raise NNFitError(
                "monitor",
                f'is "{self.spec.monitor}", which is not defined on the rows that it is measured '
                "on.",
                "Hold out rows of each class, or name another.",
            )

    def deciding(self) -> float:
        """Give the latest value by which epochs are compared, of which less is better."""
        name = self.spec.monitor
        assert name is not None
        part = "valid" if "valid" in self.parts else "train"
        value = self.found[f"{part}_{name}"][-1]
        return -value if metric_rows()[name].maximize else value

    def columns(self, rows: int, fit: Any) -> dict[str, np.ndarray]:
        return {name: np.array(values[:rows]) for name, values in self.found.items()}

    def latest(self) -> dict[str, float]:
        return {name: values[-1] for name, values in self.found.items()}

    def state(self) -> dict[str, Any]:
        return {"found": {name: list(values) for name, values in self.found.items()}}

    def load(self, state: dict[str, Any]) -> None:
        self.found = {name: list(values) for name, values in state["found"].items()}


def measured(
    names: Sequence[str], network: nn.Module, spec: Resolved, scaling: Scaling | None, rows: Table
) -> list[float]:
    """Measure a trained network on rows that may be others; NaN: its reach ends before them."""
    y, weights, offset = _true(rows, spec)
    try:
        link = link_of(network, spec, scaling, rows.x, offset)
    except Beyond:
        return [math.nan] * len(names)
    predicted = _compared(link, spec)
    return [measure(name, y, predicted, weights) for name in names]


def _compared(link: np.ndarray, spec: Resolved) -> np.ndarray:
    """Give what is compared with the outcome: of classes a column for each."""
    response = response_of(link, spec)
    return of_classes(response) if spec.levels else response


def _true(rows: Table, spec: Resolved) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    """Give the outcome as it was given, and the weights and the offset that metrics go by.

    Of classes the outcome is their positions. Rows are as they came, or as `offset.settle()` has
    brought their offset into them.
    """
    weights = rows.weights if rows.own is None else rows.own
    if rows.given is not None:
        return rows.given, weights, rows.given - rows.y
    offset = None if rows.offset is None else rows.offset[:, : spec.n_outputs // len(spec.heads)]
    if not spec.levels:
        return rows.y, weights, offset
    return (rows.y if rows.y.ndim == 1 else rows.y[:, 0]).astype(int), weights, offset


def _measured(job: Job, table: Table) -> Measured:
    return Measured(table, to_inputs(table.x, job.scaling, job.spec), *_true(table, job.spec))
