"""Norms of the hidden layers of several members, side by side."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MemberNorm(nn.Module):
    """A norm of each of M members, as it is once trained.

    Parameters
    ----------
    one : nn.LayerNorm or nn.BatchNorm1d
        Of a single network.
    members : int

    Attributes
    ----------
    weight, bias, running_mean, ... : Tensor (M, ...)
        What `one` has, of each member.
    """

    weight: nn.Parameter | None
    bias: nn.Parameter | None

    def __init__(self, one: nn.LayerNorm | nn.BatchNorm1d, members: int):
        super().__init__()
        self.eps, self.described = one.eps, one.extra_repr()
        self.layer = isinstance(one, nn.LayerNorm)
        for name in ("weight", "bias"):
            value = getattr(one, name)
            repeated = None if value is None else nn.Parameter(_repeated(value.detach(), members))
            self.register_parameter(name, repeated)
        for name, buffer in one.named_buffers():
            self.register_buffer(name, _repeated(buffer, members))

    def forward(self, x: Tensor) -> Tensor:
        """Map (M, n, units) to (M, n, units)."""
        if self.layer:
            x = nn.functional.layer_norm(x, x.shape[-1:], eps=self.eps)
        else:
            mean, variance = self.get_buffer("running_mean"), self.get_buffer("running_var")
            x = (x - mean.unsqueeze(1)) * (variance + self.eps).rsqrt().unsqueeze(1)
        x = x if self.weight is None else x * self.weight.unsqueeze(1)
        return x if self.bias is None else x + self.bias.unsqueeze(1)

    def extra_repr(self) -> str:
        """Say what a single one says."""
        return self.described


def _repeated(value: Tensor, members: int) -> Tensor:
    return value.expand(members, *value.shape).clone(memory_format=torch.contiguous_format)
