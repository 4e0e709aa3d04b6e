"""The operators of R's group `Ops`.

An operand on either side is a tensor, a number or an array. R's rules on types hold: integers and
logicals count in 64 bits (R's integers never wrap around at 255), an integer with a double is a
double, `/` and `^` of integers are doubles. Of two floating tensors torch's rules hold; R's data
takes the dtype of the floating tensor beside it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Union, overload

import numpy as np
import torch
from torch import Tensor

from .memory import Data, Number, Operand, is_float, mirror, to_tensor

# An operand as torch takes it, once R's data is converted.
Ready = Union[Tensor, Number]

# Data other than Python's own numbers: arrays, NumPy's scalars, [real part, imaginary part].
ARRAYS = (np.ndarray, np.generic, list)

# R's order of types: an operation takes place in the higher of its operands' two.
LOGICAL, INTEGER, DOUBLE, COMPLEX = range(4)
KINDS: dict[type, int] = {bool: LOGICAL, int: INTEGER, float: DOUBLE, complex: COMPLEX}
ARRAY_KINDS = {"b": LOGICAL, "i": INTEGER, "u": INTEGER, "f": DOUBLE, "c": COMPLEX}
NARROW = {torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32}
NARROW |= {getattr(torch, name) for name in ("uint16", "uint32", "uint64") if hasattr(torch, name)}


def kind(x: Operand) -> int:
    """Give the place of an operand in R's order: LOGICAL, INTEGER, DOUBLE or COMPLEX."""
    if isinstance(x, Tensor):
        if is_float(x.dtype):
            return COMPLEX if x.dtype.is_complex else DOUBLE
        return LOGICAL if x.dtype == torch.bool else INTEGER
    if isinstance(x, (np.ndarray, np.generic)):
        return ARRAY_KINDS[x.dtype.kind]
    return COMPLEX if isinstance(x, list) else KINDS[type(x)]


@overload
def widen(x: Tensor) -> Tensor: ...
@overload
def widen(x: Number) -> Number: ...
def widen(x: Ready) -> Ready:
    """Turn integers and logicals into integers of 64 bits; leave anything else as it is."""
    if isinstance(x, Tensor):
        return x.long() if x.dtype in NARROW else x
    return int(x) if type(x) is bool else x


@overload
def real(x: Tensor) -> Tensor: ...
@overload
def real(x: Number) -> Number: ...
def real(x: Ready) -> Ready:
    """Turn tensors of integers and logicals into float64; leave anything else as it is."""
    return x.double() if isinstance(x, Tensor) and not is_float(x.dtype) else x


def check_device(x: Tensor, y: Tensor) -> None:
    """Refuse two tensors on different devices: nothing is moved unasked."""
    if x.device != y.device:
        raise ValueError(
            f"one tensor is on device '{x.device}', the other on '{y.device}'; "
            f"move one of them yourself: x$to('{y.device}')"
        )


def dtype_for(data: Data, x: Tensor) -> torch.dtype:
    """Give the dtype for R's data beside a tensor.

    It is the tensor's, with integers in 64 bits, unless the data are of a higher kind.
    """
    wanted = kind(data)
    if wanted == LOGICAL and x.dtype == torch.bool:
        return torch.bool
    x = widen(x)
    if wanted <= kind(x):
        return x.dtype
    if wanted == COMPLEX:
        return torch.complex64 if x.dtype == torch.float32 else torch.complex128
    return torch.float64 if wanted == DOUBLE else torch.int64


def as_beside(data: Data, x: Tensor) -> Tensor:
    """Make a tensor of R's data, on the device of tensor `x` and in the dtype that fits it."""
    return to_tensor(data, dtype_for(data, x), x.device)


def like(data: Data, x: Tensor) -> Ready:
    """Convert R's data to an operand for torch, beside tensor `x`.

    A number of no higher kind than the tensor stays a number: torch is fastest with that.
    """
    if isinstance(data, ARRAYS) or KINDS[type(data)] > kind(x):
        return as_beside(data, x)
    return data


