"""Networks whose outputs are averaged, side by side in one module: a fit's members."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn


class MemberLinear(nn.Module):
    """A linear layer of each of M members.

    Parameters
    ----------
    members, inputs, outputs : int
    bias : bool, default True
    device, dtype
        As torch takes them.

    Attributes
    ----------
    weight : Tensor (M, outputs, inputs)
    bias : Tensor (M, outputs) or None
    """

    def __init__(
        self,
        members: int,
        inputs: int,
        outputs: int,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        make = partial(torch.zeros, device=device, dtype=dtype)
        self.weight = nn.Parameter(make(members, outputs, inputs))
        self.bias = nn.Parameter(make(members, outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, inputs), the same for all members, or (M, n, inputs) to (M, n, outputs)."""
        product = x @ self.weight.mT
        return product if self.bias is None else product + self.bias.unsqueeze(1)

    def extra_repr(self) -> str:
        """Say its sizes as nn.Linear does."""
        members, outputs, inputs = self.weight.shape
        sizes = f"in_features={inputs}, out_features={outputs}, bias={self.bias is not None}"
        return f"members={members}, {sizes}"


class Average(nn.Module):
    """The mean of the members' outputs."""

    def forward(self, x: Tensor) -> Tensor:
        """Map (M, n, k) to (n, k)."""
        return x.mean(0)


def at_average(network: nn.Module) -> tuple[nn.Sequential, nn.Sequential]:
    """Cut a network of members in two: up to their outputs, and what follows the mean of these."""
    assert isinstance(network, nn.Sequential)  # as `network.build()` makes it
    at = [isinstance(layer, Average) for layer in network].index(True)
    ahead, behind = network[:at], network[at + 1 :]
    assert isinstance(ahead, nn.Sequential) and isinstance(behind, nn.Sequential)
    return ahead, behind
