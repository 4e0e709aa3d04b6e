"""Putting together the training run of a stream: what `api` does for arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from torch import nn

from ..data import reduction as reduced
from ..data import scaling
from ..data.batches import Batches
from ..data.scaling import Scaling
from ..data.stream import MiniBatches, Rows, Stream, Summary, Whole
from ..data.triangle import Triangle
from ..engines import choose as engine
from ..engines import least_squares
from ..engines.choose import Engine
from ..engines.fused.step import FusedValidation
from ..engines.least_squares import Coefficients, SquaredErrors
from ..engines.stream_step import Share, StreamProgram, StreamStep, StreamValidation
from ..ground.errors import NNFitError
from ..model.loss import Loss, centres_outcome, scales_outcome
from ..options.resolved import Resolved
from . import loop as train
from .history import History, Progress


class Prepared(NamedTuple):
    """A run that is ready to train, and what was found out on the way."""

    run: train.Run
    scaling: Scaling | None
    rows: list[int]  # in training and, where there are any, in validation
    used: dict[str, Any]  # how, as `fit()` says it among the options


class Parts(NamedTuple):
    """What of a run depends on how the rows come."""

    engine: Engine
    batches: Any
    validation: Callable[[], train.Value] | None


def prepare(
    network: nn.Module,
    sides: Sequence[Rows],
    buffer: int,
    progress: Callable[..., Any] | None,
) -> Prepared:
    """Read the rows once, for scaling, and make the run that trains `network` in place.

    Parameters
    ----------
    network : nn.Module
        In training mode.
    sides : list of Rows
        Those to train on and, if there are any, those to validate on.
    buffer : int
        Rows of the shuffle buffer; 0: mini-batches come in file order.
    progress : callable or None
    """
    spec = sides[0].spec
    known = [_read(rows, _reducible(rows)) for rows in sides]
    scale = _scaling(known[0], spec)
    y_scale = scale.y_scale if scale else 1.0
    loss_of = [Loss(spec, y_scale, rows.design.weights is not None) for rows in sides]
    if known[0].triangle:
        parts = _on_few_rows(network, spec, scale, known)
    else:
        streams = [Stream(rows, scale) for rows in sides]
        parts = _on_streams(network, spec, loss_of, known, streams, buffer)
    validated = len(sides) > 1
    run = train.Run(
        step=parts.engine.step,
        batches=parts.batches,
        epochs=spec.epochs,
        history=History(spec.epochs, spec.torch_device, loss_of[0].factor, validated),
        progress=Progress(progress, spec.epochs),
        total=spec.reduction == "sum",
        validation=parts.validation,
        early_stop=None if spec.stop_iter == math.inf else train.EarlyStop(network, spec.stop_iter),
        converged=parts.engine.converged,
    )
    used = {"engine": parts.engine.name, "condition": _condition(known[0], spec)}
    return Prepared(run, scale, [side.rows for side in known], used)


def _reducible(rows: Rows) -> bool:
    spec = rows.spec
    first = next(rows.tables(), None)
    return first is not None and spec.batch_size is None and least_squares.applies(spec, first)


def _read(rows: Rows, reducible: bool) -> Summary:
    known = Summary(Triangle() if reducible else None)
    for table in rows.tables():
        known.add(table)
    if known.rows == 0:
        raise NNFitError("validation", "leaves one side without rows.", "Choose another share.")
    return known


def _scaling(known: Summary, spec: Resolved) -> Scaling | None:
    if not spec.scale:
        return None
    y = known.y.spread(centres_outcome(spec)) if scales_outcome(spec) else None
    x = known.x.spread(spec.bias)
    return scaling.from_spreads(x, y, spec.n_outputs, spec.family.heads)


def _condition(known: Summary, spec: Resolved) -> float | None:
    return known.triangle and reduced.condition(known.triangle, spec.n_features, spec.bias)


def _total(known: Summary, spec: Resolved) -> float | None:
    """Give the number or weight of all rows that a mean is taken over; None for a sum."""
    return known.weight if spec.reduction == "mean" else None


def _terms(known: Summary, spec: Resolved) -> float:
    """Count what a sum of squares is divided by."""
    return known.weight * spec.n_outputs if spec.reduction == "mean" else 1.0


def _on_few_rows(
    network: nn.Module, spec: Resolved, scale: Scaling | None, known: Sequence[Summary]
) -> Parts:
    """Train a linear model on the few rows that have the squared error of all."""
    at = Coefficients(network[0])
    batches = [side.triangle.batch(scale, spec) for side in known]
    terms = [_terms(side, spec) for side in known]
    chosen = least_squares.engine(at, spec, batches[0], terms[0])
    validation = FusedValidation(SquaredErrors(at, batches[1], terms[1])) if known[1:] else None
    return Parts(chosen, Batches(batches[0], None), validation)


def _on_streams(
    network: nn.Module,
    spec: Resolved,
    loss_of: Sequence[Loss],
    known: Sequence[Summary],
    streams: Sequence[Stream],
    buffer: int,
) -> Parts:
    """Train by reading the rows in every epoch."""
    count = known[0].rows
    loss = loss_of[0]
    shares = [Share(_total(side, spec)) for side in known]
    validation = None
    if streams[1:]:
        validation = StreamValidation(network, loss_of[1], streams[1], shares[1])
    first = next(streams[0].batches())
    if spec.batch_size is not None and spec.batch_size < count:
        chosen = engine.choose(network, spec, loss, first)
        return Parts(chosen, MiniBatches(streams[0], spec.batch_size, buffer, count), validation)
    _check_additive(loss)
    way = engine.Way(
        partial(StreamProgram, streams[0], shares[0]),
        partial(StreamStep, share=shares[0]),
        terms=float(count * spec.n_responses),
    )
    chosen = engine.choose(network, spec, loss, first, way)
    rows = first if chosen.name == "fused" else streams[0]
    return Parts(chosen, Whole(rows), validation)


def _check_additive(loss: Loss) -> None:
    """Refuse a mean over rows that the classes weigh: it does not follow from chunks' means."""
    if loss.mean and getattr(loss.criterion, "weight", None) is not None:
        raise NNFitError(
            "loss",
            "has weights for classes, which do not go with a mean over all rows of files.",
            'Give `batch_size`, or reduction "sum", or a column of `weights`.',
        )
