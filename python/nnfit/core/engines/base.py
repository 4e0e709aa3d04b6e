"""What engines have in common: what they are given, what they give, and the step from one to next.

**Where a gradient becomes an update.** Whoever wants to do something in between has these places
for it (several processes add up their gradients within the programs of steps: `engines.shared`):

- `Step.__call__` below, between `gradient()` and `update()`;
- `SecondOrderStep.evaluate`, for optimizers that look at several places before they move
  (Levenberg-Marquardt has derivatives of every residual beside that, in `_normal`);
- `stacked_lbfgs.StackedLBFGS._look`, where all of several fits look at their next places, and
  `stacked_levenberg_marquardt.StackedLevenbergMarquardt._look` and its `_normal`;
- `least_squares.SolveStep`, which solves for the step where the curvature is known;
- `interior_point.Central.iterate`, which solves for the step of each output by itself;
- `autograd.AutogradStep._search`, where torch's own L-BFGS asks for the objective again;
- `fused.step.ReplayedStep`, which on a GPU records gradient and update as one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, Union

import numpy as np
import torch
from torch import nn

from ..data.offset import usual_predictor
from ..data.scaling import Scaling
from ..data.source import Batches, Source
from ..data.table import Batch
from ..model.loss import Loss
from ..model.start import Start
from ..model.user_loss import UserLoss, unit_of
from ..options.resolved import Resolved

# A loss as it is passed around: a float on the CPU; on an accelerator a 0-dimensional tensor
# there, because fetching it would make every step wait for the device. Of several fits at once, an
# array with one loss for each.
Value = Union[float, torch.Tensor, np.ndarray]

Seen = TypeVar("Seen")  # what is seen of some rows

# A step that is written out is a list of these. Each writes into tensors that exist already; what
# it returns is not looked at.
Op = Callable[[], Any]


def value_of(loss: torch.Tensor) -> Value:
    """Fetch a loss where that is free."""
    return loss.item() if loss.device.type == "cpu" else loss.detach()


def fill(place: torch.Tensor, values: Any) -> None:
    """Put numbers that came from a fit, perhaps by way of R, into a tensor."""
    numbers = np.array(values, dtype=np.float64).reshape(tuple(place.shape))
    place.copy_(torch.from_numpy(numbers))


def mass_of(batch: Batch) -> Value:
    """Tell what a batch counts in the loss of its epoch: its rows, or their weight."""
    return len(batch.x) if batch.weights is None else value_of(batch.weights.sum())


def is_broken(value: Value) -> bool:
    """Tell whether a loss is known not to be finite; on an accelerator it is not known here."""
    return isinstance(value, float) and not math.isfinite(value)


class DoesNotApply(Exception):
    """Says why an engine can not train a fit."""


@dataclass(eq=False)
class Job:
    """A fit that is to be trained: what engines decide by, and work on.

    Parameters
    ----------
    network : nn.Module
        In training mode; trained in place.
    spec : Resolved
    rows : Source
        To train on.
    held_out : Source, optional
        To validate on.
    dtype : torch.dtype, optional
        Of the rows' tensors, where it is not that of `spec`.
    start : Start, optional
        An earlier fit, from which the network has its initial values: what scaling it had.
    fully_shard : bool
        Whether several processes share out the parameters too.
    watch : any, optional
        What the training loop calls on the way, see `training.watched`; engines leave it alone.
    """

    network: nn.Module
    spec: Resolved
    rows: Source
    held_out: Source | None = None
    dtype: torch.dtype | None = None
    start: Start | None = None
    fully_shard: bool = False
    watch: Any = None

    @cached_property
    def scaling(self) -> Scaling | None:
        """What is subtracted from the rows, and what they are divided by; None: nothing."""
        return self.rows.scaling() if self.start is None else self.start.scaling

    def chunks(self) -> Iterator[Batch]:
        """Yield the rows to train on as tensors, all at once where they are in memory.

        Of several processes each has its own: `over_rows()` and `any_rows()` are for all.
        """
        whole = self.rows.whole(self.scaling)
        yield from (whole if self.rows.streamed else [whole])

    def over_rows(self, look: Callable[[Batch], Seen], join: Callable[[Seen, Seen], Seen]) -> Seen:
        """Look at all rows, chunk by chunk, and join two by two what is seen.

        Several processes come to the same, each from its own rows.
        """
        own: Seen | None = None
        for batch in self.chunks():
            seen = look(batch)
            own = seen if own is None else join(own, seen)
        return self.rows.processes.joined(own, join)

    def any_rows(self, holds: Callable[[Batch], bool]) -> bool:
        """Tell whether something holds for any chunk of the rows."""
        return self.rows.processes.any(any(holds(batch) for batch in self.chunks()))

    def loss(self, source: Source) -> Loss:
        """Make the loss for the rows of a source."""
        if self.spec.family.own:
            return UserLoss(self.spec, self.scaling, source.weighted, self._unit)
        y_scale = self.scaling.y_scale if self.scaling else 1.0
        usual = usual_predictor(self.scaling, self.spec)
        loss = Loss(self.spec, y_scale, source.weighted, usual)
        if self.dtype is not None:
            loss.criterion.to(self.dtype)
        return loss

    @cached_property
    def _unit(self) -> float:
        return unit_of(self.spec, self.scaling, self.rows.sample())

    @property
    def terms(self) -> float:
        """How many terms the loss adds up, each counted by its weight; 1 for a mean."""
        if self.spec.reduction == "mean":
            return 1.0
        return self.rows.terms * (self.rows.weight / self.rows.rows)


class Memory(Protocol):
    """What an optimizer remembers from step to step, as numbers and arrays."""

    def state(self) -> dict[str, Any]: ...

    def load(self, state: Mapping[str, Any]) -> None: ...


class Engine(NamedTuple):
    """What the training loop calls.

    Parameters
    ----------
    name : str
        The engine's own, as a user may ask for it.
    step : callable
        From a batch to the loss before the update that it makes.
    batches : Batches
    factor : float or array (R,)
        What turns losses into the user's units.
    validation : callable, optional
        Gives the loss on the held-out rows.
    converged : callable, optional
        Tells whether the last step found nothing left to gain.
    finish : callable, optional
        What is to be done when training is over.
    condition : float, optional
        The condition number of the standardised columns, where it was looked at.
    bare : bool
        Whether it works without autograd's bookkeeping.
    set_rate : callable, optional
        Gives it another step size; there where the spec has a schedule.
    memory : step, optional
        What remembers something from step to step: its `state()` gives it, `load()` goes on.
    mass : callable
        Tells what the batch that the last step was on counts in the loss of its epoch.
    within : memory, optional
        Likewise all that a run needs, beside the network's values, to go on as if it had not been
        cut short: exactly, where `memory` is what another fit may begin with.
    """

    name: str
    step: Callable[[Any], Value]
    batches: Batches
    factor: float | np.ndarray
    validation: Callable[[], Value] | None = None
    converged: Callable[[], Any] | None = None
    finish: Callable[[], None] | None = None
    condition: float | None = None
    bare: bool = False
    set_rate: Callable[[float], Any] | None = None
    memory: Memory | None = None
    within: Memory | None = None
    mass: Callable[[Batch], Value] = mass_of


Work = TypeVar("Work")  # what is to be trained: a Job, or several fits at once
Made = TypeVar("Made")  # the engine that trains it


@dataclass(frozen=True)
class EngineKind(Generic[Work, Made]):
    """A kind of engine, as it is listed to be chosen from.

    Parameters
    ----------
    name : str
    check : callable
        Raises `DoesNotApply` where such an engine can not do the work; touches nothing.
    make : callable
        Makes the engine for some work. What is found out only on the way raises `DoesNotApply`
        too, and leaves the network's values as they were.
    also : tuple of str
        Further names by which it may be asked for.
    """

    name: str
    check: Callable[[Work], None]
    make: Callable[[Work], Made]
    also: tuple[str, ...] = ()


class Step:
    """One update from one batch."""

    def gradient(self, batch: Batch) -> Value:
        """Compute the loss and, where it is finite, the gradient."""
        raise NotImplementedError

    def update(self) -> None:
        """Move the parameters along the gradient."""
        raise NotImplementedError

    def __call__(self, batch: Batch) -> Value:
        """Update the model; give back the loss before the update.

        A loss that is not finite updates nothing, so that the last good parameters stay. (Not so
        on an accelerator, where it is noticed only later.)
        """
        value = self.gradient(batch)
        if not is_broken(value):
            self.update()
        return value


class Program(Protocol):
    """Loss and gradient of some rows at the present parameters, as two lists of operations.

    Attributes
    ----------
    forward, backward : list of Op
        `forward` writes `loss`, then `backward` the gradient.
    loss : Tensor
    recordable : bool
        Whether all that happens are operations on tensors that stay where they are.
    """

    @property
    def forward(self) -> list[Op]: ...

    @property
    def backward(self) -> list[Op]: ...

    @property
    def loss(self) -> torch.Tensor: ...

    @property
    def recordable(self) -> bool: ...
