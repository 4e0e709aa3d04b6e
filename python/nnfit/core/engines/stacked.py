"""Replicas of a network side by side, as batched matrix products."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.batches import to_batch
from ..data.scaling import Scaling
from ..data.table import Batch, Table
from ..ground.seed import seeded
from ..model import network as models
from ..model.loss import Loss
from ..options.resolved import Resolved
from .flat import Flat
from .fused.kernels import Unfused
from .fused.network import Program, call, check_model
from .fused.updates import Update, update_of


class Rows(NamedTuple):
    """The same rows for all replicas, and what each row counts for each of them."""

    table: Table  # without weights
    weights: np.ndarray | None  # (R, n); None: every row counts once for all


class Stack:
    """R replicas of a network: their parameters, and the operations that train all at once.

    Parameters
    ----------
    model : nn.Module or None
        The user's own, with the initial values of all replicas; None: of `spec`, and every
        replica draws its own.
    spec : Resolved
        Resolved.
    seeds : list of int
        Of the replicas.
    scales : list of Scaling or None
        One for each replica.
    rows : Rows
        To train on.
    held_out : Rows, optional
        To validate on.

    Attributes
    ----------
    value : Tensor (R, P)
        All parameters, trained in place.
    rows : int
        How many all are trained on, together.
    factors : array (R,)
        What turns each replica's losses into the user's units.

    Raises
    ------
    Unfused
        If such a network can not be trained side by side; nothing is computed before.
    """

    def __init__(
        self,
        model: nn.Module | None,
        spec: Resolved,
        seeds: Sequence[int],
        scales: Sequence[Scaling | None],
        rows: Rows,
        held_out: Rows | None = None,
    ):
        y_scales = [scale.y_scale if scale else 1.0 for scale in scales]
        network = _template(model, spec, seeds[0])
        self.spec, self.scales, self.rows = spec, scales, len(rows.table.x)
        self.layers = _check(network, spec, self.rows, y_scales)
        self.names = [name for name, _ in network.named_parameters()]
        self.flat = _initial(network, spec, seeds, own=model is not None)
        self.value = self.flat.value
        self.y_scales = np.array(y_scales)
        self.factors = np.power(y_scales, spec.family.scale_power or 0)
        self.update: Update = update_of(spec, self.flat)
        self.program = self._program(rows)
        self.validation = held_out and self._program(held_out, training=False)

    def _program(self, rows: Rows, training: bool = True) -> Program:
        first = self.scales[0]
        loss = Loss(self.spec, first.y_scale if first else 1.0, rows.weights is not None)
        if loss.family.scale_log:  # each replica has its own
            loss.shift = self._each(loss.family.scale_log * np.log(self.y_scales))[:, None, None]
        return Program(self.layers, self.flat, loss, self._batch(rows), training, fixed=True)

    def _batch(self, rows: Rows) -> Batch:
        known = {id(scale): scale for scale in self.scales}
        scaled = {key: to_batch(rows.table, scale, self.spec) for key, scale in known.items()}
        batches = [scaled[id(scale)] for scale in self.scales]
        weights = rows.weights
        return Batch(
            torch.stack([batch.x for batch in batches]),
            torch.stack([batch.y for batch in batches]),
            None if weights is None else self._each(weights),
        )

    def _each(self, numbers: np.ndarray) -> torch.Tensor:
        """Make a tensor of numbers, the first dimension of which is the replicas'."""
        return torch.from_numpy(numbers).to(self.value)

    def losses(self) -> tuple[np.ndarray, ...]:
        """Compute each replica's training loss and, with validation, its validation loss: (R,)."""
        programs = [self.program] + ([self.validation] if self.validation else [])
        for program in programs:
            call(program.forward)
        return tuple(program.loss.cpu().numpy() for program in programs)

    def step(self, number: int) -> None:
        """Take step `number`, counted from 1; the losses must have been computed."""
        call(self.program.backward)
        if self.update.prepare is not None:
            self.update.prepare(number)
        call(self.update.ops)

    def states(self, value: torch.Tensor) -> list[dict[str, np.ndarray]]:
        """Cut (R, P) into each replica's parameters by name, as `models.state()` gives them."""
        views = self.flat.views(value.cpu().to(torch.float64))
        arrays = dict(zip(self.names, (view.numpy().copy() for view in views)))
        return [{name: a[r] for name, a in arrays.items()} for r in range(len(value))]


def floats_of(spec: Resolved, network: nn.Module, rows: int) -> int:
    """Estimate the numbers that a replica keeps while it is trained on so many rows."""
    widths = [layer.out_features for layer in network.modules() if isinstance(layer, nn.Linear)]
    # of each layer the product, the activation and the gradient; of an optimizer four vectors
    by_row = spec.n_features + 3 * sum(widths) + 4 * spec.n_outputs
    return rows * by_row + 6 * models.size_of(network)


def _template(model: nn.Module | None, spec: Resolved, seed: int) -> nn.Module:
    """Give one network on the CPU, where initial values are drawn."""
    if model is not None:
        return copy.deepcopy(model).to("cpu", spec.torch_dtype)
    with seeded(seed, torch.device("cpu")):
        return models.build(spec)


def _check(
    network: nn.Module, spec: Resolved, rows: int, y_scales: Sequence[float]
) -> list[nn.Module]:
    """List the layers, after checking that replicas of the network can stand side by side."""
    if spec.engine == "autograd":
        raise Unfused("autograd is asked for")
    if spec.batch_size is not None and spec.batch_size < rows:
        raise Unfused("each replica draws its own batches")
    layers = check_model(network, torch.empty(0, 0, device=spec.torch_device))
    if any(type(layer) is nn.Dropout and layer.p > 0 for layer in layers):
        raise Unfused("each replica draws its own dropout")
    if spec.family.scale_width and len(set(y_scales)) > 1:
        raise Unfused("the loss has a width, which each replica scales in its own way")
    return layers


def _initial(network: nn.Module, spec: Resolved, seeds: Sequence[int], own: bool) -> Flat:
    """Draw the initial values of each replica as `models.build()` would under its seed."""
    one = Flat.adopt(network)
    flat = Flat(one.shapes, (len(seeds),), spec.torch_dtype, spec.torch_device)
    for place, seed in zip(flat.value, seeds):
        if not own:
            _draw(network, seed)
        place.copy_(one.value)
    return flat


def _draw(network: nn.Module, seed: int) -> None:
    with seeded(seed, torch.device("cpu")):
        for layer in network.modules():
            if isinstance(layer, nn.Linear):
                layer.reset_parameters()
