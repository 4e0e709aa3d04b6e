"""Rows in memory, as a source."""

from __future__ import annotations

from ..options.resolved import Resolved
from . import reduction
from .batches import Batches, to_batch
from .scaling import Scaling, measure
from .source import Source
from .table import Batch, Table
from .triangle import Triangle


class ArraySource:
    """Rows that are arrays; see `Source`.

    Parameters
    ----------
    table : Table
    spec : Resolved
    argument : str, optional
        The user's name for the rows, where they are not those to train on.
    """

    streamed = False

    def __init__(self, table: Table, spec: Resolved, argument: str | None = None):
        self.table, self.spec, self.argument = table, spec, argument
        self._triangle: Triangle | None = None

    @property
    def weighted(self) -> bool:
        return self.table.weights is not None

    @property
    def rows(self) -> int:
        return len(self.table.x)

    @property
    def weight(self) -> float:
        return float(self.rows if self.table.weights is None else self.table.weights.sum())

    @property
    def terms(self) -> float:
        return float(self.table.y.size)

    @property
    def full_batch(self) -> bool:
        return self.spec.batch_size is None or self.spec.batch_size >= self.rows

    @property
    def step_rows(self) -> int:
        return self.rows if self.full_batch else self.spec.batch_size or 0

    def sample(self) -> Table:
        return self.table

    def triangle(self) -> Triangle:
        if self._triangle is None:
            self._triangle = reduction.reduce(self.table)
        return self._triangle

    def scaling(self) -> Scaling | None:
        """Measure it; where a triangle was made already, without another pass over the rows."""
        if not self.spec.scale:
            return None
        if self._triangle is not None and not self.weighted:
            return reduction.scaling_of(self._triangle, self.rows, self.spec)
        spec = self.spec
        y = self.table.y if spec.scales_outcome else None
        return measure(
            self.table.x, y, spec.n_outputs, spec.bias, spec.centres_outcome, spec.family.heads
        )

    def whole(self, scaling: Scaling | None) -> Batch:
        return to_batch(self.table, scaling, self.spec, self.argument)

    def batches(self, scaling: Scaling | None) -> Batches:
        return Batches(self.whole(scaling), self.spec.batch_size)


class ReadyArrays(ArraySource):
    """Rows in memory of which tensors have been made already."""

    def __init__(self, source: Source, batch: Batch, scaling: Scaling | None):
        super().__init__(source.sample(), source.spec)
        self.batch, self.ready = batch, scaling

    def scaling(self) -> Scaling | None:
        return self.ready

    def whole(self, scaling: Scaling | None) -> Batch:
        return self.batch
