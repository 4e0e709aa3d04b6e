"""Tensors to and from R's memory, which is column-major and knows four kinds of number."""

import ctypes
import math

import numpy as np
import torch

INT32_MAX = 2**31 - 1
EXACT_IN_DOUBLE = 2**53


def is_float(dtype):
    """Whether R would call numbers of this dtype double or complex."""
    return dtype.is_floating_point or dtype.is_complex


def mirror(x):
    """`x` with its dimensions in reverse order: R's column-major is torch's row-major mirrored."""
    return x.permute(tuple(range(x.dim() - 1, -1, -1)))


def joined(data):
    """R's data as one number or array: complex ones come as [real part, imaginary part]."""
    if not isinstance(data, list):
        return data
    whole = np.empty(data[0].shape, dtype=np.complex128)
    whole.real, whole.imag = data
    return whole


def borrowed(array):
    """A tensor on the memory of `array`, which is R's: column-major, and read-only to NumPy.

    torch.from_numpy() would warn of that. What may be written is for the caller to know.
    """
    dtype = torch.from_numpy(np.empty(0, array.dtype)).dtype
    if array.size == 0:
        return torch.empty(array.shape, dtype=dtype)
    array = np.asfortranarray(array)
    memory = (ctypes.c_char * array.nbytes).from_address(array.ctypes.data)
    memory.owner = array
    return mirror(torch.frombuffer(memory, dtype=dtype).view(array.shape[::-1]))


def to_tensor(data, dtype=None, device=None):
    """A number or an array as a new tensor; an array is copied once, whatever its dtype becomes."""
    data = joined(data)
    if not isinstance(data, np.ndarray):
        return torch.tensor(data, dtype=dtype, device=device)
    source = borrowed(data)
    return torch.empty(source.shape, dtype=dtype or source.dtype, device=device).copy_(source)


def _dtype_named(name):
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise ValueError(f'`dtype` must be the name of a torch dtype like "float32", not "{name}"')
    return dtype


def from_r(data, dtype, device=None, requires_grad=False):
    """A new tensor of R's `data`; a tensor is kept as it is where it fits.

    `dtype` is a name ("float32") or a torch.dtype.
    """
    dtype = _dtype_named(dtype) if isinstance(dtype, str) else dtype
    if isinstance(data, torch.Tensor):
        tensor = data.to(device=device, dtype=dtype)
        if requires_grad and not tensor.requires_grad:
            tensor = tensor.detach()  # the tensor that was given stays untracked
    elif isinstance(data, (bool, int, float, complex, np.ndarray, list)):
        if dtype is not None and not is_float(dtype) and not np.all(np.isfinite(data)):
            raise ValueError(f"{dtype} has no NaN and no infinity")
        tensor = to_tensor(data, dtype, device)
    else:
        tensor = torch.as_tensor(data, dtype=dtype, device=device)
    return tensor.requires_grad_() if requires_grad else tensor


def describe(x):
    """What R needs to make room for tensor `x`: [kind, loses digits?, *shape]."""
    if x.dtype == torch.bool:
        return ["logical", False, *x.shape]
    if is_float(x.dtype):
        return ["complex" if x.dtype.is_complex else "double", False, *x.shape]
    # R's smallest 32-bit integer is its NA, so it does not fit either.
    largest = _magnitude(x)
    return ["integer" if largest <= INT32_MAX else "double", largest > EXACT_IN_DOUBLE, *x.shape]


def about(x):
    """What print() and all.equal() want to know of tensor `x`."""
    epsilon = torch.finfo(x.dtype if is_float(x.dtype) else torch.float64).eps
    return {
        "dtype": str(x.dtype).removeprefix("torch."),
        "device": str(x.device),
        "requires_grad": x.requires_grad,
        "has_data": not x.is_meta,
        "digits": round(-math.log10(epsilon)),
        "epsilon": epsilon,
    }


def _magnitude(x):
    fits = x.dtype in (torch.uint8, torch.int8, torch.int16) or x.numel() == 0
    return 0 if fits else max(abs(end.item()) for end in torch.aminmax(x))


def fill(x, room):
    """Writes tensor `x`, of any dtype, strides and device, into `room`, R's new array.

    Transposed and cast in one pass, so the data is moved once.
    """
    if room.flags.owndata:
        raise RuntimeError("this reticulate copies the arrays that it hands to Python")
    x = x.detach()
    borrowed(room).view(x.shape).copy_(x.to_dense() if x.is_sparse else x)


RULES = {"from_r": from_r, "about": about, "describe": describe, "fill": fill}
