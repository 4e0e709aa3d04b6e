"""The operators of R's group `Ops`.

Operands are tensors, numbers or arrays, in either place. R's rules on types hold: integers and
logicals count in 64 bits (R never wraps around at 255), an integer with a double is a double, `/`
and `^` of integers are doubles. Among floating dtypes torch's rules hold, and R's data takes the
tensor's dtype.
"""

import operator

import torch
from torch import Tensor

from nnfit.tensors.memory import is_float, mirror, to_tensor

LOGICAL, INTEGER, DOUBLE, COMPLEX = range(4)
KINDS = {bool: LOGICAL, int: INTEGER, float: DOUBLE, complex: COMPLEX}
ARRAY_KINDS = {"b": LOGICAL, "i": INTEGER, "u": INTEGER, "f": DOUBLE, "c": COMPLEX}
NARROW = {torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32}
NARROW |= {getattr(torch, name) for name in ("uint16", "uint32", "uint64") if hasattr(torch, name)}


def kind(x):
    """R's order of types, of a number, an array or a tensor."""
    if type(x) in KINDS:
        return KINDS[type(x)]
    if isinstance(x, list):
        return COMPLEX
    if not isinstance(x, Tensor):
        return ARRAY_KINDS[x.dtype.kind]
    if is_float(x.dtype):
        return COMPLEX if x.dtype.is_complex else DOUBLE
    return LOGICAL if x.dtype == torch.bool else INTEGER


def widen(x):
    """Integers and logicals in 64 bits; anything else as it is."""
    if isinstance(x, Tensor):
        return x.long() if x.dtype in NARROW else x
    return int(x) if type(x) is bool else x


def real(x):
    """Integers and logicals in float64; anything else as it is."""
    return x.double() if isinstance(x, Tensor) and not is_float(x.dtype) else x


def check_device(x, y):
    """Refuses two tensors on different devices: nothing is moved unasked."""
    if x.device != y.device:
        raise ValueError(
            f"one tensor is on device '{x.device}', the other on '{y.device}'; "
            f"move one of them yourself: x$to('{y.device}')"
        )


def dtype_for(data, x):
    """The dtype in which R's `data` meets `x`: the tensor's, unless its kind is too small."""
    wanted = kind(data)
    if wanted == LOGICAL and x.dtype == torch.bool:
        return torch.bool
    x = widen(x)
    if wanted <= kind(x):
        return x.dtype
    if wanted == COMPLEX:
        return torch.complex64 if x.dtype == torch.float32 else torch.complex128
    return torch.float64 if wanted == DOUBLE else torch.int64


def as_beside(data, x):
    """R's `data` (number or array) as a tensor beside `x`."""
    return to_tensor(data, dtype_for(data, x), x.device)


def like(data, x):
    """R's `data` as an operand for tensor `x`; a number of no larger kind stays a number."""
    return data if type(data) in KINDS and KINDS[type(data)] <= kind(x) else as_beside(data, x)


def recycle(x, vector):
    """Tensor `x` and R's plain vector (n,), the vector recycled down the columns of `x` as R does.

    A vector that is longer than `x` is left as it is: R refuses it, so torch broadcasts.
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


def meet(x, y, plain=False):
    """Both operands ready for torch: on one device, in R's types.

    `plain` says that the one that is not a tensor is a plain R vector, which recycles.
    """
    if not isinstance(x, Tensor):
        y, x = meet(y, x, plain)
        return x, y
    if isinstance(y, Tensor):
        check_device(x, y)
    else:
        y = like(y, x)
        if plain:
            x, y = recycle(x, y)
    return widen(x), widen(y)


def as_tensors(x, y):
    """Two operands of which one may be a number, as two tensors of one device."""
    if not isinstance(x, Tensor):
        x = torch.tensor(x, dtype=y.dtype, device=y.device)
    if not isinstance(y, Tensor):
        y = torch.tensor(y, dtype=x.dtype, device=x.device)
    return x, y


def in_reals(x, y):
    """Integer operands as doubles, where neither is a floating tensor already."""
    floats = [t for t in (x, y) if isinstance(t, Tensor) and is_float(t.dtype)]
    return (x, y) if floats else (real(x), real(y))


def _binary(function, prepare=None):
    def rule(x, y, plain=False):
        x, y = meet(x, y, plain)
        return function(x, y) if prepare is None else function(*prepare(x, y))

    return rule


def _divisible(x, y):
    """Integers divided by zero are NA in R; torch's integers have none, so they become doubles."""
    x, y = as_tensors(x, y)
    if not is_float(x.dtype) and not is_float(y.dtype) and not y.all():
        return x.double(), y.double().masked_fill(y == 0, torch.nan)
    return x, y


def _floor_divide(x, y):
    return torch.div(x, y, rounding_mode="floor")


RULES = {
    "+": _binary(operator.add),
    "-": _binary(operator.sub),
    "*": _binary(operator.mul),
    "/": _binary(operator.truediv, in_reals),
    "^": _binary(operator.pow, in_reals),
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
