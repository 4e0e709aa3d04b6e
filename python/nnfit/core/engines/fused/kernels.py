"""Forward and backward of activations and losses, on buffers that exist already.

The kernels are torch's own, those that autograd calls, so both engines compute the same numbers.
An operation is a function without arguments that writes into a buffer; it is made once and
called every epoch, because on small data the time goes into calls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..base import DoesNotApply, Op

aten = torch.ops.aten
EACH = 0  # torch's number for reduction = "none": a loss for each element


class Activation(NamedTuple):
    """How an activation is computed.

    `forward(z, *args, out=)`, and `backward(grad, saved, *args, grad_input=)` where `saved` is
    its output or its input. What is computed from its output can overwrite its input.
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    from_output: bool = False
    args: tuple[str, ...] = ()


def _elu(
    z: Tensor, alpha: float, scale: float = 1.0, input_scale: float = 1.0, *, out: Tensor
) -> Tensor:
    return aten.elu.out(z, alpha, scale, input_scale, out=out)


def _elu_backward(
    grad: Tensor,
    z: Tensor,
    alpha: float,
    scale: float = 1.0,
    input_scale: float = 1.0,
    *,
    grad_input: Tensor,
) -> Tensor:
    return aten.elu_backward.grad_input(
        grad, alpha, scale, input_scale, False, z, grad_input=grad_input
    )


def _relu(z: Tensor, *, out: Tensor) -> Tensor:
    return torch.clamp_min(z, 0, out=out)


def _relu_backward(grad: Tensor, output: Tensor, *, grad_input: Tensor) -> Tensor:
    return aten.threshold_backward.grad_input(grad, output, 0, grad_input=grad_input)


def _leaky_relu_backward(grad: Tensor, z: Tensor, slope: float, *, grad_input: Tensor) -> Tensor:
    return aten.leaky_relu_backward.grad_input(grad, z, slope, False, grad_input=grad_input)


def _gelu(z: Tensor, approximate: str, *, out: Tensor) -> Tensor:
    return aten.gelu.out(z, approximate=approximate, out=out)


def _gelu_backward(grad: Tensor, z: Tensor, approximate: str, *, grad_input: Tensor) -> Tensor:
    return aten.gelu_backward.grad_input(grad, z, approximate=approximate, grad_input=grad_input)


# by class: torch's name of a module says nothing about what a subclass does
ACTIVATIONS: dict[type, Activation] = {
    nn.ReLU: Activation(_relu, _relu_backward, from_output=True),
    nn.Tanh: Activation(torch.tanh, aten.tanh_backward.grad_input, from_output=True),
    nn.Sigmoid: Activation(torch.sigmoid, aten.sigmoid_backward.grad_input, from_output=True),
    nn.LeakyReLU: Activation(aten.leaky_relu.out, _leaky_relu_backward, args=("negative_slope",)),
    nn.Softplus: Activation(
        aten.softplus.out, aten.softplus_backward.grad_input, args=("beta", "threshold")
    ),
    nn.Hardtanh: Activation(
        aten.hardtanh.out, aten.hardtanh_backward.grad_input, args=("min_val", "max_val")
    ),
    nn.ELU: Activation(_elu, _elu_backward, args=("alpha",)),
    nn.GELU: Activation(_gelu, _gelu_backward, args=("approximate",)),
    nn.SiLU: Activation(aten.silu.out, aten.silu_backward.grad_input),
}


class Buffers(NamedTuple):
    """What a loss works on; every tensor may have further leading dimensions."""

    output: Tensor  # (n, d): the model's
    target: Tensor  # (n, d), or (n,) of classes
    each: Tensor  # (n, d), or (n,): the loss of each element, written by forward
    share: Tensor  # as `each`: what an element's loss counts in the whole
    grad: Tensor  # (n, d): of the whole by `output`, written by backward


Ops = tuple[list[Op], list[Op]]  # forward, backward


def _mse(b: Buffers, _: nn.Module) -> Ops:
    return (
        [partial(aten.mse_loss.out, b.output, b.target, EACH, out=b.each)],
        [partial(aten.mse_loss_backward.grad_input, b.share, b.output, b.target, EACH,
                 grad_input=b.grad)],
    )  # fmt: skip


