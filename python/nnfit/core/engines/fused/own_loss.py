"""A loss of the user's own beside a network without autograd: autograd has the loss alone."""

from __future__ import annotations

import torch
from torch import Tensor

from ...data.table import Batch
from ...model.user_loss import UserLoss
from ..base import Op


def own_loss(
    loss: UserLoss, batch: Batch, output: Tensor, grad: Tensor, place: Tensor
) -> tuple[list[Op], list[Op]]:
    """Make the operations of a loss, forward and backward.

    Parameters
    ----------
    loss : UserLoss
    batch : Batch
    output : Tensor (n, k)
        The network's.
    grad : Tensor (n, k)
        Where the gradient by it is written.
    place : Tensor ()
        Where the loss is written.
    """
    made: dict[str, Tensor] = {}

    def forward() -> None:
        # training is without autograd's bookkeeping, which here is needed
        with torch.inference_mode(False), torch.enable_grad():
            free = output.clone().requires_grad_()
            weights = None if batch.weights is None else batch.weights.clone()
            made["free"], made["loss"] = free, loss(free, batch.y.clone(), weights)
        place.copy_(made["loss"].detach())

    def backward() -> None:
        with torch.inference_mode(False):
            (found,) = torch.autograd.grad(made["loss"], made["free"])
        grad.copy_(found)

    return [forward], [backward]
