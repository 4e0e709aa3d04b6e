"""What the hidden units of a network do on its rows: move, stand still, or bend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..options import catalog
from .embedding import Embeddings

# From a linear layer, or embedded columns, and what it is given to what it gives.
Linear = Callable[[Any, torch.Tensor], torch.Tensor]


FLAT = 1e-6  # a spread of predictions, in that of the outcome, that float32's rounding has


class LayerUnits(NamedTuple):
    """The units of one hidden layer.

    Attributes
    ----------
    dead : array (*lead, units) of bool
        Which give one and the same number for every row, for "relu" usually 0: no gradient leads
        through such a unit, and no step brings it back.
    bent : array (*lead, units) of bool
        Which are more than a straight line of what they are given.
    """

    dead: np.ndarray
    bent: np.ndarray


def units_of(
    layers: Sequence[nn.Module],
    rows: Iterable[torch.Tensor],
    linear: Linear = lambda layer, x: layer(x),
) -> list[LayerUnits]:
    """Look at each hidden layer.

    Parameters
    ----------
    layers : sequence of nn.Module
        A chain as `network.build()` makes it: what lies between two Linear layers is the
        activation of the first.
    rows : iterable of Tensor (*lead, n, p)
        Scaled, part by part.
    linear : callable, optional
        What a Linear layer, or embedded columns, compute, where that is not its own parameters'
        affair.
    """
    seen: list[_Seen] = []
    with torch.no_grad():
        for part in rows:
            for number, (before, after) in enumerate(_hidden(layers, part, linear)):
                # of few numbers NumPy takes less than half the time
                arrays = before.cpu().numpy(), after.cpu().numpy()
                if number == len(seen):
                    seen.append(_Seen(*arrays))
                seen[number].add(*arrays)
    return [LayerUnits(~one.moves, one.moves & one.bends) for one in seen]


class _Seen:
    """What is seen of a layer: whether any row differs from the first one.

    What an activation adds to its input is the same number wherever it is a straight line of
    slope 1, as "relu" is above 0.
    """

    def __init__(self, before: np.ndarray, after: np.ndarray):
        self.after = after[..., :1, :]
        self.added = self.after - before[..., :1, :]
        self.moves = self.bends = np.zeros(after[..., 0, :].shape, dtype=bool)

    def add(self, before: np.ndarray, after: np.ndarray) -> None:
        self.moves = self.moves | (after != self.after).any(-2)
        self.bends = self.bends | (after - before != self.added).any(-2)


def _hidden(
    layers: Sequence[nn.Module], x: torch.Tensor, linear: Linear
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield each hidden layer's values (*lead, n, units), before its activation and after it."""
    last = max(place for place, layer in enumerate(layers) if isinstance(layer, nn.Linear))
    before = x
    for layer in layers[:last]:
        if isinstance(layer, (nn.Linear, Embeddings)):
            before = x = linear(layer, x)
        elif not isinstance(layer, nn.Dropout):
            x = _activated(layer, before)
            yield before, x


def is_flat(
    layers: Sequence[nn.Module],
    x: torch.Tensor,
    spread: np.ndarray | float,
    linear: Linear = lambda layer, x: layer(x),
) -> np.ndarray:
    """Tell whether a chain gives every row the same, but for rounding: (*lead).

    Parameters
    ----------
    layers, linear
        As `units_of()` takes them.
    x : Tensor (*lead, n, p)
        Scaled.
    spread : array (*lead) or float
        Of the outcome, in the units of what the last Linear layer gives.
    """
    last = max(place for place, layer in enumerate(layers) if isinstance(layer, nn.Linear))
    with torch.no_grad():
        for layer in layers[: last + 1]:
            if isinstance(layer, (nn.Linear, Embeddings)):
                x = linear(layer, x)
            elif not isinstance(layer, nn.Dropout):
                x = _activated(layer, x)
    given = x.cpu().numpy()
    with np.errstate(invalid="ignore"):  # of a fit that diverged, infinite: not the same
        apart = np.abs(given - given[..., :1, :]).max((-2, -1))
    flat: np.ndarray = apart <= FLAT * np.asarray(spread)
    return flat


def _activated(layer: nn.Module, values: torch.Tensor) -> torch.Tensor:
    """Apply an activation as in evaluation, and leave the values as they are."""
    if isinstance(layer, nn.RReLU):  # draws in training
        return nn.functional.rrelu(values, layer.lower, layer.upper)
    inplace = getattr(layer, "inplace", False)
    applied: torch.Tensor = layer(values.clone() if inplace else values)
    return applied


ACTIVATIONS = tuple(
    vars(nn)[entry.torch]
    for entry in catalog.entries()
    if entry.kind == "activation" and entry.torch not in (None, "Identity")
)


def dead_layer_of(module: nn.Module, x: torch.Tensor) -> tuple[int, int] | None:
    """Look for an activation in a module of any build that gives the same for every row.

    What ends the module is its output, and no hidden layer.

    Parameters
    ----------
    module : nn.Module
        In evaluation mode.
    x : Tensor (n, ...)

    Returns
    -------
    tuple or None
        The number of the first such activation, from 1 in the order of their calls, and of the
        values that it gives for a row.
    """
    calls: list[torch.Tensor] = []

    def look(layer: nn.Module, given: Any, values: torch.Tensor) -> None:
        calls.append(values)

    activations = [part for part in module.modules() if isinstance(part, ACTIVATIONS)]
    handles = [part.register_forward_hook(look) for part in activations]
    try:
        with torch.no_grad():
            output = module(x)
    finally:
        for handle in handles:
            handle.remove()
    for place, values in enumerate(calls):
        ends = values.data_ptr() == output.data_ptr()
        if not ends and bool((values == values[:1]).all()):
            return place + 1, values[0].numel()
    return None
