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

import torch
from torch import nn

from ..data.table import Batch
from ..ground.threads import threads_for
from ..options.resolved import Resolved
from .fused.kernels import Unfused
from .fused.network import check_model

TURNABLE = ("sgd", "lbfgs", "levenberg_marquardt")  # the others go coordinate by coordinate
DEVICES = ("cpu", "cuda")  # that have float64
TURN = 8  # multiplications that turning takes, in products of all pairs of rows


class Turned:
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
        self.dtype = layer.weight.dtype
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

    def turn_back(self) -> None:
        """Give the layer weights for the columns again, as training has left them."""
        weight = self.layer.weight.detach()
        whole = weight[:, :-1] @ self.basis.T + weight[:, -1:] * self.direction
        self.layer.weight = nn.Parameter(whole)
        self.network.to(self.dtype)


def _at(batch: Batch, x: torch.Tensor) -> Batch:
    """Put other coordinates into a batch, and its numbers into their type."""
    y = batch.y.to(x.dtype) if batch.y.is_floating_point() else batch.y
    return Batch(x.contiguous(), y, None if batch.weights is None else batch.weights.to(x.dtype))


def turn(network: nn.Module, spec: Resolved, batches: list[Batch]) -> Turned | None:
    """Turn a network and the rows of its fit; None where that is not possible or saves nothing."""
    n_rows, n_columns = sum(len(batch.x) for batch in batches), batches[0].x.shape[1]
    spared = n_columns - 2 * (n_rows + 1)  # a number in float64 takes twice the time
    able = spec.optimizer.name in TURNABLE and batches[0].x.device.type in DEVICES
    if spec.engine == "autograd" or not able or spared <= 0:
        return None
    try:
        layer = check_model(network, batches[0].x)[0]
    except Unfused:
        return None
    saved = spec.epochs * layer.out_features * spared
    return Turned(network, layer, batches) if saved > TURN * n_rows * n_columns else None
