"""What a network gives for rows of which a few columns are others than those it has seen before."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ..data.batches import to_inputs
from ..data.scaling import Beyond, Scaling
from ..ground.devices import on_host
from ..ground.errors import NNFitError
from ..model.members import MemberLinear
from ..model.predictions import FAR
from ..options.resolved import Resolved

PRODUCTS = (nn.Linear, MemberLinear)  # and no class made of these, which does something else
NUMBERS_AT_ONCE = 2**18  # that a hidden layer gives: what a processor's cache holds


class Split:
    """A network, cut behind its first layer where that is a plain product.

    What is a sum over columns need not be computed anew for those that stay as they are.

    Parameters
    ----------
    network : nn.Module
        In evaluation mode.
    built : bool
        Whether it was built here: a module of the user's own may do more than its layers say.

    Attributes
    ----------
    first : nn.Linear, MemberLinear or None
        None: the network does not begin so, or an earlier value goes past that layer.
    rest : nn.Module
        What follows it; the whole network where `first` is None.
    """

    def __init__(self, network: nn.Module, built: bool):
        self.network = network
        layers = list(network.children())
        plain = built and type(network) is nn.Sequential and type(layers[0]) in PRODUCTS
        self.first: nn.Linear | MemberLinear | None = layers[0] if plain else None  # type: ignore
        self.rest: nn.Module = nn.Sequential(*layers[1:]) if plain else network

    @property
    def width(self) -> int:
        """How many numbers the first layer gives for a row, or the network has as parameters."""
        if self.first is None:
            return max(sum(one.numel() for one in self.network.parameters()), 1)
        weight = self.first.weight
        return int(weight.numel() // weight.shape[-1])

    def product(self, x: Tensor, columns: Sequence[int] | None = None) -> Tensor:
        """Multiply columns (n, c) with their weights: (n, h), or (M, n, h) of members."""
        assert self.first is not None
        weight = self.first.weight
        weight = weight if columns is None else weight[..., list(columns)]
        return x @ weight.mT

    def begin(self, x: Tensor) -> Tensor:
        """Compute what the first layer gives for rows (n, p)."""
        assert self.first is not None
        begun: Tensor = self.first(x)
        return begun


class Forward:
    """What a network gives for rows, as they are or with some columns replaced.

    Parameters
    ----------
    network : nn.Module
        In evaluation mode, on the spec's device.
    spec : Resolved
    scaling : Scaling or None
    x : array (n, ...)
        Rows as they were read.
    """

    def __init__(self, network: nn.Module, spec: Resolved, scaling: Scaling | None, x: np.ndarray):
        self.spec, self.scaling, self.x = spec, scaling, x
        self.split = Split(network, not spec.own_model)
        self.inputs = self._inputs(x)
        self.begun = None if self.split.first is None else self.split.begin(self.inputs)
        self.size = max(NUMBERS_AT_ONCE // self.split.width, 256)

    def _inputs(self, x: np.ndarray) -> Tensor:
        try:
            return to_inputs(x, self.scaling, self.spec)
        except Beyond:
            raise NNFitError("x", *FAR) from None

    def outputs(self) -> Tensor:
        """Compute what the network gives for the rows as they are: (n, k), on the CPU."""
        if self.begun is None:
            return self._of_parts(lambda rows: self.split.network(self.inputs[rows]))
        begun = self.begun
        return self._of_parts(lambda rows: self.split.rest(begun[..., rows, :]))

    def from_others(self, columns: Sequence[int], rows: Tensor) -> Tensor:
        """Compute it with the values of other rows (n,) in some columns."""
        places = list(columns)
        return self._with(places, self.inputs[:, places][rows])

    def with_values(self, columns: Sequence[int], values: np.ndarray) -> Tensor:
        """Compute it with values (n, c) in some columns, in the user's units."""
        places = list(columns)
        changed = self.x.copy()
        changed[:, places] = values
        return self._with(places, self._inputs(changed)[:, places])

    def _with(self, places: list[int], values: Tensor) -> Tensor:
        if self.begun is None:
            return self._of_parts(lambda rows: self.split.network(self._put(places, values, rows)))
        begun, moved = self.begun, values - self.inputs[:, places]
        return self._of_parts(
            lambda rows: self.split.rest(
                begun[..., rows, :] + self.split.product(moved[rows], places)
            )
        )

    def _put(self, places: list[int], values: Tensor, rows: slice) -> Tensor:
        inputs = self.inputs[rows].clone()
        inputs[:, places] = values[rows]
        return inputs

    def _of_parts(self, compute: Callable[[slice], Tensor]) -> Tensor:
        n, size = len(self.x), self.size
        parts = [compute(slice(at, at + size)) for at in range(0, n, size)]
        return on_host(torch.cat(parts, -2))


def frozen(network: nn.Module) -> nn.Module:
    """Copy a network to be asked alone, in evaluation mode."""
    return copy.deepcopy(network).eval().requires_grad_(False)
