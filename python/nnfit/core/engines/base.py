"""What engines have in common."""

from __future__ import annotations

import math
from typing import Union

import torch

# A loss as it is passed around: a float on the CPU; on an accelerator a 0-dimensional tensor
# there, because fetching it would make every step wait for the device.
Value = Union[float, torch.Tensor]


def value_of(loss: torch.Tensor) -> Value:
    """Fetch a loss where that is free."""
    return loss.item() if loss.device.type == "cpu" else loss.detach()


def is_broken(value: Value) -> bool:
    """Tell whether a loss is known not to be finite; on an accelerator it is not known here."""
    return isinstance(value, float) and not math.isfinite(value)