def _l1(b: Buffers, _: nn.Module) -> Ops:
    return (
        [
            partial(torch.sub, b.output, b.target, out=b.grad),
            partial(torch.abs, b.grad, out=b.each),
        ],
        [b.grad.sign_, partial(b.grad.mul_, b.share)],
    )


def _huber(b: Buffers, criterion: nn.Module) -> Ops:
    inputs = (b.output, b.target, EACH, criterion.delta)
    return (
        [partial(aten.huber_loss.out, *inputs, out=b.each)],
        [partial(aten.huber_loss_backward.out, b.share, *inputs, grad_input=b.grad)],
    )


def _smooth_l1(b: Buffers, criterion: nn.Module) -> Ops:
    inputs = (b.output, b.target, EACH, criterion.beta)
    return (
        [partial(aten.smooth_l1_loss.out, *inputs, out=b.each)],
        [partial(aten.smooth_l1_loss_backward.grad_input, b.share, *inputs, grad_input=b.grad)],
    )


def _poisson_nll(b: Buffers, _: nn.Module) -> Ops:
    """exp(o) - y o, and its derivative exp(o) - y."""
    return (
        [partial(torch.exp, b.output, out=b.grad),
         partial(torch.addcmul, b.grad, b.target, b.output, value=-1, out=b.each)],
        [partial(b.grad.sub_, b.target), partial(b.grad.mul_, b.share)],
    )  # fmt: skip


def _bce_with_logits(b: Buffers, _: nn.Module) -> Ops:
    """log(1 + exp(o)) - y o, and its derivative sigmoid(o) - y.

    From 50 on, log(1 + exp(o)) is o in either precision, and exp(o) does not overflow below.
    """
    return (
        [partial(aten.softplus.out, b.output, 1, 50, out=b.each),
         partial(b.each.addcmul_, b.target, b.output, value=-1)],
        [partial(torch.sigmoid, b.output, out=b.grad),
         partial(b.grad.sub_, b.target), partial(b.grad.mul_, b.share)],
    )  # fmt: skip


def _cross_entropy(b: Buffers, _: nn.Module) -> Ops:
    """-log softmax(o)[y]; the kernels take two dimensions, so replicas are laid end to end."""
    rows = (-1, b.output.shape[-1])
    log_p, grad = torch.empty_like(b.output).view(rows), b.grad.view(rows)
    target, each, share = b.target.reshape(-1), b.each.view(-1), b.share.view(-1)
    nothing = torch.zeros_like(each[:1]).squeeze()  # a total weight that nobody reads
    return (
        [partial(aten._log_softmax.out, b.output.view(rows), 1, False, out=log_p),
         partial(aten.nll_loss_forward.output, log_p, target, None, EACH, -100,
                 output=each, total_weight=nothing)],
        [partial(aten.nll_loss_backward.grad_input, share, log_p, target, None, EACH, -100,
                 nothing, grad_input=grad),
         partial(aten._log_softmax_backward_data.out, grad, log_p, 1, grad.dtype, out=grad)],
    )  # fmt: skip


class FusedLoss(NamedTuple):
    """A loss, and those of torch's arguments under which it is this one."""

    ops: Callable[[Buffers, nn.Module], Ops]
    only: dict[str, Any] = {}


LOSSES: dict[type, FusedLoss] = {
    nn.MSELoss: FusedLoss(_mse),
    nn.L1Loss: FusedLoss(_l1),
    nn.HuberLoss: FusedLoss(_huber),
    nn.SmoothL1Loss: FusedLoss(_smooth_l1),
    nn.PoissonNLLLoss: FusedLoss(_poisson_nll, {"log_input": True, "full": False}),
    nn.BCEWithLogitsLoss: FusedLoss(_bce_with_logits, {"weight": None, "pos_weight": None}),
    nn.CrossEntropyLoss: FusedLoss(
        _cross_entropy, {"weight": None, "ignore_index": -100, "label_smoothing": 0.0}
    ),
}


def loss_of(criterion: nn.Module) -> FusedLoss:
    """Find the fused form of one of torch's losses.

    Raises
    ------
    DoesNotApply
        If it has none.
    """
    loss = LOSSES.get(type(criterion))
    name = type(criterion).__name__
    if loss is None:
        raise DoesNotApply(f"{name} is not among its losses")
    for argument, value in loss.only.items():
        if getattr(criterion, argument) != value:
            raise DoesNotApply(f"{name} is among its losses only with {argument} = {value}")
    return loss
