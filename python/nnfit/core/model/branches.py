"""Networks in which a value goes two ways: on to the next layer, and past it to a later one."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import Tensor, nn

from .members import MemberLinear


class Network(nn.Sequential):
    """A chain of layers, some of which are branches: they also take what an earlier one was given.

    Branches have `start`, the number of that layer, and are called with the value that has come
    down the chain and with the earlier one.
    """

    def __init__(self, *layers: Any):
        super().__init__(*layers)
        self.starts = frozenset(layer.start for layer in self if isinstance(layer, BRANCHES))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, inputs) to (n, outputs)."""
        kept: dict[int, Tensor] = {}
        for place, layer in enumerate(self):
            if place in self.starts:
                kept[place] = x
            x = layer(x, kept[layer.start]) if isinstance(layer, BRANCHES) else layer(x)
        return x


class Residual(nn.Module):
    """Adds what a hidden layer was given to what it has made of it.

    Parameters
    ----------
    start : int
        The number of the first of that layer's modules.
    """

    def __init__(self, start: int):
        super().__init__()
        self.start = start

    def forward(self, x: Tensor, earlier: Tensor) -> Tensor:
        """Add two tensors of one width."""
        return x + earlier

    def extra_repr(self) -> str:
        """Say from where it comes."""
        return f"from={self.start}"


class Skip(nn.Linear):
    """A linear map of a network's inputs, added to what its last layer gives; as nn.Linear."""

    start = 0

    def forward(self, x: Tensor, earlier: Tensor) -> Tensor:  # type: ignore[override]
        """Map (n, outputs) and (n, inputs) to (n, outputs)."""
        return x + super().forward(earlier)


class MemberSkip(MemberLinear):
    """The same of each of M members; as MemberLinear."""

    start = 0

    def forward(self, x: Tensor, earlier: Tensor) -> Tensor:  # type: ignore[override]
        """Map (M, n, outputs) and (n, inputs) to (M, n, outputs)."""
        return x + super().forward(earlier)


BRANCHES = (Residual, Skip, MemberSkip)


def chained(layers: dict[str, nn.Module]) -> nn.Sequential:
    """Make a network of layers by name: torch's own class where it is a plain chain."""
    branches = any(isinstance(layer, BRANCHES) for layer in layers.values())
    return (Network if branches else nn.Sequential)(OrderedDict(layers))
