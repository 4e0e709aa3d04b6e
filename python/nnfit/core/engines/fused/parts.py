"""A step on more rows than a processor's cache holds the hidden layers of, a part at a time."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import nn

from ...data.table import Batch
from ...model.loss import Loss
from ...model.user_loss import UserLoss
from ..base import Op
from ..base import Program as AnyProgram
from ..flat import Flat
from .network import Program, drops

# Numbers that a hidden layer has in a part. 20,000 rows of 50 columns through 128 and 64 units take
# 12.2 ms at once, 8.8 by 2500 or 5000 rows, 10.0 by 1024.
PART = 1 << 19


class PartedProgram:
    """Loss and gradient of all rows at once, by one program that is given part after part.

    Parameters
    ----------
    layers, flat, loss, batch
        As `Program` takes them; see `goes_in_parts()`.
    size : int
        Rows of a part; the last may have fewer.
    """

    recordable = True

    def __init__(self, layers: list[nn.Module], flat: Flat, loss: Loss, batch: Batch, size: int):
        own = copy.copy(flat)
        own.grad = torch.zeros_like(flat.grad)
        self.loss = batch.x.new_zeros(())
        self.forward: list[Op] = [self.loss.zero_, flat.grad.zero_]
        self.backward: list[Op] = []
        programs: dict[int, tuple[Batch, Program]] = {}
        rows = len(batch.x)
        for start in range(0, rows, size):
            number = min(size, rows - start)
            part = batch.each(partial(torch.narrow, dim=0, start=start, length=number))
            if number not in programs:
                room = part.each(torch.empty_like)
                programs[number] = room, Program(layers, own, loss, room)
            room, program = programs[number]
            share = number / rows if loss.mean else 1.0
            self.forward += [
                *_copies(part, room),
                *program.forward,
                *program.backward,
                partial(self.loss.add_, program.loss, alpha=share),
                partial(flat.grad.add_, own.grad, alpha=share),
            ]


def _copies(rows: Batch, room: Batch) -> list[Op]:
    pairs = zip(room, rows)
    return [partial(to.copy_, its) for to, its in pairs if to is not None and its is not None]


def goes_in_parts(layers: Sequence[nn.Module], loss: Loss, batch: Batch) -> bool:
    """Tell whether the loss of rows is that of parts of them, added up, and nothing is drawn."""
    alone = isinstance(loss, UserLoss) or loss.family.joint or any(map(drops, layers))
    return batch.x.device.type == "cpu" and batch.weights is None and not alone


def program_of(layers: list[nn.Module], flat: Flat, loss: Loss, batch: Batch) -> AnyProgram:
    """Make the program of a step on a batch: in parts where it is large."""
    hidden = [layer.out_features for layer in layers if isinstance(layer, nn.Linear)][:-1]
    rows = len(batch.x)
    parts = math.ceil(rows * max(hidden, default=0) / PART)
    if parts < 2 or not goes_in_parts(layers, loss, batch):
        return Program(layers, flat, loss, batch)
    return PartedProgram(layers, flat, loss, batch, math.ceil(rows / parts))
