"""What the hidden units of a network do on its rows: move, stand still, or bend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..options import catalog
from .branches import BRANCHES, Residual, Skip
from .embedding import Embeddings

# From a layer and what it is given (a branch: twice) to what it gives.
Apply = Callable[..., torch.Tensor]

NORMS = (nn.BatchNorm1d, nn.LayerNorm)

FLAT = 1e-6  # a spread of predictions, in that of the outcome, that float32's rounding has


class LayerUnits(NamedTuple):
    """The units of one hidden layer.

    Attributes
    ----------
    dead : array (*lead, units) of bool
        Which give one and the same number for every row, for "relu" usually 0: no gradient leads
        through such a unit, and no step brings it back.
    bent : array (*lead, units) of bool
        Which are more than a straight line of what the layer is given.
    vital : bool
        Whether all that reaches the outputs goes through the layer: no branch leads past it.
    """

    dead: np.ndarray
    bent: np.ndarray
    vital: bool

    def join(self, other: LayerUnits) -> LayerUnits:
        """Say what both have seen, each on some of the rows, the first of which are the same."""
        return LayerUnits(self.dead & other.dead, self.bent | other.bent, self.vital)


def units_of(
    layers: Sequence[nn.Module], rows: Iterable[torch.Tensor], apply: Apply | None = None
) -> list[LayerUnits]:
    """Look at each hidden layer.

    Parameters
    ----------
    layers : sequence of nn.Module
        A chain as `network.build()` makes it: linear layers, after each but the last a norm or
        none, then an activation.
    rows : iterable of Tensor (*lead, n, p)
        Scaled, part by part.
    apply : callable, optional
        What a layer computes, where that is not its own parameters' affair.
    """
    seen: list[_Seen] = []
    with torch.no_grad():
        for part in rows:
            for number, (before, after) in enumerate(_hidden(layers, part, apply or applied)):
                # of few numbers NumPy takes less than half the time
                arrays = before.cpu().numpy(), after.cpu().numpy()
                if number == len(seen):
                    seen.append(_Seen(*arrays))
                seen[number].add(*arrays)
    return [
        LayerUnits(~one.moves, one.moves & (one.bends | bends), vital)
        for one, (bends, vital) in zip(seen, _traits(layers))
    ]


def _traits(layers: Sequence[nn.Module]) -> list[tuple[bool, bool]]:
    """Tell whether the norm of each hidden layer bends what it is given, and if it is vital."""
    past = any(isinstance(layer, Skip) for layer in layers)
    traits: list[tuple[bool, bool]] = []
    for layer in layers:
        if isinstance(layer, nn.Linear):
            traits.append((False, not past))
        elif isinstance(layer, nn.LayerNorm):  # which divides by a spread
            traits[-1] = True, traits[-1][1]
        elif isinstance(layer, Residual):
            traits[-1] = traits[-1][0], False
    return traits


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
    layers: Sequence[nn.Module], x: torch.Tensor, apply: Apply
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield each hidden layer's values (*lead, n, units), before its activation and after it."""
    for layer, before, after in _steps(layers[: _last(layers)], x, apply):
        if not isinstance(layer, (nn.Linear, Embeddings, *NORMS, *BRANCHES)):
            yield before, after


def _last(layers: Sequence[nn.Module]) -> int:
    """Give the place of the last linear layer: what follows are the outputs."""
    return max(place for place, layer in enumerate(layers) if isinstance(layer, nn.Linear))


def _steps(
    layers: Sequence[nn.Module], x: torch.Tensor, apply: Apply
) -> Iterator[tuple[nn.Module, torch.Tensor, torch.Tensor]]:
    """Yield each layer with what it is given and what it gives, as in evaluation."""
    given = [x]
    for layer in layers:
        if isinstance(layer, nn.Dropout):
            given.append(given[-1])
            continue
        earlier = (given[layer.start],) if isinstance(layer, BRANCHES) else ()
        after = apply(layer, given[-1], *earlier)
        yield layer, given[-1], after
        given.append(after)


def is_flat(
    layers: Sequence[nn.Module],
    x: torch.Tensor,
    spread: np.ndarray | float,
    apply: Apply | None = None,
) -> np.ndarray:
    """Tell whether a chain gives every row the same, but for rounding: (*lead).

    Parameters
    ----------
    layers, apply
        As `units_of()` takes them.
    x : Tensor (*lead, n, p)
        Scaled.
    spread : array (*lead) or float
        Of the outcome, in the units of what the last Linear layer gives.
    """
    with torch.no_grad():
        for _, _, after in _steps(layers[: _last(layers) + 1], x, apply or applied):
            x = after
    given = x.cpu().numpy()
    with np.errstate(invalid="ignore"):  # of a fit that diverged, infinite: not the same
        apart = np.abs(given - given[..., :1, :]).max((-2, -1))
    flat: np.ndarray = apart <= FLAT * np.asarray(spread)
    return flat


def applied(layer: nn.Module, x: torch.Tensor, *earlier: torch.Tensor) -> torch.Tensor:
    """Apply a layer as in evaluation, and leave the values as they are."""
    if isinstance(layer, nn.RReLU):  # draws in training
        return nn.functional.rrelu(x, layer.lower, layer.upper)
    if isinstance(layer, nn.BatchNorm1d):
        statistics = layer.running_mean, layer.running_var
        return nn.functional.batch_norm(
            x, *statistics, layer.weight, layer.bias, training=False, eps=layer.eps
        )
    inplace = getattr(layer, "inplace", False)
    values: torch.Tensor = layer(x.clone() if inplace else x, *earlier)
    return values


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
