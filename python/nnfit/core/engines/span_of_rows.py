"""Data with more columns than rows, trained in about as many coordinates as there are rows.

The first layer meets a row x only in its products w'x, and the gradient by w is a sum of rows:
what of w is orthogonal to all rows takes no part, but for what a penalty makes of it. So the rows
are turned into the coordinates of their own span, and so is the layer, where each unit keeps one
more coordinate for what lies outside; both are turned back at the end. Optimizers that use
gradients in nothing but sums and inner products take the same steps there (Hastie and Tibshirani,
Efficient quadratic regularization for expression arrays, 2004).

There all is in float64, which costs less than the columns did in float32: the losses are those of
exact arithmetic, to the digits that float32 has.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from ..data.arrays import ReadyArrays
from ..data.table import Batch
from ..ground.devices import has_float64
from ..ground.threads import threads_for
from ..model.branches import Residual, Skip
from . import autograd
from .base import DoesNotApply, Engine, Job
from .fused import engine as fused
from .fused.network import first_of

# Other optimizers scale each coordinate by itself, so that they depend on which there are.
TURNABLE = ("sgd", "lbfgs", "levenberg_marquardt")
# Turning n rows of p columns takes about COST times as many multiplications as the products of all
# pairs of rows, n * n * p.
COST = 8


class TurnedNetwork:
    """A network whose first layer is in the coordinates of the rows that it will meet.

    Parameters
    ----------
    network : nn.Module
        Trained in float64 until `turn_back()` makes it again what it was.
    layer : nn.Linear
        Its first.
    batches : list of Batch
        Training rows and held-out ones, fewer together than columns.

    Attributes
    ----------
    batches : list of Batch
        The same rows in the new coordinates.
    """

    def __init__(self, network: nn.Module, layer: nn.Linear, batches: list[Batch]):
        self.network, self.layer = network, layer
        self.dtype, self.weight = layer.weight.dtype, layer.weight
        network.double()
        x = torch.cat([batch.x for batch in batches]).double()
        weight = layer.weight.detach()
        with threads_for(len(x) ** 2 * x.shape[1]):
            self.basis, corner = torch.linalg.qr(x.T)
            inside = weight @ self.basis
            outside = weight - inside @ self.basis.T
        length = outside.norm(dim=1, keepdim=True)
        self.direction = outside / length.clamp_min(torch.finfo(length.dtype).tiny)
        layer.weight = nn.Parameter(torch.hstack([inside, length]))
        rows = nn.functional.pad(corner.T, (0, 1)).split([len(batch.x) for batch in batches])
        self.batches = [_at(batch, part) for batch, part in zip(batches, rows)]

    def undo(self) -> None:
        """Make the network what it was, to the last digit."""
        self.layer.weight = self.weight
        self.network.to(self.dtype)

    def turn_back(self) -> None:
        """Give the layer weights for the columns again, as training has left them.

        Once more changes nothing: an interrupt may have cut the first short.
        """
        weight = self.layer.weight.detach()
        if weight.shape[1] != len(self.basis):
            whole = weight[:, :-1] @ self.basis.T + weight[:, -1:] * self.direction
            self.layer.weight = nn.Parameter(whole)
        self.network.to(self.dtype)


def _at(batch: Batch, x: torch.Tensor) -> Batch:
    """Put other coordinates into a batch, and its numbers into their type."""
    others = batch.each(lambda part: part.to(x.dtype) if part.is_floating_point() else part)
    return others._replace(x=x.contiguous())


def check(job: Job) -> None:
    """Refuse what can not be turned, or saves nothing by it."""
    spec, rows, held_out = job.spec, job.rows, job.held_out
    if spec.optimizer.name not in TURNABLE:
        raise DoesNotApply(f"it is for the optimizers {', '.join(TURNABLE)}")
    if spec.clip_norm is not None or spec.clip_value is not None:
        raise DoesNotApply("a gradient is cut in the coordinates that it has")
    if spec.metrics:
        raise DoesNotApply("metrics are measured on the columns as they are")
    if rows.streamed or not has_float64(spec.torch_device):
        raise DoesNotApply("it is for rows in memory, where there is float64")
    n_rows, n_columns = rows.rows + (held_out.rows if held_out else 0), spec.n_features
    spared = n_columns - 2 * (n_rows + 1)  # a number in float64 takes twice the time
    if spared <= 0:
        raise DoesNotApply("it is for data of more than twice as many columns as rows")
    layers = fused.layers_of(job)
    if any(isinstance(layer, (Residual, Skip)) and layer.start == 0 for layer in layers):
        raise DoesNotApply("the first layer is not the only one that is given the rows")
    layer = first_of(layers)
    if spec.epochs * layer.out_features * spared <= COST * n_rows * n_columns:
        raise DoesNotApply("turning the rows would take longer than it saves")


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    sources = [source for source in (job.rows, job.held_out) if source is not None]
    batches = [source.whole(job.scaling) for source in sources]
    turned = TurnedNetwork(job.network, first_of(fused.layers_of(job)), batches)
    rows, *held_out = (
        ReadyArrays(source, batch, job.scaling) for source, batch in zip(sources, turned.batches)
    )
    inside = replace(
        job, rows=rows, held_out=held_out[0] if held_out else None, dtype=torch.float64
    )
    try:
        engine = _inside(inside)
    except DoesNotApply:
        turned.undo()
        raise
    return engine._replace(name="span_of_rows", finish=turned.turn_back)


def _inside(job: Job) -> Engine:
    """Make the engine that trains in the span."""
    try:
        return fused.make(job)
    except DoesNotApply:
        autograd.check(job)
        return autograd.make(job)
