"""Matrix products as operations, each by the way that is quickest for its shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from ...ground.linear import by_onednn, onednn_pays
from ..base import Op

# Multiplications from which BLAS is so much quicker at a result of fewer rows than columns that a
# turned copy is worth its microsecond: 2.7 us for 1.9 at 64 x 10 x 32, 63 for 17 at 2000 x 10 x 32.
TURNED = 10_000


def product(a: Tensor, b: Tensor, out: Tensor, row: Tensor | None = None) -> Op:
    """Make the operation out = a b, plus a row where there is one, replica by replica.

    For many small products of a column and a row, torch.bmm takes twice as long as multiplying.
    """
    multiply: Callable[..., Tensor]
    add_multiply: Callable[..., Tensor]
    along = -2
    if onednn_pays(a, out.shape[-1]):
        return _by_onednn(a, b, out, row)
    if _is_unit_by_unit(out) or out.shape[-1] == 1 and _is_unit_by_unit(a):
        # the transpose of it, which lies in order: torch would compute a copy first
        a, b, out, along = b.mT, a.mT, out.mT, -1
    if a.ndim == 2:
        multiply, add_multiply = torch.mm, torch.addmm
    elif a.shape[-1] == 1:
        multiply, add_multiply = torch.mul, torch.addcmul
    else:
        multiply, add_multiply = torch.bmm, torch.baddbmm
    if row is None:
        return partial(multiply, a, b, out=out)
    return partial(add_multiply, row if a.ndim == 2 else row.unsqueeze(along), a, b, out=out)


def product_into(a: Tensor, b: Tensor, place: Tensor) -> Op:
    """Make the operation place = a b, which may be quicker elsewhere and the other way round.

    BLAS is quicker where the result has fewer rows than columns. Where places of replicas do not
    lie side by side, torch.bmm calls BLAS for each replica by itself, unless they are tiny, and
    four times as long in all as for all at once (see `bmm_out_or_baddbmm_()` of ATen, which has
    the number below).
    """
    turned = place.shape[-2] > place.shape[-1]
    work = place[0].numel() * a.shape[-1]
    if a.ndim == 3:
        elsewhere = not place.is_contiguous() and work >= 400
    else:
        elsewhere = turned and len(place) * work >= TURNED
    if not elsewhere or place.device.type != "cpu":
        return product(a, b, place)
    if turned:
        a, b = b.mT, a.mT
    made = a.new_empty((*a.shape[:-1], b.shape[-1]))
    source = made.mT if turned else made
    multiply = product(a, b, made)

    def multiply_and_place() -> None:
        multiply()
        place.copy_(source)

    return multiply_and_place


def unit_by_unit(rows: Tensor) -> Tensor:
    """Copy rows (R, n, units) to where the rows of a unit lie side by side.

    The products of many replicas that have few units take a third of the time so.
    """
    return rows.mT.contiguous().mT


def _is_unit_by_unit(rows: Tensor) -> bool:
    return rows.ndim == 3 and not rows.is_contiguous() and rows.mT.is_contiguous()


def _by_onednn(a: Tensor, b: Tensor, out: Tensor, row: Tensor | None) -> Op:
    multiply = partial(by_onednn, a, b.mT, row)

    def multiply_and_place() -> None:
        out.copy_(multiply())

    return multiply_and_place
