"""The forward and backward of a network as two lists of operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ...data.table import Batch
from ...model.branches import Network, Residual, Skip
from ...model.embedding import Embeddings
from ...model.loss import Loss
from ...model.user_loss import UserLoss
from ..base import DoesNotApply, Op
from ..flat import Flat
from .embedding import add_by_code, embedded_rows
from .joint_loss import joint_loss
from .kernels import ACTIVATIONS, Buffers, aten, loss_of
from .own_loss import own_loss
from .products import product, product_into, unit_by_unit

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def layers_of(model: nn.Module) -> list[nn.Module]:
    """List the layers of a model that is a chain of Linear, LayerNorm, activations and Dropout.

    It may have the branches of a network that was built here.

    Raises
    ------
    DoesNotApply
        If it is anything else.
    """
    if any(getattr(model, hooks) for hooks in HOOKS):
        raise DoesNotApply("the model has hooks")
    if type(model) in (nn.Sequential, Network):
        assert isinstance(model, nn.Sequential)
        return [layer for part in model for layer in layers_of(part)]
    if type(model) not in (Embeddings, *BUILDERS, *ACTIVATIONS):
        raise DoesNotApply(f"{type(model).__name__} is not among its layers")
    return [model]


def drops(layer: nn.Module) -> bool:
    """Tell whether a layer sets values to zero at random."""
    return type(layer) is nn.Dropout and layer.p > 0


def check_model(model: nn.Module, ndim: int, device: torch.device) -> list[nn.Module]:
    """List the layers of a model, after checking that it can be fused.

    The first is linear, or embedded columns, behind which the next is linear.

    Parameters
    ----------
    model : nn.Module
    ndim : int
        Dimensions of x.
    device : torch.device
        Where it is trained.
    """
    layers = layers_of(model)
    by_layer = [p for layer in layers for p in layer.parameters()]
    shared = len({id(p) for p in by_layer}) < len(by_layer)
    if shared or not all(p.requires_grad for p in by_layer):
        raise DoesNotApply("the model has parameters that are shared or not trained")
    embeds = type(layers[0]) is Embeddings
    if embeds and device.type != "cpu":
        raise DoesNotApply("gradients of embedded columns add up in no fixed order there")
    if type(layers[embeds]) is not nn.Linear or ndim != 2:
        raise DoesNotApply("the model does not begin with a Linear layer on rows and columns")
    if device.type != "cpu" and any(type(layer) is nn.Dropout for layer in layers):
        raise DoesNotApply("dropout draws other numbers on an accelerator")
    return layers


def first_of(layers: Sequence[nn.Module]) -> nn.Linear:
    """Give the first of the layers that `check_model()` listed, where it is linear."""
    first = layers[0]
    if not isinstance(first, nn.Linear):
        raise DoesNotApply("the first layer is of embedded columns")
    return first


def call(ops: Sequence[Op]) -> None:
    """Call operations, one after the other."""
    for op in ops:
        op()


class Node(NamedTuple):
    """What a layer gives: its value, and the gradient of the loss by it."""

    value: Tensor
    grad: Tensor


class Kept(NamedTuple):
    """What branches take: its value, and the gradient of the loss that comes by them, or None."""

    value: Tensor
    grad: Tensor | None = None


class Program:
    """One step but for the update: call all of `forward`, read `loss`, call all of `backward`.

    Parameters
    ----------
    layers : list of nn.Module
        From `check_model()`: their kinds and arguments. Their parameters are those of `flat`.
    flat : Flat
        Parameters; `backward` writes their gradients. With leading dimensions (R,) everything
        else has them too: R replicas at once, by batched products.
    loss : Loss
    batch : Batch
        x: (*lead, n, p). The program reads these tensors whenever it is called.
    training : bool, default True
        False: without dropout.
    fixed : bool, default False
        Whether the weights stay what they are: what follows from them is then computed once.

    Attributes
    ----------
    loss : Tensor (*lead)
        Without penalty, as autograd's engine computes it.
    """

    recordable = True
    by_code = staticmethod(add_by_code)

    def __init__(
        self,
        layers: list[nn.Module],
        flat: Flat,
        loss: Loss,
        batch: Batch,
        training: bool = True,
        fixed: bool = False,
    ):
        self.forward: list[Op] = []
        self.backward: list[Op] = []
        self.training = training
        self.fixed = fixed
        # from which each layer takes its own, in order
        self.parameters = zip(flat.values, flat.views(flat.grad))
        starts = {layer.start for layer in layers if isinstance(layer, (Residual, Skip))}
        self.kept = {0: Kept(batch.x)} if starts else {}
        self.last: list[Op] = []  # of the backward
        first = layers[0]
        self.apart = self._lie_apart(layers, batch.x)
        node = (
            self._embedding(first, batch.x)
            if isinstance(first, Embeddings)
            else self._linear(first_of(layers), batch.x, None)
        )
        for place, layer in enumerate(layers[1:], 1):
            if place in starts:
                self._keep(place, node)
            node = BUILDERS.get(type(layer), Program._activation)(self, layer, node)
        self.loss = node.value.new_zeros(batch.x.shape[:-2])
        self._loss(loss, batch, node if batch.offset is None else self._offset(batch.offset, node))
        if loss.dtype != self.loss.dtype:
            self._stay_in_range(loss.dtype)
        self.backward += self.last

    def _lie_apart(self, layers: Sequence[nn.Module], x: Tensor) -> set[nn.Module]:
        """Choose the layers whose values lie unit by unit: none that is read row by row."""
        if x.ndim == 2 or x.device.type != "cpu" or nn.LayerNorm in map(type, layers):
            return set()
        return set([layer for layer in layers if type(layer) is nn.Linear][:-1])

    def _add(self, forward: Sequence[Op], backward: Sequence[Op]) -> None:
        self.forward += forward
        self.backward[:0] = backward

    def _embedding(self, layer: Embeddings, x: Tensor) -> Node:
        """Add embedded columns: what they give goes into the first layer."""
        tables = [next(self.parameters) for _ in layer.columns]
        made = embedded_rows(layer, x, tables, self.training, self.by_code)
        if self.fixed:
            call(made.reading)
        else:
            self.forward += made.reading
        self._add(made.forward, [])
        self.last += made.backward
        self.inputs = Node(made.value, made.grad)
        return self.inputs

    def _later_linear(self, layer: nn.Linear, data: Node) -> Node:
        return self._linear(layer, data.value, data.grad)

    def _linear(self, layer: nn.Linear, data: Tensor, data_grad: Tensor | None) -> Node:
        """Add a linear layer; `data_grad` is None for the first, whose data are the rows."""
        weight, weight_grad = next(self.parameters)
        value = data.new_empty((*data.shape[:-1], layer.out_features))
        if layer in self.apart:
            value = unit_by_unit(value)
        out = Node(value, torch.empty_like(value))
        backward = [self._by_weight(out.grad, data, weight_grad)]
        if layer.bias is not None:
            bias, bias_grad = next(self.parameters)
            forward = product(data, weight.mT, value, bias)
            backward.append(self._by_bias(out.grad, bias_grad))
        else:
            forward = product(data, weight.mT, value)
        if data_grad is not None:
            backward.append(product(out.grad, weight, data_grad))
        self._add([forward], backward)
        return out

    def _by_weight(self, grad: Tensor, data: Tensor, place: Tensor) -> Op:
        return product_into(grad.mT, data, place)

    def _by_bias(self, grad: Tensor, place: Tensor) -> Op:
        return partial(torch.sum, grad, -2, out=place)

    def _activation(self, layer: nn.Module, data: Node) -> Node:
        kind = ACTIVATIONS[type(layer)]
        args = [getattr(layer, name) for name in kind.args]
        value = data.value if kind.from_output else torch.empty_like(data.value)
        saved = value if kind.from_output else data.value
        self._add(
            [partial(kind.forward, data.value, *args, out=value)],
            [partial(kind.backward, data.grad, saved, *args, grad_input=data.grad)],
        )
        return Node(value, data.grad)

    def _dropout(self, layer: nn.Dropout, data: Node) -> Node:
        """Multiply by 0 or 1 / (1 - p), drawn as torch draws it on the CPU."""
        if layer.p == 0 or not self.training:
            return data
        value, noise = torch.empty_like(data.value), torch.empty_like(data.value)
        self._add(
            [
                partial(noise.bernoulli_, 1 - layer.p),
                partial(noise.div_, 1 - layer.p),
                partial(torch.mul, data.value, noise, out=value),
            ],
            [partial(data.grad.mul_, noise)],
        )
        return Node(value, data.grad)

    def _layer_norm(self, layer: nn.LayerNorm, data: Node) -> Node:
        return self._affine(layer, self._standardise(layer, data))

    def _standardise(self, layer: nn.LayerNorm, data: Node) -> Node:
        """Subtract the mean of a row's units and divide by their spread."""
        shape = list(layer.normalized_shape)
        normal, grad = torch.empty_like(data.value), torch.empty_like(data.value)
        mean, scale = data.value.new_empty((2, *data.value.shape[:-1], 1))
        forward = partial(aten.native_layer_norm.out, data.value, shape, None, None, layer.eps,
                          out0=normal, out1=mean, out2=scale)  # fmt: skip
        inputs = grad, data.value, shape, mean, scale, None, None, [True, False, False]
        back = partial(aten.native_layer_norm_backward.default, *inputs)
        # it has no form that writes where it is wanted
        self._add([forward], [lambda: data.grad.copy_(back()[0])])
        return Node(normal, grad)

    def _affine(self, layer: nn.LayerNorm, data: Node) -> Node:
        """Multiply each unit by its weight and add its bias, where there are any."""
        value, backward = data.value, list[Op]()
        if layer.weight is not None:
            weight, by_weight = next(self.parameters)
            value = torch.empty_like(data.value)
            self._add([partial(torch.mul, data.value, weight.unsqueeze(-2), out=value)], [])
            backward = [
                *self._by_gain(data.grad, data.value, by_weight),
                partial(data.grad.mul_, weight.unsqueeze(-2)),
            ]
        if layer.bias is not None:
            bias, by_bias = next(self.parameters)
            self._add([partial(value.add_, bias.unsqueeze(-2))], [])
            backward.insert(0, self._by_bias(data.grad, by_bias))
        self._add([], backward)
        return Node(value, data.grad)

    def _by_gain(self, grad: Tensor, normal: Tensor, place: Tensor) -> list[Op]:
        product = torch.empty_like(grad)
        return [
            partial(torch.mul, grad, normal, out=product),
            partial(torch.sum, product, -2, out=place),
        ]

    def _keep(self, place: int, data: Node) -> None:
        """Keep what branches take; the gradient that comes by them is added to that of the layer.

        So it is written before the layer there is, and goes back after it.
        """
        grad = torch.zeros_like(data.value)  # a skip connection alone writes nothing there
        self.kept[place] = Kept(data.value, grad)
        self._add([], [partial(data.grad.add_, grad)])

    def _residual(self, layer: Residual, data: Node) -> Node:
        earlier, value = self.kept[layer.start], torch.empty_like(data.value)
        grad = torch.empty_like(value) if earlier.grad is None else earlier.grad
        self._add(
            [partial(torch.add, data.value, earlier.value, out=value)],
            [partial(data.grad.copy_, grad)],
        )
        return Node(value, grad)

    def _skip(self, layer: Skip, data: Node) -> Node:
        """Add a linear map of the inputs to what the last layer gives."""
        weight, weight_grad = next(self.parameters)
        kept, value = self.kept[layer.start], data.value
        x = kept.value
        add: Callable[..., Tensor] = value.addmm_ if value.ndim == 2 else value.baddbmm_
        backward = [self._by_weight(data.grad, x, weight_grad)]
        if kept.grad is not None:  # vectors, which learn by it; a residual may write there too
            grad = torch.empty_like(x)
            backward.append(product(data.grad, weight, grad))
            self.last.insert(0, partial(self.inputs.grad.add_, grad))
        self._add([partial(add, x, weight.mT)], backward)
        return data

    def _identity(self, layer: nn.Identity, data: Node) -> Node:
        return data

    def _offset(self, offset: Tensor, out: Node) -> Node:
        """Add an offset, beside the output: the last layer may need that for its gradient."""
        value = torch.empty_like(out.value)
        self._add([partial(torch.add, out.value, offset, out=value)], [])
        return Node(value, out.grad)

    def _loss(self, loss: Loss, batch: Batch, out: Node) -> None:
        if isinstance(loss, UserLoss):
            self._add(*own_loss(loss, batch, out.value, out.grad, self.loss))
            return
        if loss.family.joint:
            self._add(*joint_loss(loss, batch, out.value, out.grad, self.loss))
            return
        target = batch.y
        each = out.value.new_empty(target.shape)
        share = torch.ones_like(each)
        forward, backward = loss_of(loss).ops(
            Buffers(out.value, target, each, share, out.grad), loss.criterion
        )
        if loss.family.scale_log:
            forward.append(partial(each.add_, loss.shift))
        lead = self.loss.ndim
        whole = each.flatten(lead)
        count = torch.full_like(self.loss, whole.shape[-1])
        if loss.weighted:
            assert batch.weights is not None  # the batches of a weighted loss have them
            weigh = _weigh(batch.weights, share, loss.mean)
            if self.fixed:
                call(weigh)
            else:
                self.forward += weigh
            weighted = torch.empty_like(each)
            forward += [partial(torch.mul, share, each, out=weighted)]
            whole = weighted.flatten(lead)
        elif loss.mean:
            share.div_(whole.shape[-1])
        forward += [partial(torch.sum, whole, -1, out=self.loss)]
        if loss.mean and not loss.weighted:
            forward += [partial(self.loss.div_, count)]
        self._add(forward, backward)

    def _stay_in_range(self, dtype: torch.dtype) -> None:
        """Make NaN of a loss that is too large for a narrower dtype: there it is infinite.

        Infinity times 0 is NaN; any other loss has nothing added to it.
        """
        narrow = self.loss.to(dtype)
        self.forward += [
            partial(narrow.copy_, self.loss),
            partial(torch.add, self.loss, narrow, alpha=0, out=self.loss),
        ]


# by its class, what adds a layer that is not the first; those of activations are all alike
BUILDERS: dict[type, Callable[[Program, Any, Node], Node]] = {
    nn.Linear: Program._later_linear,
    nn.Dropout: Program._dropout,
    nn.Identity: Program._identity,
    nn.LayerNorm: Program._layer_norm,
    Residual: Program._residual,
    Skip: Program._skip,
}


def _weigh(weights: Tensor, share: Tensor, mean: bool) -> list[Op]:
    """Fill `share` from a batch's weights: sum(w * l) / sum(w), l averaged over outputs."""
    rows = torch.empty_like(weights)
    total = torch.empty_like(weights[..., :1])
    outputs = torch.full_like(total, share.numel() // weights.numel())
    by_row = rows if share.ndim == rows.ndim else rows.unsqueeze(-1)
    if not mean:
        return [partial(rows.copy_, weights), partial(share.copy_, by_row)]
    return [
        partial(torch.sum, weights, -1, keepdim=True, out=total),
        partial(total.mul_, outputs),
        partial(torch.div, weights, total, out=rows),
        partial(share.copy_, by_row),
    ]
