"""What happens in each layer of a network on some rows: what units give, and what comes back.

A layer is a module with a matrix of weights (or filters), and the activation that is called after
it. What comes back is the gradient of each row's loss with respect to what the layer gives before
its activation, of which Glorot and Bengio (2010), Understanding the difficulty of training deep
feedforward neural networks, AISTATS, compare layers. It is taken in parts of what the same row has
at the output, so that rows that are fitted exactly count as others do. Unlike the gradient of the
mean loss with respect to the weights it does not vanish because a fit is at its end.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from ..data.table import Table
from ..model.branches import BRANCHES
from ..model.members import MemberLinear
from ..model.units import ACTIVATIONS, applied
from .losses import RowLosses
from .rows import Opened

STEEP = 0.05  # of the greatest slope: below, a value is saturated (of "tanh": beyond 2.18)
FILTERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
WEIGHTED = (nn.Linear, MemberLinear, *FILTERS)


@dataclass
class Layer:
    """A layer, as it is seen.

    Attributes
    ----------
    name : str
        Of its module, as torch has it.
    weight : Parameter
    filters : bool
        Whether its units are filters, each of which gives many values for a row.
    activation : nn.Module or None
    greatest : float
        The greatest slope of an activation that is flat at both ends; NaN of another.
    rows, values : int
        How many rows had a gradient, and how many values of each unit were seen.
    first : Tensor (units,)
        The values of the first row.
    moves, rises : Tensor (units,) of bool
        Which units have given another value; of which the activation has had a slope.
    total, squares : float
        Of all values.
    flat : int
        How many values are where the activation hardly rises.
    back : float
        The sum, over these rows, of the squared gradient of the row's loss with respect to what it
        gives, in parts of that with respect to what the last layer gives.
    """

    name: str
    weight: nn.Parameter
    filters: bool
    activation: nn.Module | None = None
    greatest: float = math.nan
    rows: int = 0
    values: int = 0
    first: torch.Tensor | None = None
    moves: torch.Tensor | None = None
    rises: torch.Tensor | None = None
    total: float = 0.0
    squares: float = 0.0
    flat: int = 0
    back: float = 0.0

    @property
    def units(self) -> int:
        """How many units it has, of all members of a fit together."""
        return 0 if self.first is None else len(self.first)

    @property
    def dead(self) -> int:
        """How many units give one number for every row, and let no gradient through.

        So the rest of a network is not dead that is behind a dead layer, nor is a unit that is seen
        on a single row. What compares units, as "softmax" does, has no slope of their sum.
        """
        if self.moves is None or self.rises is None:
            return 0
        return int((~self.moves & ~self.rises).sum())

    @property
    def gradient(self) -> float:
        """The root mean square of the gradient of its weights; NaN: there is none."""
        grad = self.weight.grad
        return math.nan if grad is None else _root_mean_square(grad)

    @property
    def size(self) -> float:
        """The root mean square of its weights."""
        return _root_mean_square(self.weight.detach())

    def bend(self, slope: torch.Tensor) -> None:
        """Take in the slopes (values, units) of its activation for some rows."""
        rises = (slope != 0).any(0)
        self.rises = rises if self.rises is None else self.rises | rises
        if not math.isnan(self.greatest):
            self.flat += int((slope < STEEP * self.greatest).sum())

    def see(self, values: torch.Tensor) -> None:
        """Take in what it gives (values, units) for some rows."""
        self.first = values[0] if self.first is None else self.first
        moves = (values != self.first).any(0)
        self.moves = moves if self.moves is None else self.moves | moves
        wide = values.cpu().double()
        self.values += len(values)
        self.total += float(wide.sum())
        self.squares += float(wide.square().sum())


def _root_mean_square(values: torch.Tensor) -> float:
    return float(values.cpu().double().square().mean().sqrt()) if values.numel() else 0.0


def look_at_layers(opened: Opened, losses: RowLosses | None) -> tuple[list[Layer], torch.Tensor]:
    """Run rows through a network, and the gradients of their losses back.

    Parameters
    ----------
    opened : Opened
    losses : RowLosses or None
        None: the loss has no gradient here.

    Returns
    -------
    list of Layer
        In the order in which they are called.
    Tensor (n, k)
        What the network gives for the rows to train on.
    """
    watch = Watch(opened.network, built=not opened.spec.own_model)
    outputs = []
    opened.network.zero_grad(set_to_none=True)
    mass = _mass(opened.training, opened.spec.reduction)
    try:
        for batch in opened.batches(opened.training):
            watch.begin()
            output = opened.network(batch.x)
            outputs.append(output.detach())
            if losses is not None:
                _back(losses(output, batch), batch.weights, mass)
            watch.end()
    finally:
        watch.remove()
    return watch.layers, torch.cat(outputs)


def _mass(table: Table, reduction: str) -> float:
    """Give what the sum of losses is divided by in the objective."""
    if reduction == "sum":
        return 1.0
    return float(len(table.x) if table.weights is None else table.weights.sum())


def _back(losses: torch.Tensor, weights: torch.Tensor | None, mass: float) -> None:
    if losses.ndim and weights is not None:
        losses = losses * weights.cpu().double()
    total = losses.sum() / mass
    if total.requires_grad:
        total.backward()


class Watch:
    """Hooks on the layers of a network.

    Parameters
    ----------
    network : nn.Module
    built : bool
        Whether it was built here: then what follows its last layer is the output's, no activation.
    """

    def __init__(self, network: nn.Module, built: bool):
        self.layers: list[Layer] = []
        self.known: dict[nn.Module, Layer] = {}
        self.current: Layer | None = None
        self.given: list[tuple[Layer, torch.Tensor]] = []
        self.inputs: dict[nn.Module, torch.Tensor] = {}
        weighted = [
            (name, part) for name, part in network.named_modules()
            if isinstance(part, WEIGHTED) and not isinstance(part, BRANCHES)
        ]  # fmt: skip
        self.names: dict[nn.Module, str] = {part: name for name, part in weighted}
        last = weighted[-1][1] if built and weighted else None
        # to be asked for slopes: a call of the module itself would come back to its hooks
        self.plain = {
            part: copy.deepcopy(part) for part in network.modules() if isinstance(part, ACTIVATIONS)
        }
        self.handles: list[Any] = []
        for _, part in weighted:
            self.handles.append(part.register_forward_hook(self._weighted))
        for part in self.plain:
            self.handles.append(part.register_forward_pre_hook(self._before))
            self.handles.append(part.register_forward_hook(self._after(last)))

    def remove(self) -> None:
        """Take the hooks off."""
        for handle in self.handles:
            handle.remove()

    def begin(self) -> None:
        """Begin with some rows."""
        self.current = None
        self.given, self.inputs = [], {}

    def end(self) -> None:
        """Take in what has come back to the layers."""
        backs: dict[str, torch.Tensor] = {}
        for layer, values in self.given:
            if layer.activation is None:
                layer.see(_by_unit(values.detach(), layer))
            if values.grad is not None:
                back = _by_row(values.grad, layer)
                backs[layer.name] = back + backs.get(layer.name, torch.zeros_like(back))
        last = backs.get(self.layers[-1].name) if self.layers else None
        if last is None:
            return
        some = last > 0
        for layer in self.layers:
            back = backs.get(layer.name, torch.zeros_like(last))
            if back.shape == last.shape:  # else it sees other things than rows
                layer.back += float((back[some] / last[some]).sum())
                layer.rows += int(some.sum())

    def _weighted(self, part: nn.Module, given: Any, values: torch.Tensor) -> torch.Tensor:
        if values.ndim < 2:
            return values
        if part not in self.known:
            weight = part.weight
            assert isinstance(weight, nn.Parameter)
            self.known[part] = Layer(self.names[part], weight, isinstance(part, FILTERS))
            self.layers.append(self.known[part])
        self.current = self.known[part]
        if values.requires_grad:
            values.retain_grad()
        self.given.append((self.current, values))
        return values.clone()  # which an activation may write over

    def _before(self, part: nn.Module, given: tuple[Any, ...]) -> None:
        self.inputs[part] = given[0].detach().clone()

    def _after(self, last: nn.Module | None) -> Callable[..., None]:
        def after(part: nn.Module, given: Any, values: torch.Tensor) -> None:
            layer, before = self.current, self.inputs.pop(part)
            if layer is None or (last is not None and self.known.get(last) is layer):
                return
            if layer.activation not in (None, part) or values.shape != before.shape:
                return
            if layer.activation is None:
                layer.activation, layer.greatest = part, greatest_slope(self.plain[part])
            layer.see(_by_unit(values.detach(), layer))
            layer.bend(_by_unit(slopes(self.plain[part], before), layer))

        return after


def _by_unit(values: torch.Tensor, layer: Layer) -> torch.Tensor:
    """Bring what a layer gives into the shape (values, units)."""
    if layer.filters:
        return values.movedim(1, -1).reshape(-1, values.shape[1])
    if layer.weight.ndim == 3:  # of members (M, n, units)
        return values.movedim(0, 1).reshape(values.shape[1], -1)
    return values.reshape(-1, values.shape[-1])


def _by_row(gradient: torch.Tensor, layer: Layer) -> torch.Tensor:
    """Sum the squares of what comes back to a layer, for each row: (n,)."""
    if layer.weight.ndim == 3 and not layer.filters:  # of members (M, n, units)
        gradient = gradient.movedim(0, 1)
    return gradient.flatten(1).cpu().double().square().sum(1)


def slopes(activation: nn.Module, at: torch.Tensor) -> torch.Tensor:
    """Compute the slope of an activation at each number."""
    with torch.enable_grad():
        at = at.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(applied(activation, at).sum(), at)
    return slope.abs()


def greatest_slope(activation: nn.Module) -> float:
    """Give the greatest slope of an activation that is flat at both ends, and not about 0; or NaN.

    Of others, such as "relu", a slope of 0 on one side is what they are for.
    """
    if any(parameter.numel() > 1 for parameter in activation.parameters()):
        return math.nan
    first = next(activation.parameters(), None)
    kind = torch.float32 if first is None else first.dtype
    at = torch.cat([torch.tensor([-1e4, -0.9, 0.9, 1e4]), torch.linspace(-6, 6, 241)])
    # two columns: what compares them, such as "softmax", is flat everywhere
    slope = slopes(activation, at.to(kind)[:, None].expand(-1, 2).contiguous())[:, 0]
    greatest = float(slope.max())
    ends, near = slope[[0, 3]].max(), slope[[1, 2]].min()
    return greatest if ends < 1e-3 * greatest and near > 0.1 * greatest else math.nan
