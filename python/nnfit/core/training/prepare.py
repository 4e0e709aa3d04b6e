"""From the rows of a fit to what its training loop calls."""

from __future__ import annotations

from typing import Callable, NamedTuple

from torch import nn

from ..data import reduction as reduced
from ..data import scaling
from ..data.batches import to_batch
from ..data.scaling import Scaling
from ..data.table import Batch, Table
from ..engines import choose as engine
from ..engines import least_squares
from ..engines import span_of_rows as wide
from ..engines.choose import Engine
from ..engines.fused.step import FusedValidation
from ..engines.least_squares import Coefficients, SquaredErrors
from ..engines.span_of_rows import Turned
from ..model import loss as losses
from ..model.loss import Loss
from ..options.resolved import Resolved
from .loop import Value


class Prepared(NamedTuple):
    """What training works on, and with.

    `factor` turns its losses into the user's units. `condition` is the condition number of the
    standardised columns where it was looked at. `turned` holds the network's first layer in other
    coordinates while it is trained; None: it is in its own.
    """

    scaling: Scaling | None
    batch: Batch
    engine: Engine
    factor: float
    validation: Callable[[], Value] | None
    condition: float | None = None
    turned: Turned | None = None


def prepare(network: nn.Module, spec: Resolved, rows: Table, held_out: Table | None) -> Prepared:
    """Get ready to train `network` in place on `rows`."""
    if least_squares.applies(spec, rows):
        return _on_few_rows(network, spec, rows, held_out)
    return _on_all_rows(network, spec, rows, held_out)


def _on_all_rows(
    network: nn.Module, spec: Resolved, rows: Table, held_out: Table | None
) -> Prepared:
    scale = scaling_of(rows, spec)
    tables = [rows] if held_out is None else [rows, held_out]
    batches = [to_batch(table, scale, spec) for table in tables]
    turned = wide.turn(network, spec, batches)
    batch, *unseen = batches if turned is None else turned.batches
    loss = _loss(spec, scale, batch)
    chosen = engine.choose(network, spec, loss, batch)
    validation = None
    if unseen:
        validation = chosen.validation(_loss(spec, scale, unseen[0]), unseen[0])
    return Prepared(scale, batch, chosen, loss.factor, validation, turned=turned)


def scaling_of(table: Table, spec: Resolved) -> Scaling | None:
    """Measure what a fit to these rows subtracts and divides by; None: nothing."""
    if not spec.scale:
        return None
    y = table.y if losses.scales_outcome(spec) else None
    return scaling.measure(
        table.x, y, spec.n_outputs, spec.bias, losses.centres_outcome(spec), spec.family.heads
    )


def _loss(spec: Resolved, scale: Scaling | None, batch: Batch) -> Loss:
    loss = Loss(spec, scale.y_scale if scale else 1.0, batch.weights is not None)
    loss.criterion.to(batch.x.dtype)  # not that of `spec` where the rows have been turned
    return loss


def _on_few_rows(
    network: nn.Module, spec: Resolved, rows: Table, held_out: Table | None
) -> Prepared:
    triangle = reduced.reduce(rows)
    scale = reduced.scaling_of(triangle, rows, spec)
    at = Coefficients(network[0])
    batch = triangle.batch(scale, spec)
    validation = None
    if held_out is not None:
        unseen = reduced.reduce(held_out).batch(scale, spec)
        validation = FusedValidation(SquaredErrors(at, unseen, _terms(held_out, spec)))
    return Prepared(
        scale,
        batch,
        least_squares.engine(at, spec, batch, _terms(rows, spec)),
        Loss(spec, scale.y_scale if scale else 1.0).factor,
        validation,
        reduced.condition(triangle, spec.n_features, spec.bias),
    )


def _terms(rows: Table, spec: Resolved) -> float:
    """Count what a sum of squares is divided by."""
    if spec.reduction == "sum":
        return 1.0
    return float(len(rows.x) if rows.weights is None else rows.weights.sum()) * rows.y.shape[1]
