"""What optimizers have in common that try several places before they move to one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch

from ..data.table import Batch
from ..options.resolved import Resolved
from .base import Program
from .flat import Flat


class HasLoss(Protocol):
    """What is known of a place in the space of the parameters, at the least."""

    @property
    def loss(self) -> float: ...

    def __iter__(self) -> Iterator[Any]: ...


Known = TypeVar("Known", bound=HasLoss)  # what an optimizer knows of a place
Terms = TypeVar("Terms", float, np.ndarray)


class SecondOrderStep(Generic[Known]):
    """One iteration a call; `converged()` tells when there is nothing left to gain.

    An optimizer defines two methods. `_look_here()` evaluates the parameters that it starts from.
    `_iterate()` moves on, and writes where it has come to: the parameters into `position`, what
    is known of that place into `here`, and whether it is the end into `done`. What else changes
    from one to the next it names in `CHANGING`, or hands on in its own `state()` and `load()`.

    Parameters
    ----------
    program : Program
        Of all rows.
    flat : Flat
        The parameters it works on.
    flatness : float
        A gradient without larger element is flat.
    """

    KNOWN: Callable[..., Known]  # the type of `here`, a named tuple of numbers and arrays
    CHANGING: tuple[str, ...] = ()  # attributes that an optimizer changes beside those of all

    def __init__(self, program: Program, flat: Flat, flatness: float):
        self.program, self.flat, self.flatness = program, flat, flatness
        self.ops = program.forward + program.backward
        self.position = as_float64(flat.value)
        self.here: Known  # from the first call on
        self.started = False
        self.done = False

    def __call__(self, batch: Batch) -> float:
        """Do an iteration; give back the loss before it, without penalty."""
        if not self.started:
            self.here, self.started = self._look_here(), True
        loss = self.here.loss
        if math.isfinite(loss):
            try:
                self._iterate()
            except KeyboardInterrupt:
                self._put(self.position)  # not that of a trial
                raise
        return loss

    def _look_here(self) -> Known:
        raise NotImplementedError

    def _iterate(self) -> None:
        raise NotImplementedError

    def converged(self) -> bool:
        """Tell whether the last iteration found nothing left to gain."""
        return self.done

    def state(self) -> dict[str, Any]:
        """Give all that an iteration goes by, beside the network's values."""
        here = tuple(self.here) if self.started else None
        return {"here": here, **{name: getattr(self, name) for name in self._names()}}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        for name in self._names():
            setattr(self, name, state[name])
        if self.started:
            self.here = self.KNOWN(*state["here"])

    def _names(self) -> tuple[str, ...]:
        return ("position", "started", "done", *self.CHANGING)

    def evaluate(self, place: np.ndarray) -> float:
        """Compute loss and gradient at a place; give the loss.

        Whoever wants to do something between gradient and update does it at the end of this.
        """
        self._put(place)
        for op in self.ops:
            op()
        return self.program.loss.item()

    def _put(self, place: np.ndarray) -> None:
        self.flat.value.copy_(torch.from_numpy(place).to(self.flat.value.dtype))


def flatness(spec: Resolved, terms: Terms) -> Terms:
    """Give the largest element of a gradient that counts as flat.

    Parameters
    ----------
    spec : Resolved
    terms : float, or array (R,) of several fits
        How many terms the loss adds up, 1 for a mean.
    """
    return torch.finfo(spec.torch_dtype).eps ** 0.8 * terms


def as_float64(tensor: torch.Tensor) -> np.ndarray:
    """Copy a tensor into an array of float64."""
    return tensor.cpu().numpy().astype(np.float64)
