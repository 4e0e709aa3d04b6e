"""The residuals of squared errors and their Jacobian, by the operations of a fused step."""

from __future__ import annotations

import copy
from functools import partial

import torch
from torch import Tensor, nn

from ...data.table import Batch
from ...model.loss import Loss
from ..base import Op
from ..flat import Flat
from .embedding import each_by_code
from .network import Node, Program


class Residuals(Program):
    """The program of a step on squared errors, with their Jacobian where the gradient would be.

    Every residual has a row of its own: where there are several outcomes, the rows are repeated.

    Parameters
    ----------
    layers, flat
        As `Program` takes them.
    loss : Loss
        "mse".
    batch : Batch
        All rows.

    Attributes
    ----------
    values : Tensor (m,)
        The residuals, of which the loss is the sum of squares: weights and mean are in them.
    jacobian : Tensor (m, P)
        Their derivatives by the parameters; written by `backward`.
    """

    by_code = staticmethod(each_by_code)

    def __init__(self, layers: list[nn.Module], flat: Flat, loss: Loss, batch: Batch):
        n_rows, n_outputs = batch.y.shape
        root = _root_share(loss, batch)[:, None].expand_as(batch.y)
        # (m, n_outputs): in each residual's row the root of its share at its own outcome, else 0
        self.roots = torch.diag_embed(root).flatten(0, 1)
        self.jacobian = flat.value.new_zeros((n_rows * n_outputs, *flat.value.shape))
        # the same parameters; where the gradient would be, a row for each residual
        with_jacobian = copy.copy(flat)
        with_jacobian.grad = self.jacobian
        # torch.repeat_interleave() would wake every thread for it
        x, y = (part[:, None].expand(-1, n_outputs, -1).flatten(0, 1) for part in batch[:2])
        super().__init__(layers, with_jacobian, loss, Batch(x, y))

    def _by_weight(self, grad: Tensor, data: Tensor, place: Tensor) -> Op:
        return partial(torch.mul, grad.unsqueeze(-1), data.unsqueeze(-2), out=place)

    def _by_bias(self, grad: Tensor, place: Tensor) -> Op:
        return partial(place.copy_, grad)

    def _by_gain(self, grad: Tensor, normal: Tensor, place: Tensor) -> list[Op]:
        return [partial(torch.mul, grad, normal, out=place)]

    def _loss(self, loss: Loss, batch: Batch, out: Node) -> None:
        errors = torch.empty_like(out.value)
        self.values = errors.new_empty(len(errors))
        forward: list[Op] = [
            partial(torch.sub, out.value, batch.y, out=errors),
            partial(errors.mul_, self.roots),
            partial(torch.sum, errors, 1, out=self.values),
            partial(torch.dot, self.values, self.values, out=self.loss),
        ]
        self._add(forward, [partial(out.grad.copy_, self.roots)])


class StackedResiduals(Residuals):
    """The same for R replicas: all of these have R as their first dimension.

    Attributes
    ----------
    values : Tensor (R, m)
    jacobian : Tensor (R, m, P)
    loss : Tensor (R,)
    """

    def __init__(self, layers: list[nn.Module], flat: Flat, loss: Loss, batch: Batch):
        number, n_rows, n_outputs = batch.y.shape
        weights = [None] if batch.weights is None else batch.weights
        each = [_root_share(loss, Batch(*one)) for one in zip(batch.x, batch.y, weights)]
        roots = torch.stack(each).unsqueeze(-1).expand_as(batch.y)
        self.roots = torch.diag_embed(roots).flatten(1, 2)
        self.jacobian = flat.value.new_zeros((number, n_rows * n_outputs, flat.value.shape[1]))
        with_jacobian = copy.copy(flat)
        with_jacobian.grad = self.jacobian
        x, y = (part[:, :, None].expand(-1, -1, n_outputs, -1).flatten(1, 2) for part in batch[:2])
        Program.__init__(self, layers, with_jacobian, loss, Batch(x, y), fixed=True)

    def _loss(self, loss: Loss, batch: Batch, out: Node) -> None:
        errors = torch.empty_like(out.value)
        self.values = errors.new_empty(errors.shape[:2])
        squares = torch.empty_like(self.values)
        forward: list[Op] = [
            partial(torch.sub, out.value, batch.y, out=errors),
            partial(errors.mul_, self.roots),
            partial(torch.sum, errors, 2, out=self.values),
            partial(torch.mul, self.values, self.values, out=squares),
            partial(torch.sum, squares, 1, out=self.loss),
        ]
        self._add(forward, [partial(out.grad.copy_, self.roots)])


def _root_share(loss: Loss, batch: Batch) -> Tensor:
    """Give the root of what the square of a row's residual counts in the loss: (n,)."""
    n_rows, n_outputs = batch.y.shape
    if batch.weights is None:
        return batch.y.new_full((n_rows,), (n_rows * n_outputs) ** -0.5 if loss.mean else 1.0)
    whole = batch.weights.sum() * n_outputs if loss.mean else 1.0
    return (batch.weights / whole).sqrt()
