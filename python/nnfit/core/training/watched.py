"""A function of the user's own that is called while a fit is trained, and may end it."""

from __future__ import annotations

import time
from typing import Any

import torch

from ..ground.errors import NNFitError
from ..options.watch import Watch
from .run import Callback, Run

STOP, INTERRUPT = False, "interrupt"  # what the function may give; all else: go on
OFTEN = 0.1  # seconds between calls, where it is called by the clock


class Watched(Callback):
    """Calls the user's function; where it gives False, training ends.

    Parameters
    ----------
    watch : Watch
    """

    def __init__(self, watch: Watch):
        self.watch = watch
        self.start = self.due = time.monotonic()

    def on_epoch(self, run: Run) -> None:
        if not self._is_due(run):
            return
        said = self._call(self._state(run))
        self.due = time.monotonic() + OFTEN
        if isinstance(said, str) and said == INTERRUPT:
            raise KeyboardInterrupt
        if said is STOP:
            run.end("callback")

    def _call(self, state: dict[str, Any]) -> Any:
        try:
            with torch.inference_mode(False):  # the user's function may need autograd
                return self.watch.function(state)
        except Exception as error:
            raise NNFitError(
                "callback", f"failed at epoch {state['epoch']}: {type(error).__name__}: {error}"
            ) from error

    def _is_due(self, run: Run) -> bool:
        if self.watch.every is None:
            return time.monotonic() >= self.due
        return run.history.rows % self.watch.every == 0

    def _state(self, run: Run) -> dict[str, Any]:
        train, valid = run.history.last()
        state: dict[str, Any] = {
            "epoch": run.history.rows,
            "epochs": run.epochs,
            "train_loss": train,
            "valid_loss": valid,
        }
        for callback in run.callbacks:
            state.update(callback.latest())
        return {**state, "seconds": time.monotonic() - self.start}
