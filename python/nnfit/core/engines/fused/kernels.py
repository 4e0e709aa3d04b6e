"""Forward and backward of activations and losses, on buffers that exist already.

The kernels are torch's own, those that autograd calls, so both engines compute the same numbers.
An operation is a function without arguments that writes into a buffer; it is made once and
called every epoch, because on small data the time goes into calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ...model.linked_loss import LinkedLoss
from ...model.loss import Loss
from ...model.own_losses import OwnLoss, log_count_of_ways
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


def _huber(b: Buffers, criterion: nn.HuberLoss) -> Ops:
    inputs = (b.output, b.target, EACH, criterion.delta)
    return (
        [partial(aten.huber_loss.out, *inputs, out=b.each)],
        [partial(aten.huber_loss_backward.out, b.share, *inputs, grad_input=b.grad)],
    )


def _smooth_l1(b: Buffers, criterion: nn.SmoothL1Loss) -> Ops:
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


def _gamma_nll(b: Buffers, _: nn.Module) -> Ops:
    """Loss o + y exp(-o), and its derivative 1 - y exp(-o)."""
    return (
        [partial(torch.neg, b.output, out=b.grad), b.grad.exp_, partial(b.grad.mul_, b.target),
         partial(torch.add, b.output, b.grad, out=b.each)],
        [b.grad.neg_, partial(b.grad.add_, 1), partial(b.grad.mul_, b.share)],
    )  # fmt: skip


def _negative_binomial_nll(b: Buffers, criterion: OwnLoss) -> Ops:
    """(y + t) log(1 + exp(z)) - y z - log ways(y), with t theta and z = o - log(t).

    Its derivative is (y + t) sigmoid(z) - y. See `own_losses`.
    """
    dispersion = criterion.args["dispersion"]
    odds, trials = torch.empty_like(b.target), torch.empty_like(b.target)
    return (
        [partial(torch.add, b.output, math.log(dispersion), out=odds),
         partial(torch.add, b.target, 1 / dispersion, out=trials),
         partial(aten.softplus.out, odds, 1, 50, out=b.each),
         partial(b.each.mul_, trials),
         partial(b.each.addcmul_, b.target, odds, value=-1),
         lambda: b.each.sub_(log_count_of_ways(b.target, dispersion))],
        [partial(torch.sigmoid, odds, out=b.grad), partial(b.grad.mul_, trials),
         partial(b.grad.sub_, b.target), partial(b.grad.mul_, b.share)],
    )  # fmt: skip


def _gaussian_nll(b: Buffers, criterion: OwnLoss) -> Ops:
    """(v + s) / 2 with s = (m - y)^2 exp(-v), v the logarithm of the variance.

    Its derivatives are (m - y) exp(-v) by the mean m, and (1 - s) / 2 by v.
    """
    mean, log_variance = b.output.chunk(2, dim=-1)
    by_mean, by_log_variance = b.grad.chunk(2, dim=-1)
    error, pull, square = (torch.empty_like(b.target) for _ in range(3))
    constant = [partial(b.each.add_, math.log(2 * math.pi) / 2)] if criterion.args["full"] else []
    return (
        [partial(torch.sub, mean, b.target, out=error),
         partial(torch.neg, log_variance, out=pull), pull.exp_, partial(pull.mul_, error),
         partial(torch.mul, error, pull, out=square),
         partial(torch.add, log_variance, square, out=b.each),
         partial(b.each.div_, 2), *constant],
        [partial(torch.mul, pull, b.share, out=by_mean),
         square.neg_, partial(square.add_, 1), partial(square.div_, 2),
         partial(torch.mul, square, b.share, out=by_log_variance)],
    )  # fmt: skip


class _ByLevel:
    """What losses with an output for each of several levels share; see `own_losses`.

    Parameters
    ----------
    b : Buffers
    levels : list of float
    """

    def __init__(self, b: Buffers, levels: list[float]):
        shape = (len(levels), b.target.shape[-1])
        self.output, self.grad = b.output.unflatten(-1, shape), b.grad.unflatten(-1, shape)
        self.error, self.slope = torch.empty_like(self.output), torch.empty_like(self.output)
        self.each = torch.empty_like(self.output)
        self.lean = b.output.new_tensor(levels).unsqueeze(-1) - 0.5
        self.target, self.share = b.target.unsqueeze(-2), b.share.unsqueeze(-2)
        self.mean = partial(torch.mean, self.each, -2, out=b.each)
        self.part = -1 / len(levels)  # of a level in the mean; an error falls as the output grows

    def tilt(self) -> list[Op]:
        """Write the errors, and into `slope` level where one is positive, level - 1 if not."""
        return [
            partial(torch.sub, self.target, self.output, out=self.error),
            partial(torch.sign, self.error, out=self.slope),
            partial(self.slope.mul_, 0.5), partial(self.slope.add_, self.lean),
        ]  # fmt: skip

    def descend(self) -> list[Op]:
        """Make the gradient of `slope`, the derivative by the error."""
        return [
            partial(torch.mul, self.slope, self.share, out=self.grad),
            partial(self.grad.mul_, self.part),
        ]


def _quantile(b: Buffers, criterion: OwnLoss) -> Ops:
    by = _ByLevel(b, criterion.args["level"])
    each = partial(torch.mul, by.slope, by.error, out=by.each)
    return [*by.tilt(), each, by.mean], by.descend()


def _expectile(b: Buffers, criterion: OwnLoss) -> Ops:
    """|slope| e^2, and its derivative by the error 2 |slope| e."""
    by = _ByLevel(b, criterion.args["level"])
    return (
        [*by.tilt(), by.slope.abs_, partial(by.slope.mul_, by.error),
         partial(torch.mul, by.slope, by.error, out=by.each), by.mean],
        [partial(by.slope.mul_, 2), *by.descend()],
    )  # fmt: skip


def _focal(b: Buffers, criterion: OwnLoss) -> Ops:
    """q^g l with l = -log p and q = 1 - p; its derivative by l is q^g + g p q^(g - 1) l."""
    gamma, tiny = criterion.args["gamma"], torch.finfo(b.each.dtype).tiny
    loss, missed, p, slope = b.each, *(torch.empty_like(b.each) for _ in range(3))
    minus_log_p, share = torch.empty_like(b.each), torch.empty_like(b.each)
    forward, backward = _cross_entropy(b._replace(each=minus_log_p, share=share), criterion)
    return (
        [*forward,
         partial(torch.neg, minus_log_p, out=missed), partial(torch.exp, missed, out=p),
         missed.expm1_, missed.neg_, partial(missed.clamp_min_, tiny),
         partial(torch.pow, missed, gamma, out=slope),
         partial(torch.mul, slope, minus_log_p, out=loss)],
        [partial(p.mul_, loss), partial(p.div_, missed),
         partial(slope.add_, p, alpha=gamma), partial(torch.mul, slope, b.share, out=share),
         *backward],
    )  # fmt: skip


def _by_autograd(b: Buffers, criterion: nn.Module) -> Ops:
    """Make the operations of a loss whose derivative is not written out: autograd has it alone."""
    made: dict[str, Tensor] = {}

    def forward() -> None:
        # training is without autograd's bookkeeping, which here is needed
        with torch.inference_mode(False), torch.enable_grad():
            made["free"] = b.output.clone().requires_grad_()
            made["each"] = criterion(made["free"], b.target.clone())
        b.each.copy_(made["each"].detach())

    def backward() -> None:
        with torch.inference_mode(False):
            (found,) = torch.autograd.grad(made["each"], made["free"], b.share.clone())
        b.grad.copy_(found)

    return [forward], [backward]


class FusedLoss(NamedTuple):
    """A loss, and those of torch's arguments under which it is this one."""

    ops: Callable[[Buffers, Any], Ops]  # the second is the criterion, of the loss's own class
    only: dict[str, Any] = {}

    @property
    def by_autograd(self) -> bool:
        """Whether its derivative is not written out."""
        return self.ops is _by_autograd


