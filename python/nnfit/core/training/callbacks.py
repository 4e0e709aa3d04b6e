"""What watches a training run, and may end it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, Callable

import numpy as np
import torch

from ..ground.errors import NNFitError
from ..ground.processes import ALONE, Processes
from .run import Callback, Run

# What the user gives to be told of progress; see `Progress`.
Report = Callable[..., Any]


class Progress(Callback):
    """Calls the user back by the clock, so that its cost does not grow with the epochs.

    Parameters
    ----------
    report : callable or None
        Called as `report(epoch, epochs, train_loss, valid_loss)`. Where it returns False the
        user wants to stop (R can only catch an interrupt on its own side).
    processes : Processes, optional
        Which stop together, wherever the report has returned False.
    """

    FIRST = 0.2  # seconds; a fit quicker than this shows nothing
    EVERY = 0.1

    def __init__(self, report: Report | None, processes: Processes = ALONE):
        self.report, self.processes = report, processes
        self.due = time.monotonic() + self.FIRST

    def on_epoch(self, run: Run) -> None:
        if self.processes.any(self._is_refused(run)):
            raise KeyboardInterrupt

    def _is_refused(self, run: Run) -> bool:
        """Report, if it is time to; tell whether the user wants to stop."""
        if self.report is None or time.monotonic() < self.due:
            return False
        with torch.inference_mode(False):  # the user's function may need autograd
            going_on = self.report(run.history.rows, run.epochs, *run.history.last())
        self.due = time.monotonic() + self.EVERY
        return going_on is False


class Divergence(Callback):
    """Ends a fit whose training loss is not finite; refuses held-out rows whose first is not."""

    def on_epoch(self, run: Run) -> None:
        if run.history.rows == 1 and run.engine.validation is not None:
            _check_validation(run)
        broken = run.history.broken()
        if broken is not False:
            run.end("diverged", broken)


def _check_validation(run: Run) -> None:
    train, valid = (np.asarray(loss, dtype=float) for loss in run.history.last())
    if np.isfinite(train) and not np.isfinite(valid):
        raise NNFitError(
            "validation",
            "has a loss that is not finite with the initial values: it is too far from the rows "
            "to train on.",
            'Leave such rows out, or give dtype "float64".',
        )


class Convergence(Callback):
    """Ends a fit whose engine has nothing left to gain; of several, those that (R,) is true of.

    Several processes end together: on different processors their last digits may differ.
    """

    def __init__(self, converged: Callable[[], Any], processes: Processes = ALONE):
        self.converged, self.processes = converged, processes

    def on_epoch(self, run: Run) -> None:
        ended = self.converged()
        if run.history.several:
            run.end("converged", ended)
        elif self.processes.any(bool(ended)):
            run.end("converged")


class EarlyStop(Callback):
    """Ends a fit whose best epoch lies too far back, and brings the best epoch's values back.

    Parameters
    ----------
    values : list of Tensor
        What is trained, and the buffers beside it.
    patience : int
        Epochs without improvement after which to stop.

    Attributes
    ----------
    best_epoch : int
        From 1; 0: none yet.
    """

    def __init__(self, values: Sequence[torch.Tensor], patience: int | float):
        self.values, self.patience = list(values), patience
        self.present: list[torch.Tensor] = []
        self.best: list[torch.Tensor] = []
        self.best_loss: Any = math.inf
        self.best_epoch: Any = 0

    def on_start(self, run: Run) -> None:
        self.present = [value.detach().clone() for value in self.values]
        self.best = [value.detach().clone() for value in self.values]

    def on_epoch(self, run: Run) -> None:
        self._compare(run, run.history.rows, run.deciding())
        _copy(self.values, self.present)  # what the coming row describes

    def _compare(self, run: Run, epoch: int, loss: Any) -> None:
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = loss, epoch
            self.best, self.present = self.present, self.best
        if epoch - self.best_epoch >= self.patience:
            run.end("early")

    def on_end(self, run: Run, which: Any) -> None:
        if self.best_epoch:
            _copy(self.best, self.values)

    def state(self) -> dict[str, Any]:
        return {
            "present": [value.clone() for value in self.present],
            "best": [value.clone() for value in self.best],
            "best_loss": np.copy(self.best_loss), "best_epoch": np.copy(self.best_epoch),
        }  # fmt: skip

    def load(self, state: dict[str, Any]) -> None:
        _copy(state["present"], self.present)
        _copy(state["best"], self.best)
        self.best_loss, self.best_epoch = state["best_loss"].copy(), state["best_epoch"].copy()
        if self.best_epoch.ndim == 0:
            self.best_loss, self.best_epoch = float(self.best_loss), int(self.best_epoch)


class EarlyStopEach(EarlyStop):
    """The same for each of R fits that are trained at once: `values` are (R, ...).

    A class of its own because arrays would cost a single small fit: an epoch of 11 rows and 13
    units with validation took 1.4 times as long.

    Attributes
    ----------
    best_loss, best_epoch : array (R,)
    """

    def on_start(self, run: Run) -> None:
        super().on_start(run)
        self.best_loss = np.full(run.active.shape, math.inf)
        self.best_epoch = np.zeros(run.active.shape, dtype=int)

    def _compare(self, run: Run, epoch: int, loss: np.ndarray) -> None:
        better = run.active & (loss < self.best_loss)
        if better.any():
            for place, present in zip(self.best, self.present):
                _copy_rows(present, place, better)
            self.best_loss[better] = loss[better]
            self.best_epoch[better] = epoch
        run.end("early", epoch - self.best_epoch >= self.patience)

    def on_end(self, run: Run, which: Any) -> None:
        for place, best in zip(self.values, self.best):
            _copy_rows(best, place, which & (self.best_epoch > 0))


class KeepEnded(Callback):
    """Keeps what each of several fits ended with, while the others are still in training.

    Parameters
    ----------
    value : Tensor (R, P)
    """

    def __init__(self, value: torch.Tensor):
        self.value, self.kept = value, value.detach().clone()

    def on_end(self, run: Run, which: Any) -> None:
        _copy_rows(self.value, self.kept, which)
        if not run.going:
            _copy([self.kept], [self.value])

    def state(self) -> dict[str, Any]:
        return {"kept": self.kept.clone()}

    def load(self, state: dict[str, Any]) -> None:
        _copy([state["kept"]], [self.kept])


@torch.no_grad()
def _copy(source: Sequence[torch.Tensor], to: Sequence[torch.Tensor]) -> None:
    for value, place in zip(source, to):
        place.copy_(value)


@torch.no_grad()
def _copy_rows(source: torch.Tensor, to: torch.Tensor, which: np.ndarray) -> None:
    if which.any():
        rows = torch.from_numpy(np.flatnonzero(which)).to(to.device)
        to[rows] = source[rows]
