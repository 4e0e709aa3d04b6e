"""Tensors to and from R's memory, which is column-major and knows four kinds of number."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Union

import numpy as np
import torch
from torch import Tensor

# An R vector of length one becomes a number, any other an array. A complex array comes as the list
# [real part, imaginary part], because older versions of reticulate can not hand it over whole.
Number = Union[bool, int, float, complex]
Data = Union[Number, np.ndarray, np.generic, list[np.ndarray]]
Operand = Union[Tensor, Data]

INT32_MAX = 2**31 - 1
EXACT_IN_DOUBLE = 2**53

# What bit64 has for NA.
INTEGER64_NA = -(2**63)


def is_float(dtype: torch.dtype) -> bool:
    """Tell whether R would call numbers of this dtype double or complex."""
    return dtype.is_floating_point or dtype.is_complex


def mirror(x: Tensor) -> Tensor:
    """View a tensor with its dimensions in reverse order.

    The mirror of a row-major tensor, such as torch makes, lies in memory as R's arrays do.

    Parameters
    ----------
    x : Tensor
        Of shape (n1, n2, ..., nk).

    Returns
    -------
    Tensor
        Of shape (nk, ..., n2, n1), on the same memory.
    """
    return x.permute(tuple(range(x.dim() - 1, -1, -1)))


def joined(data: Data) -> Number | np.ndarray | np.generic:
    """Make one complex array of a list [real part, imaginary part]; leave other data as it is."""
    if not isinstance(data, list):
        return data
    whole = np.empty(data[0].shape, dtype=np.complex128)
    whole.real, whole.imag = data
    return whole


def borrowed(array: np.ndarray) -> Tensor:
    """Make a tensor on the memory of an array of R's.

    NumPy holds R's arrays to be read-only, and torch.from_numpy() would warn of that. Here nothing
    checks it: whoever writes into the tensor must know that nothing else in R uses the memory.
    """
    dtype = torch.from_numpy(np.empty(0, array.dtype)).dtype
    if array.size == 0:
        return torch.empty(array.shape, dtype=dtype)
    array = np.asfortranarray(array)
    memory = (ctypes.c_char * array.nbytes).from_address(array.ctypes.data)
    memory.owner = array  # type: ignore[attr-defined]  # keeps the array alive
    return mirror(torch.frombuffer(memory, dtype=dtype).view(array.shape[::-1]))


def to_tensor(
    data: Data, dtype: torch.dtype | None = None, device: torch.device | str | None = None
) -> Tensor:
    """Copy R's data into a new tensor.

    Parameters
    ----------
    data : number, array or list of two arrays
        A number becomes a tensor of no dimension. An array keeps its shape and is copied once,
        also where its dtype changes.
    dtype, device : optional
        Left out: NumPy's dtype, and the CPU.
    """
    data = joined(data)
    if not isinstance(data, np.ndarray):
        return torch.tensor(data, dtype=dtype, device=device)
    source = borrowed(data)
    return torch.empty(source.shape, dtype=dtype or source.dtype, device=device).copy_(source)


def _dtype_named(name: str) -> torch.dtype:
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise ValueError(f'`dtype` must be the name of a torch dtype like "float32", not "{name}"')
    return dtype


def _usable(device: torch.device | str) -> torch.device:
    """Give a device that tensors can be made on, or say that `device` is none."""
    try:
        found = torch.device(device)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = " ".join(str(error).split(". ")[0].split())
        name = " ".join(str(device).split())
        raise ValueError(f'`device` "{name}" can not be used: {reason}') from error
    return found


def _made(data: object, dtype: torch.dtype | None, device: torch.device | None) -> Tensor:
    """Make a tensor of what is none."""
    if isinstance(data, (bool, int, float, complex, np.ndarray, np.generic, list)):
        if dtype is not None and not is_float(dtype) and not np.all(np.isfinite(data)):
            raise ValueError(f"{dtype} has no NaN and no infinity")
        return to_tensor(data, dtype, device)
    try:
        return torch.as_tensor(data, dtype=dtype, device=device)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"`x` can not be made a tensor: {error}") from error


def from_r(
    data: object,
    dtype: torch.dtype | str | None,
    device: torch.device | str | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Make the tensor that R's as_tensor() gives.

    Parameters
    ----------
    data : Operand, or any object that torch.as_tensor() takes
        A tensor is given back as it is where it is already as asked.
    dtype : torch.dtype or str, optional
        A dtype, or its name, such as "float32".
    device : torch.device or str, optional
    requires_grad : bool, default False
        Whether torch tracks the tensor for gradients.
    """
    dtype = _dtype_named(dtype) if isinstance(dtype, str) else dtype
    device = None if device is None else _usable(device)
    if isinstance(data, Tensor):
        tensor = data.to(device=device, dtype=dtype)
        if requires_grad and not tensor.requires_grad:
            tensor = tensor.detach()  # the tensor that was given stays untracked
    else:
        tensor = _made(data, dtype, device)
    if requires_grad and not is_float(tensor.dtype):
        raise ValueError(f"`requires_grad` needs a floating dtype: {tensor.dtype} has no gradient")
    return tensor.requires_grad_() if requires_grad else tensor


