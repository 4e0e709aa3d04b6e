"""The training loop: fit -> epoch -> step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from ..data.batches import Batches
from ..data.table import Batch
from ..engines.autograd import Validation
from ..engines.base import Value, is_broken, value_of
from ..engines.optimizers import Convergence
from .history import History, Progress


class EarlyStop:
    """Remembers the best epoch, and tells when it lies too far back.

    Parameters
    ----------
    model : nn.Module
    patience : int
        Epochs without improvement after which to stop.
    """

    def __init__(self, model: nn.Module, patience: int):
        self.state = list(model.state_dict().values())
        self.patience = patience
        self.present = [value.clone() for value in self.state]
        self.best = [value.clone() for value in self.state]
        self.best_loss = math.inf
        self.best_epoch: int | None = None

    def remember(self) -> None:
        """Note the state that the coming row of the history describes."""
        _copy(self.state, self.present)

    def exhausted(self, epoch: int, loss: Value) -> bool:
        """Compare an epoch (1-based) with the best so far."""
        loss = float(loss)  # an accelerator is waited for here: the state is kept now or never
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = loss, epoch
            self.best, self.present = self.present, self.best
        return epoch - (self.best_epoch or 0) >= self.patience

    def restore(self) -> None:
        """Put the best state back."""
        if self.best_epoch is not None:
            _copy(self.best, self.state)


@torch.no_grad()
def _copy(source: list[torch.Tensor], to: list[torch.Tensor]) -> None:
    for value, place in zip(source, to):
        place.copy_(value)


@dataclass
class Run:
    """Everything one training run needs.

    `step` maps a batch to the loss before the update it makes. `total` says that the losses of
    batches add up, where otherwise they are averaged by rows or weights.
    """

    step: Callable[[Batch], Value]
    batches: Batches
    epochs: int
    history: History
    progress: Progress
    total: bool = False
    validation: Validation | None = None
    early_stop: EarlyStop | None = None
    converged: Convergence | None = None


def train(run: Run) -> str:
    """Run epochs until there is a reason to stop.

    Returns
    -------
    str
        "epochs", "converged", "early", "diverged" or "interrupted".

    Raises
    ------
    KeyboardInterrupt
        If the user interrupts before an epoch is done: there is nothing to give back.
    """
    reason = None
    try:
        while reason is None:
            reason = train_epoch(run)
    except KeyboardInterrupt:
        if run.history.rows == 0:
            raise
        reason = "interrupted"
    if run.early_stop is not None:
        run.early_stop.restore()
    return reason


def train_epoch(run: Run) -> str | None:
    """Run one epoch and write its row.

    Returns
    -------
    str or None
        Why training ends with this epoch; None: it goes on.
    """
    history = run.history
    losses: list[Any] = [] if run.validation is None else [run.validation()]
    if run.early_stop is not None:
        run.early_stop.remember()
    losses.insert(0, train_batches(run))
    history.add(*losses)
    run.progress(history)
    if history.diverged():
        return "diverged"
    if run.early_stop is not None and run.early_stop.exhausted(history.rows, losses[-1]):
        return "early"
    if run.converged is not None and run.converged():
        return "converged"
    return "epochs" if history.rows == run.epochs else None


def train_batches(run: Run) -> Value:
    """Step through an epoch's batches; give back their loss together, each before its update."""
    if run.batches.size is None:
        return run.step(run.batches.rows)
    total, mass = 0.0, 0.0
    for batch in run.batches:
        loss = run.step(batch)
        weights = batch.weights
        size = len(batch.x) if weights is None else value_of(weights.sum())
        size = 1.0 if run.total else size
        total, mass = total + loss * size, mass + size
        if is_broken(loss):
            break
    return total if run.total else total / mass
