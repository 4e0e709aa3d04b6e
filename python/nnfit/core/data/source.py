"""What training asks of the rows, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from ..ground.processes import Processes
from ..options.resolved import Resolved
from .place import Place
from .reduction import Look
from .scaling import Scaling
from .table import Batch, Table
from .triangle import Triangle


class Batches(Protocol):
    """The rows of an epoch, as tensors.

    Attributes
    ----------
    size : int or None
        Rows of a batch; None: all rows are one step, and what the step is given is `rows`.
    rows : Batch or iterable of Batch
        All rows, in memory; or what reads them, chunk by chunk.
    """

    @property
    def size(self) -> int | None: ...

    @property
    def rows(self) -> Any: ...

    def __iter__(self) -> Iterator[Batch]:
        """Yield each row once; a batch is good until the next one."""

    def noting(self, place: Place | None) -> Iterator[Batch]:
        """Yield the same; what orders are drawn from is noted in a place, or is from there."""


class Source(Protocol):
    """Rows to train on, or to validate on, before they are scaled.

    Attributes
    ----------
    spec : Resolved
    streamed : bool
        Whether they are read anew in each epoch, unless a buffer holds them all.
    weighted : bool
        Whether each row counts by a weight of its own.
    rows : int
    weight : float
        The sum of the weights; without weights the number of rows.
    terms : float
        How many losses are added up for all rows: one for each value of the outcome.
    full_batch : bool
        Whether all rows are one step.
    step_rows : int
        Rows that are worked on at once.
    processes : Processes
        Who share the rows: each has some of those that are read. What is measured, reduced or
        counted is of all.
    """

    streamed: bool
    spec: Resolved

    @property
    def processes(self) -> Processes: ...

    @property
    def weighted(self) -> bool: ...

    @property
    def rows(self) -> int: ...

    @property
    def weight(self) -> float: ...

    @property
    def terms(self) -> float: ...

    @property
    def full_batch(self) -> bool: ...

    @property
    def step_rows(self) -> int: ...

    def sample(self) -> Table:
        """Give some rows, or all, to try a model on."""

    def scaling(self) -> Scaling | None:
        """Measure what a fit to these rows subtracts and divides by; None: nothing.

        What it leaves out takes no part: constant columns and, in a linear model, aliased ones.
        """

    def triangle(self) -> Triangle:
        """Reduce the rows to a few that have the same sum of squared errors."""

    def look(self) -> Look:
        """Look at the columns of a linear model, by that reduction."""

    def whole(self, scaling: Scaling | None) -> Any:
        """Make tensors of all rows, scaled: one batch, or what reads them as batches, in order."""

    def batches(self, scaling: Scaling | None, least: int = 1) -> Batches:
        """Make the batches of an epoch, scaled; what has fewer rows than `least` joins another."""
