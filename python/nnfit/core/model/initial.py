"""Initial weights drawn by name: Glorot's, He's, orthogonal ones and others of `torch.nn.init`."""

from __future__ import annotations

from torch import nn

from ..options import catalog
from ..options.catalog import Named


def draw(network: nn.Module, init: Named | None) -> None:
    """Draw the weights of all linear layers, in their order, and set their biases to zero.

    Parameters
    ----------
    network : nn.Module
    init : Named or None
        None: what torch has drawn stays.
    """
    if init is None:
        return
    for layer in network.modules():
        if not isinstance(layer, nn.Linear):
            continue
        if layer.weight.numel():
            catalog.build("init", init, layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def draw_again(network: nn.Module, init: Named | None) -> None:
    """Draw all of that anew, as if the network were built again."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear) and layer.in_features:  # else there is nothing to draw
            layer.reset_parameters()
        if isinstance(layer, nn.Embedding):
            layer.reset_parameters()
    draw(network, init)