def recycle(x: Tensor, vector: Tensor) -> tuple[Tensor, Tensor]:
    """Bring a tensor and a plain vector of R's to shapes that torch combines as R does.

    R repeats the vector down the columns until it is as long as the tensor. R refuses a vector
    that is longer than the tensor; it is left as it is here, for torch to broadcast or refuse.

    Parameters
    ----------
    x : Tensor
        Of any shape.
    vector : Tensor
        Of shape (n,).
    """
    n, m = x.numel(), vector.numel()
    if x.dim() and n == 0:
        return x, vector.new_empty(x.shape)
    if x.dim() == 0 or m > n:
        return x, vector
    if m == 0:
        return x.reshape(-1)[:0], vector
    if m == x.shape[0]:
        return x, vector.reshape(m, *[1] * (x.dim() - 1))
    whole = vector.repeat(-(-n // m))[:n]
    return x, mirror(whole.reshape(x.shape[::-1]))


def meet(x: Operand, y: Operand, plain: bool = False) -> tuple[Ready, Ready]:
    """Prepare two operands for torch: both on one device, in R's types.

    Parameters
    ----------
    x, y : Operand
        At least one of them a tensor.
    plain : bool, default False
        Whether the other one is a plain R vector, not a matrix or an array, so that it recycles.
    """
    if not isinstance(x, Tensor):
        y, x = meet(y, x, plain)
        return x, y
    if isinstance(y, Tensor):
        check_device(x, y)
    elif plain:
        x, y = recycle(x, as_beside(y, x))
    else:
        y = like(y, x)
    return widen(x), widen(y)


def as_tensors(x: Ready, y: Ready) -> tuple[Tensor, Tensor]:
    """Give both operands as tensors: a number takes the other's dtype and device."""
    if isinstance(x, Tensor):
        if not isinstance(y, Tensor):
            y = torch.tensor(y, dtype=x.dtype, device=x.device)
        return x, y
    if isinstance(y, Tensor):
        return torch.tensor(x, dtype=y.dtype, device=y.device), y
    raise TypeError("one of the two operands must be a tensor")


def in_one_float(x: Ready, y: Ready) -> tuple[Tensor, Tensor]:
    """Give both operands as tensors of one floating dtype.

    An integer tensor takes the dtype of a floating one beside it; two of them become doubles.
    """
    x, y = as_tensors(*in_reals(x, y))
    dtype = torch.promote_types(x.dtype, y.dtype)
    return x.to(dtype), y.to(dtype)


def in_reals(x: Ready, y: Ready) -> tuple[Ready, Ready]:
    """Turn integer tensors into doubles, unless one of the two is a floating tensor already."""
    floats = [t for t in (x, y) if isinstance(t, Tensor) and is_float(t.dtype)]
    return (x, y) if floats else (real(x), real(y))


def _binary(
    function: Callable[..., Tensor],
    prepare: Callable[[Ready, Ready], tuple[Ready, Ready]] | None = None,
) -> Callable[..., Tensor]:
    def rule(x: Operand, y: Operand, plain: bool = False) -> Tensor:
        x, y = meet(x, y, plain)
        return function(x, y) if prepare is None else function(*prepare(x, y))

    return rule


def _divisible(x: Ready, y: Ready) -> tuple[Tensor, Tensor]:
    """Prepare operands of `%%` and `%/%`.

    An integer divided by zero is NA in R. torch's integers have no NA, so they become doubles.
    """
    x, y = as_tensors(x, y)
    if not is_float(x.dtype) and not is_float(y.dtype) and not y.all():
        return x.double(), y.double().masked_fill(y == 0, torch.nan)
    return x, y


def _floor_divide(x: Tensor, y: Tensor) -> Tensor:
    return torch.div(x, y, rounding_mode="floor")


RULES: dict[str, Callable[..., Tensor]] = {
    "+": _binary(operator.add),
    "-": _binary(operator.sub),
    "*": _binary(operator.mul),
    "/": _binary(operator.truediv, in_reals),
    "^": _binary(operator.pow, in_reals),
    "log base": _binary(lambda x, y: torch.log(x) / torch.log(y), in_one_float),
    "%%": _binary(torch.remainder, _divisible),
    "%/%": _binary(_floor_divide, _divisible),
    "==": _binary(operator.eq),
    "!=": _binary(operator.ne),
    "<": _binary(operator.lt),
    "<=": _binary(operator.le),
    ">": _binary(operator.gt),
    ">=": _binary(operator.ge),
    "&": _binary(torch.logical_and, as_tensors),
    "|": _binary(torch.logical_or, as_tensors),
    "unary +": widen,
    "unary -": lambda x: -widen(x),
    "unary !": torch.logical_not,
}
