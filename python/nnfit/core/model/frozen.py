"""Layers that are left as they begin: none of their numbers is trained."""

from __future__ import annotations

from torch import nn

from ..options.resolved import Resolved
from .branches import Skip


def freeze(network: nn.Module, spec: Resolved) -> None:
    """Mark the parameters of the layers that `spec` freezes as not to be trained.

    A hidden layer is its linear layer and what has parameters behind it: a norm, an activation
    such as "prelu". What stands before the first goes with it, and a skip connection with the
    output.

    Parameters
    ----------
    network : nn.Module
        As `network.build()` makes it, of one member.
    spec : Resolved
    """
    layer = 0
    for module in network.children():
        if isinstance(module, Skip):
            number = len(spec.hidden_units) + 1
        else:
            layer += isinstance(module, nn.Linear)
            number = max(layer, 1)
        if number in spec.freeze:
            module.requires_grad_(False)
