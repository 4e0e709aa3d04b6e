"""A training run: what it works with, how far it is, and what is called on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..data.place import Place
from ..engines.base import Engine, Value
from .history import History


class Callback:
    """What is called on the way; this one does nothing.

    To end a run, or some of several fits that are trained at once, it calls `run.end()`.
    """

    def on_start(self, run: Run) -> None:
        """Look at a run before its first epoch."""

    def before_epoch(self, run: Run) -> None:
        """Look at the model whose losses the coming row has."""

    def on_epoch(self, run: Run) -> None:
        """Look at the epoch just done: its row is the last of `run.history`."""

    def on_end(self, run: Run, which: Any) -> None:
        """Look at a fit that has just ended; `which`: True or, of several, (R,) those that have."""

    def latest(self) -> dict[str, float]:
        """Give what stands in the last row beside the losses."""
        return {}

    def columns(self, rows: int, fit: Any) -> dict[str, np.ndarray]:
        """Give what stands beside the losses of the first rows, of one of several fits."""
        return {}

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint keeps: numbers and tensors by name."""
        return {}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state()` gave; called after `on_start`."""


class Cut:
    """An epoch of several batches that is not done yet.

    Parameters
    ----------
    valid : float or array
        Its loss in validation, which comes before its batches; without validation anything.

    Attributes
    ----------
    place : Place
        Among its batches.
    total, mass : float
        Of those that are done: the sum of their losses, each times what it counts, and of that.
    """

    def __init__(self, valid: Value):
        self.valid = valid
        self.place = Place()
        self.total: Value = 0.0
        self.mass: Value = 0.0

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        numbers = {"valid": self.valid, "total": self.total, "mass": self.mass}
        return {**numbers, "place": self.place.state()}

    @classmethod
    def of(cls, state: dict[str, Any]) -> Cut:
        """Make one of what `state()` gave."""
        cut = cls(state["valid"])
        cut.place = Place(**state["place"])
        cut.total, cut.mass = state["total"], state["mass"]
        return cut


class Run:
    """One training run.

    Parameters
    ----------
    engine : Engine
    epochs : int
        At most.
    history : History
    callbacks : sequence of Callback
        Called in this order; once a fit is ended by one, those behind it are not asked about it.
    total : bool, default False
        Whether the losses of batches add up, where otherwise they are averaged by rows or weights.
    judge : callable, optional
        Gives that by which epochs are compared; by default the loss in validation, or else in
        training.

    Attributes
    ----------
    going : bool
        Whether any fit is still in training.
    active : bool or array (R,) of bool
        Which are.
    stopped : str or None, or array (R,) of these
        Why each ended; None while it has not.
    rows : int or array (R,) of int
        Epochs that each ran.
    interrupted : bool
        Whether the user interrupted, even if all epochs were done by then.
    cut : Cut or None
        An epoch with which to go on.
    between : callable or None
        Is given how far an epoch is, after each of its batches but the last.
    """

    def __init__(
        self,
        engine: Engine,
        epochs: int,
        history: History,
        callbacks: Sequence[Callback] = (),
        total: bool = False,
        judge: Callable[[], Any] | None = None,
    ):
        self.engine, self.epochs, self.history = engine, epochs, history
        self.callbacks, self.total = callbacks, total
        self.deciding = judge or history.deciding
        own = [one for one in callbacks if type(one).before_epoch is not Callback.before_epoch]
        self.before_epoch = own  # most have nothing to do there, and a small fit is soon done
        self.going = True
        self.active: Any = True
        self.stopped: Any = None
        self.rows: Any = 0
        self.interrupted = False
        self.cut: Cut | None = None
        self.between: Callable[[Cut], None] | None = None
        if history.several:
            shape = np.shape(history.factor)
            self.active = np.ones(shape, dtype=bool)
            self.stopped = np.empty(shape, dtype=object)
            self.rows = np.zeros(shape, dtype=int)

    def end(self, reason: str, which: Any = True) -> None:
        """End the fit, or those of several that are chosen and have not ended.

        Parameters
        ----------
        reason : str
            "epochs", "converged", "early", "callback", "diverged" or "interrupted".
        which : bool or array (R,) of bool, default True
        """
        if not self.going:
            return
        if self.history.several:
            self._end_some(reason, self.active & which)
        else:  # an array would cost a small fit more than all of this
            self.active, self.stopped, self.rows = False, reason, self.history.rows
            self._tell(True)

    def _end_some(self, reason: str, ending: np.ndarray) -> None:
        if ending.any():
            self.stopped[ending] = reason
            self.rows[ending] = self.history.rows
            self.active &= ~ending
            self._tell(ending)

    def _tell(self, ended: Any) -> None:
        self.going = self.active.any() if self.history.several else False
        for callback in self.callbacks:
            callback.on_end(self, ended)

    def result(self, fit: Any = (), rows: int | None = None) -> dict[str, np.ndarray | None]:
        """Give the finished history of the fit, or of one of several, as `History.result` does."""
        losses = self.history.result(fit, rows)
        train = losses["train_loss"]
        assert train is not None  # only validation may be missing
        columns = {}
        for callback in self.callbacks:
            columns.update(callback.columns(len(train), fit))
        return {**losses, **columns}

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint keeps, beside parameters and what the optimizer remembers."""
        how_far = {"active": self.active, "stopped": self.stopped, "rows": self.rows}
        if self.history.several:
            how_far = {name: np.copy(value) for name, value in how_far.items()}
        states = [one.state() for one in self.callbacks]
        return {"history": self.history.state(), **how_far, "callbacks": states}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state()` gave; the callbacks are the same, and have been started."""
        self.history.load(state["history"])
        how_far = [state[name] for name in ("active", "stopped", "rows")]
        if self.history.several:
            how_far = [value.copy() for value in how_far]
        self.active, self.stopped, self.rows = how_far
        self.going = bool(np.any(self.active))
        for callback, its in zip(self.callbacks, state["callbacks"]):
            callback.load(its)
