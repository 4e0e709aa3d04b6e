"""A product of many rows with a matrix, by the library that is quicker at it on this processor."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from .processor import maker_and_family

# MKL gives AMD's processors half the width of their units from this family on (Zen 5). oneDNN,
# which torch has too, gives them all: 0.48 of the time for 4096 x 28 x 128, 0.51 for
# 128 x 784 x 128.
WIDE = "AuthenticAMD", 26
# Multiplications from which that pays, as a call of oneDNN takes 10 us and makes a tensor anew:
# copied, 0.75 of MKL's time for 128 x 128 x 128, 0.97 for 256 x 64 x 64.
LARGE = 1 << 21
NARROW = 8  # the least of the three sizes: with 4 a copy of the result costs more than the product


@cache
def onednn_is_quicker() -> bool:
    """Tell whether MKL leaves half of this processor's units idle."""
    maker, family = maker_and_family()
    wide = maker == WIDE[0] and family >= WIDE[1]
    there = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    return wide and there and torch.backends.cpu.get_cpu_capability() == "AVX512"


def onednn_pays(x: Tensor, outputs: int) -> bool:
    """Tell whether oneDNN is the quicker one at a product of x with a matrix of so many columns."""
    if x.ndim != 2 or x.dtype != torch.float32 or x.device.type != "cpu":
        return False
    sizes = (*x.shape, outputs)
    large = min(sizes) >= NARROW and sizes[0] * sizes[1] * sizes[2] >= LARGE
    return large and onednn_is_quicker()


def by_onednn(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Compute x weight^T + bias; x is copied where it does not lie row by row."""
    made: Tensor = torch.ops.mkldnn._linear_pointwise.default(x, weight, bias, "none", [], "")
    return made


def linear(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Compute the same where nothing is to be differentiated, by whichever is quicker."""
    if onednn_pays(x, len(weight)):
        return by_onednn(x, weight.detach(), None if bias is None else bias.detach())
    return torch.nn.functional.linear(x, weight, bias)
