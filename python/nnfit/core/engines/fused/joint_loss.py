"""A loss of rows together beside a network without autograd: its gradient comes along with it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...data.compared import Compared, compare, slope
from ...data.risk_sets import RiskSets
from ...data.table import Batch
from ...model.cox import PartialLikelihood
from ...model.loss import Loss
from ..base import Op


class Part(NamedTuple):
    """The rows of one fit, of those that lie side by side.

    Attributes
    ----------
    rows : Tensor or slice
        Which of the batch's they are.
    sets : RiskSets
    mass : float or Tensor
        What the loss is divided by.
    """

    rows: Tensor | slice
    sets: RiskSets
    mass: float | Tensor


def joint_loss(
    loss: Loss, batch: Batch, output: Tensor, grad: Tensor, place: Tensor
) -> tuple[list[Op], list[Op]]:
    """Make the operations of a loss, forward and backward.

    Parameters
    ----------
    loss : Loss
        Of a family that is `joint`.
    batch : Batch
        Of (n, ...), or (R, n, ...) for R fits side by side, whose rows never change.
    output : Tensor (n, 1) or (R, n, 1)
        The network's.
    grad : Tensor
        As `output`: where the gradient by it is written.
    place : Tensor () or (R,)
        Where the loss is written.
    """
    criterion = loss.criterion
    assert isinstance(criterion, PartialLikelihood)
    several = output.ndim > 2
    fixed = [_part(batch, one, loss) for one in range(len(output))] if several else []
    found: list[tuple[Part, Compared]] = []

    def forward() -> None:
        parts = fixed
        if not several:
            sets = criterion.sets_of(batch.y, batch.weights)
            parts = [Part(slice(None), sets, _mass(loss, len(batch.x), batch.weights))]
        outputs, places = (output, place) if several else (output[None], place[None])
        found[:] = [
            (part, compare(part.sets, one[part.rows, 0])) for part, one in zip(parts, outputs)
        ]
        for (part, compared), value in zip(found, places):
            value.copy_(-compared.log_likelihood / part.mass)

    def backward() -> None:
        for (part, compared), one in zip(found, grad if several else grad[None]):
            one.zero_()
            one[part.rows, 0] = (-slope(part.sets, compared) / part.mass).to(one.dtype)

    return [forward], [backward]


def _part(batch: Batch, one: int, loss: Loss) -> Part:
    """Make the part of one of several fits: of the rows that weigh something in it."""
    criterion, codes = loss.criterion, batch.y[one]
    assert isinstance(criterion, PartialLikelihood)
    if batch.weights is None:
        return Part(
            slice(None), RiskSets(codes, None, criterion.breslow), _mass(loss, len(codes), None)
        )
    rows = torch.nonzero(batch.weights[one] > 0)[:, 0]
    weights = batch.weights[one][rows]
    sets = RiskSets(codes[rows], weights, criterion.breslow)
    return Part(rows, sets, _mass(loss, len(rows), weights))


def _mass(loss: Loss, rows: int, weights: Tensor | None) -> float | Tensor:
    if not loss.mean:
        return 1.0
    return float(rows) if weights is None else weights.sum()
