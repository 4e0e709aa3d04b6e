"""Operators of torch that ONNX, or what runs it, lacks: written in those that there are.

onnxruntime has no `Erf`, `Atan`, `Elu` and others in float64, ONNX itself no `expm1`. And torch's
exporter rounds numbers that are no tensors to float32, in a graph of float64 too. The table that
is made here is for `ExportedProgram.run_decompositions()`, and so it holds for modules of the
user's own as for ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch._decomp import get_decompositions

aten = torch.ops.aten

# whose own decomposition torch has
IN_FLOAT64 = (
    "celu", "elu", "gelu", "hardsigmoid", "hardswish", "leaky_relu", "mish", "selu", "softplus",
)  # fmt: skip

# with a number in the place of their second operand
WITH_NUMBERS = (
    (aten.add.Tensor, aten.add.Tensor),
    (aten.add.Scalar, aten.add.Tensor),
    (aten.sub.Tensor, aten.sub.Tensor),
    (aten.sub.Scalar, aten.sub.Tensor),
    (aten.mul.Tensor, aten.mul.Tensor),
    (aten.mul.Scalar, aten.mul.Tensor),
    (aten.div.Tensor, aten.div.Tensor),
    (aten.div.Scalar, aten.div.Tensor),
    (aten.true_divide.Tensor, aten.div.Tensor),
    (aten.true_divide.Scalar, aten.div.Tensor),
    (aten.gt.Scalar, aten.gt.Tensor),
    (aten.ge.Scalar, aten.ge.Tensor),
    (aten.lt.Scalar, aten.lt.Tensor),
    (aten.le.Scalar, aten.le.Tensor),
)

DEGREE = 24  # of polynomials, from which on float64 has no more digits
LARGEST = float(np.finfo(np.float32).max)


def decompositions() -> dict[Any, Callable[..., Any]]:
    """Make the table: by operator, a function of its arguments that gives what it does."""
    _of_erfc(), _of_atan()  # before tensors are traced
    ours: dict[Any, Callable[..., Any]] = {
        aten.expm1.default: expm1,
        aten.log1p.default: log1p,
        aten.special_erfc.default: erfc,
        aten.hypot.default: hypot,
        aten.erf.default: _in_float64(lambda x: 1 - erfc(x)),
        aten.atan.default: _in_float64(lambda x: atan2(x, torch.ones_like(x))),
        aten.atan2.default: _in_float64(atan2),
        aten.rsub.Scalar: _in_float64(lambda x, number: _tensor(number, x) - x),
        aten.log_sigmoid.default: log_sigmoid,
        aten.rrelu.default: rrelu,
        aten.threshold.default: _in_float64(_threshold),
        aten.prelu.default: _in_float64(prelu),
        aten.layer_norm.default: _in_float64(layer_norm),
        aten._native_batch_norm_legit_no_training.default: batch_norm,
        aten.hardtanh.default: _in_float64(_between),
        aten.clamp.default: _in_float64(_between_if),
        aten.where.ScalarOther: _where,
        aten.where.ScalarSelf: _where,
    }
    torchs = get_decompositions([getattr(aten, name).default for name in IN_FLOAT64])
    numbers = {given: _exactly(given, meant) for given, meant in WITH_NUMBERS}
    return {**{op: _in_float64(made) for op, made in torchs.items()}, **ours, **numbers}


def _in_float64(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a function apply to tensors of float64 alone."""

    def in_float64(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        return function(x, *args, **kwargs) if x.dtype == torch.float64 else NotImplemented

    return in_float64


def exact(number: float, like: Tensor) -> Tensor | float:
    """Give a number to all of its digits, beside a tensor of float64: as a sum of float32's."""
    parts: list[float] = []
    while abs(number) <= LARGEST and len(parts) < 3 and number != sum(parts):
        parts.append(float(np.float32(number - sum(parts))))
    if like.dtype != torch.float64 or len(parts) < 2:
        return number
    made: Any = like.new_full((), parts[0])
    for part in parts[1:]:
        made = made + part
    return made


def _exactly(given: Any, meant: Any) -> Callable[..., Any]:
    def exactly(x: Any, number: Any, **kwargs: Any) -> Any:
        if not isinstance(x, Tensor):
            return NotImplemented
        made = exact(number, x) if isinstance(number, float) else number
        # another name for division, which torch 2.6 can not export
        renamed = given.overloadpacket is aten.true_divide
        return meant(x, made, **kwargs) if made is not number or renamed else NotImplemented

    return exactly


def _threshold(x: Tensor, least: float, value: float) -> Tensor:
    return torch.where(x > _tensor(least, x), x, _tensor(value, x))


def _between(x: Tensor, least: float = -1.0, most: float = 1.0) -> Tensor:
    return _between_if(x, least, most)


def _between_if(x: Tensor, least: float | None = None, most: float | None = None) -> Tensor:
    if least is not None:
        x = torch.maximum(x, _tensor(least, x))
    return x if most is None else torch.minimum(x, _tensor(most, x))


def _tensor(number: float, like: Tensor) -> Tensor:
    made = exact(number, like)
    return made if isinstance(made, Tensor) else like.new_full((), number)


def _where(condition: Tensor, yes: Any, no: Any) -> Any:
    """Choose between a tensor and a number."""
    like = yes if isinstance(yes, Tensor) else no
    if like.dtype != torch.float64:
        return NotImplemented
    yes, no = (one if isinstance(one, Tensor) else _tensor(one, like) for one in (yes, no))
    return torch.where(condition, yes, no)


def expm1(x: Tensor) -> Tensor:
    """Compute exp(x) - 1 to all digits, near 0 too.

    What exp(x) is rounded by, its logarithm is as well: Higham (2002), Accuracy and Stability of
    Numerical Algorithms, section 1.14.1.
    """
    raised = torch.exp(x)
    less = raised - 1
    moved = (raised != 1) & (less != -1) & (raised < math.inf)
    ratio = x / torch.log(torch.where(moved, raised, 2.0))
    return torch.where(raised == 1, x, torch.where(moved, less * ratio, less))


def log1p(x: Tensor) -> Tensor:
    """Compute log(1 + x) to all digits, near 0 too; as `expm1()`."""
    more = 1 + x
    moved = (more != 1) & (more < math.inf)
    ratio = x / torch.where(moved, more - 1, 1.0)
    return torch.where(more == 1, x, torch.where(moved, torch.log(more) * ratio, torch.log(more)))


def hypot(x: Tensor, y: Tensor) -> Tensor:
    """Compute the root of a sum of squares, which may be beyond numbers."""
    small, large = torch.minimum(x.abs(), y.abs()), torch.maximum(x.abs(), y.abs())
    ratio = small / torch.where(large == 0, 1.0, large)
    return large * torch.sqrt(1 + ratio * ratio)


def erfc(x: Tensor) -> Tensor:
    """Compute the complement of the error function, to a digit or two less than torch has.

    For x from 0 on it is exp(-x^2) times a function of 2 / (2 + x), smooth from 0 to 1, of which
    the best polynomial is found by torch's own.
    """
    size = x.abs()
    at = 2 / (2 + size)
    tail = torch.exp(-size * size) * _horner(_of_erfc(), 2 * at - 1)
    return torch.where(x < 0, 2 - tail, tail)


def atan2(y: Tensor, x: Tensor) -> Tensor:
    """Compute the angle of a point, from the ratio of its smaller to its larger coordinate."""
    across, up = x.abs(), y.abs()
    small, large = torch.minimum(across, up), torch.maximum(across, up)
    ratio = small / torch.where(large == 0, 1.0, large)
    angle = ratio * _horner(_of_atan(), 2 * ratio * ratio - 1)
    angle = torch.where(up > across, math.pi / 2 - angle, angle)
    angle = torch.where(x < 0, math.pi - angle, angle)
    return torch.where(y < 0, -angle, angle)


def log_sigmoid(x: Tensor) -> Tensor:
    """Compute log(1 / (1 + exp(-x))), which torch exports as it is written: far out -infinity."""
    return torch.minimum(x, torch.zeros_like(x)) - torch.log1p(torch.exp(-x.abs()))


def prelu(x: Tensor, slope: Tensor) -> Tensor:
    """Compute what it is, with slopes for the columns or one for all."""
    shape = [1, -1] + [1] * (x.ndim - 2) if x.ndim > 1 else [-1]
    return torch.where(x > 0, x, slope.reshape(shape) * x)


def layer_norm(
    x: Tensor,
    shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn: bool = True,
) -> Tensor:
    """Compute what it is; ONNX has its `eps` in float32. No square is beyond numbers."""
    last = tuple(range(-len(shape), 0))
    away = x - x.mean(last, keepdim=True)
    size = away.abs().amax(last, keepdim=True)
    size = torch.where(size > 1, size, 1.0)
    away = away / size
    scaled = away / torch.sqrt((away * away).mean(last, keepdim=True) + eps / size / size)
    scaled = scaled if weight is None else scaled * weight
    return scaled if bias is None else scaled + bias


def batch_norm(
    x: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    mean: Tensor,
    variance: Tensor,
    momentum: float,
    eps: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute what it is in evaluation, which gives nothing beside.

    ONNX has its `eps` in float32, and torch 2.6 can not export it.
    """
    shape = [1, -1] + [1] * (x.ndim - 2)
    slope = torch.rsqrt(variance + eps)
    slope = slope if weight is None else slope * weight
    scaled = (x - mean.reshape(shape)) * slope.reshape(shape)
    scaled = scaled if bias is None else scaled + bias.reshape(shape)
    return scaled, x.new_zeros(0), x.new_zeros(0)


def rrelu(x: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Any:
    """Compute what it is in evaluation: with the middle one of its slopes."""
    if training:
        return NotImplemented
    return torch.where(x >= 0, x, x * ((lower + upper) / 2))


def _horner(coefficients: tuple[float, ...], x: Tensor) -> Tensor:
    """Compute a polynomial, its highest power first."""
    value: Any = x.new_zeros(())
    for one in coefficients:
        value = value * x + exact(one, x)
    return value


@cache
def _of_erfc() -> tuple[float, ...]:
    return _polynomial(lambda at: torch.special.erfcx(2 / ((1 + at) / 2) - 2))


@cache
def _of_atan() -> tuple[float, ...]:
    def slope(at: Tensor) -> Tensor:
        root = torch.sqrt((1 + at) / 2)
        return torch.atan(root) / root

    return _polynomial(slope)


def _polynomial(function: Callable[[Tensor], Tensor]) -> tuple[float, ...]:
    """Interpolate a function between -1 and 1 at Chebyshev's points; the highest power first."""
    series = np.polynomial.Chebyshev.interpolate(
        lambda at: function(torch.from_numpy(at)).numpy(), DEGREE
    )
    powers = series.convert(kind=np.polynomial.Polynomial).coef
    return tuple(float(one) for one in powers[::-1])
