"""Rows in memory, as a source."""

from __future__ import annotations

from ..ground.processes import ALONE, Processes
from ..options.resolved import Resolved
from . import reduction
from .aliases import suspected
from .aliases_at_risk import aliased_at_risk
from .batches import Batches, to_batch
from .codes import keep_codes
from .moments import mean_of
from .offset import starts_at_mean, with_middle, with_start
from .outcome import KINDS, outcomes_in
from .reduction import Look
from .scaling import Scaling, center_and_spread, constant, measure, rounding_of, without
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
    processes: Processes = ALONE

    def __init__(self, table: Table, spec: Resolved, argument: str | None = None):
        self.table, self.spec, self.argument = table, spec, argument
        self._triangle: Triangle | None = None
        self._look: Look | None = None

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
        return float(self.rows * outcomes_in(self.table.y, ("",), self.spec.family))

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

    def look(self) -> Look:
        if self._look is None:
            self._look = reduction.look_at(self.triangle(), self.rows, self.spec)
        return self._look

    def scaling(self) -> Scaling | None:
        spec = self.spec
        measured = keep_codes(self._measured() if spec.scale else self._as_given(), spec)
        if not reduction.may_alias(self.rows, spec):
            return measured
        if spec.family.joint:
            left_out = aliased_at_risk(self.table, measured)
            return without(measured, left_out, spec.n_outputs, spec.heads)
        if self._triangle is None and not suspected(self.table.x, spec.centres_inputs):
            return measured
        return without(measured, self.look().left_out, spec.n_outputs, spec.heads)

    def _as_given(self) -> Scaling | None:
        """Leave constant columns out; a module of the user's own gets the rows as they are."""
        spec, x = self.spec, self.table.x
        if spec.own_model:
            return None
        left_out = constant(*center_and_spread(x, spec.centres_inputs), rounding_of(x))
        return without(None, left_out, spec.n_outputs, spec.heads)

    def _measured(self) -> Scaling:
        """Measure it; where a triangle was made already, without another pass over the rows."""
        spec, (x, y, weights, offset, counts, *_) = self.spec, self.table
        if self._triangle is not None and not self.weighted:
            return reduction.scaling_of(self._triangle, self.rows, spec, rounding_of(x))
        of_y = y if spec.scales_outcome else None
        centres = spec.centres_inputs, spec.centres_outcome
        measured = measure(
            x, of_y, spec.n_outputs, *centres, spec.heads, spec.tuned, weights, counts
        )
        if starts_at_mean(spec):
            measured = with_start(measured, mean_of(y, weights), spec)
        return measured if offset is None else with_middle(measured, mean_of(offset, weights), spec)

    def whole(self, scaling: Scaling | None) -> Batch:
        check = KINDS[self.spec.family.outcome].check_part
        if check is not None:
            check(self.table.y, self.table.weights, self.argument or "y")
        return to_batch(self.table, scaling, self.spec, self.argument)

    def batches(self, scaling: Scaling | None, least: int = 1) -> Batches:
        return Batches(self.whole(scaling), self.spec.batch_size, least)


class ReadyArrays(ArraySource):
    """Rows in memory of which tensors have been made already."""

    def __init__(self, source: Source, batch: Batch, scaling: Scaling | None):
        super().__init__(source.sample(), source.spec)
        self.batch, self.ready = batch, scaling

    def scaling(self) -> Scaling | None:
        return self.ready

    def whole(self, scaling: Scaling | None) -> Batch:
        return self.batch