def integer64(bits: np.ndarray, plain: bool) -> np.ndarray | np.generic:
    """Read integers of 64 bits, which R's package bit64 keeps in the memory of doubles.

    Parameters
    ----------
    bits : ndarray
        Of float64, of which only the bits count.
    plain : bool
        Whether it is a plain vector: a single one is then a number.

    Returns
    -------
    ndarray or generic
        Of int64; or of float64 where an NA, which becomes NaN, is among them.
    """
    whole = bits.view(np.int64)
    numbers = integer64_as_double(bits) if (whole == INTEGER64_NA).any() else whole
    return numbers[0] if plain and numbers.size == 1 else numbers


def integer64_as_double(bits: np.ndarray) -> np.ndarray:
    """Give the doubles of the same values; NaN for NA.

    Raises
    ------
    ValueError
        Where a value is beyond 2**53, so that doubles would not hold it exactly.
    """
    whole = bits.view(np.int64)
    missing = whole == INTEGER64_NA
    if (np.abs(np.where(missing, 0, whole)) > EXACT_IN_DOUBLE).any():
        raise ValueError("an integer64 beyond 2^53 can not be a double without losing digits")
    return np.where(missing, np.nan, whole.astype(np.float64))


def describe(x: Tensor) -> list[str | bool | int]:
    """Say what R needs to know to make room for a tensor.

    Returns
    -------
    list
        The kind of R vector ("logical", "integer", "double" or "complex"), whether whole numbers
        lose digits in it, and the extent of every dimension.
    """
    if x.dtype == torch.bool:
        return ["logical", False, *x.shape]
    if is_float(x.dtype):
        return ["complex" if x.dtype.is_complex else "double", False, *x.shape]
    # R's smallest 32-bit integer is its NA, so it does not fit either.
    largest = _magnitude(x)
    return ["integer" if largest <= INT32_MAX else "double", largest > EXACT_IN_DOUBLE, *x.shape]


def about(x: Tensor) -> dict[str, str | bool | float]:
    """Say what R's print() and all.equal() want to know of a tensor."""
    epsilon = torch.finfo(x.dtype if is_float(x.dtype) else torch.float64).eps
    return {
        "dtype": str(x.dtype).removeprefix("torch."),
        "device": str(x.device),
        "requires_grad": x.requires_grad,
        "has_data": not x.is_meta,
        "digits": round(-math.log10(epsilon)),
        "epsilon": epsilon,
    }


def _magnitude(x: Tensor) -> float:
    """Give the largest absolute value of an integer tensor; 0 where all values fit R's integers."""
    fits = x.dtype in (torch.uint8, torch.int8, torch.int16) or x.numel() == 0
    return 0 if fits else max(abs(end.item()) for end in torch.aminmax(x))


def fill(x: Tensor, room: np.ndarray) -> None:
    """Write a tensor into the memory of R's new array, for as.array().

    The values are moved once: one pass transposes them and changes their type.

    Parameters
    ----------
    x : Tensor
        Of any dtype, on any device, with any strides.
    room : ndarray
        Of the same shape, on R's own memory. Where `x` is a single number, of shape (1,).
    """
    if room.flags.owndata:
        raise RuntimeError("this reticulate copies the arrays that it hands to Python")
    x = x.detach()
    borrowed(room).view(x.shape).copy_(x.to_dense() if x.is_sparse else x)


RULES: dict[str, Callable[..., object]] = {
    "from_r": from_r,
    "integer64": integer64,
    "integer64 as double": integer64_as_double,
    "about": about,
    "describe": describe,
    "fill": fill,
}