# by name; those for which `families.csv` says so
LOSSES: dict[str, FusedLoss] = {
    "mse": FusedLoss(_mse),
    "l1": FusedLoss(_l1),
    "huber": FusedLoss(_huber),
    "smooth_l1": FusedLoss(_smooth_l1),
    "quantile": FusedLoss(_quantile),
    "expectile": FusedLoss(_expectile),
    "gaussian_nll": FusedLoss(_gaussian_nll),
    "poisson_nll": FusedLoss(_poisson_nll, {"log_input": True, "full": False}),
    "negative_binomial_nll": FusedLoss(_negative_binomial_nll),
    "gamma_nll": FusedLoss(_gamma_nll),
    "bce_with_logits": FusedLoss(_bce_with_logits, {"weight": None, "pos_weight": None}),
    "cross_entropy": FusedLoss(
        _cross_entropy, {"weight": None, "ignore_index": -100, "label_smoothing": 0.0}
    ),
    "inverse_gaussian_nll": FusedLoss(_by_autograd),
    "tweedie_nll": FusedLoss(_by_autograd),
    "focal": FusedLoss(_focal, {"weight": None}),
}


def loss_of(loss: Loss) -> FusedLoss:
    """Find the fused form of a loss.

    Raises
    ------
    DoesNotApply
        If it has none.
    """
    if isinstance(loss.criterion, LinkedLoss):
        return FusedLoss(_by_autograd)
    name = loss.family.torch or loss.family.name
    fused = LOSSES.get(loss.family.name)
    if fused is None:
        raise DoesNotApply(f"{name} is not among its losses")
    for argument, value in fused.only.items():
        if getattr(loss.criterion, argument) != value:
            raise DoesNotApply(f"{name} is among its losses only with {argument} = {value}")
    return fused
