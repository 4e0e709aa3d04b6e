"""R's `[` and `[<-`: positions count from 1, several of them span a grid, one runs column-major.

R's side has resolved what an index means: what comes is None (all of that dimension), a number, or
an array of positive positions in which R's missing integer stands for NA.
"""

import numpy as np
import torch
from torch import Tensor

from nnfit.tensors.arithmetic import COMPLEX, check_device, kind
from nnfit.tensors.memory import is_float, mirror, to_tensor
from nnfit.tensors.shapes import flat


def _zero_based(index):
    """Positions from 0 as an int64 array (k,), and which of them are missing."""
    positions = np.atleast_1d(index).astype(np.int64) - 1
    return positions, positions < 0


def _missing(x):
    if not is_float(x.dtype):
        raise ValueError(f"{x.dtype} has no NA for what is not there: subscript out of bounds")
    return torch.nan


def extract(x, drop, *indices):
    """x[i, j, ...]: a grid of positions per dimension; `drop` leaves extents of 1 out.

    Always a copy, as in R, where a slice of torch's would be a view.
    """
    copied = False
    for dim, index in enumerate(indices):
        if index is None:
            continue
        if isinstance(index, int):
            x = x.narrow(dim, index - 1, 1)
            continue
        x = _select(x, dim, *_zero_based(index))
        copied = True
    x = x.squeeze() if drop else x
    return x if copied else x.clone()


def _select(x, dim, positions, missing):
    """The positions along one dimension, NaN where they are missing."""
    if not missing.any():
        return x.index_select(dim, torch.from_numpy(positions).to(x.device))
    extents = [1 if k == dim else n for k, n in enumerate(x.shape)]
    blank = x.new_full(extents, _missing(x))
    places = np.where(missing, x.shape[dim], positions)
    return torch.cat([x, blank], dim).index_select(dim, torch.from_numpy(places).to(x.device))


def extract_vector(x, index):
    """x[i] with positions in R's order over all of `x`: (k,)."""
    index = np.atleast_1d(index)
    positions, missing = _zero_based(index)
    missing |= positions >= x.numel()
    if not missing.any():
        return _places(x)[_unravel(positions, x)]
    value = torch.full(positions.shape, _missing(x), dtype=x.dtype, device=x.device)
    value[torch.from_numpy(~missing).to(x.device)] = extract_vector(x, index[~missing])
    return value


def extract_one(x, *index):
    """x[[i]] or x[[i, j, ...]]: ()."""
    place = [i - 1 for i in index]
    if len(index) != x.dim():
        place = np.unravel_index(place[0], tuple(_places(x).shape), order="F")
    return _places(x)[tuple(int(i) for i in place)].clone()


def extract_mask(x, mask):
    """x[mask] with a logical tensor of the same shape, in R's order: (k,)."""
    check_device(x, mask)
    return mirror(x)[mirror(mask)]


def _places(x):
    return x if x.dim() else x.view(1)


def _unravel(positions, x):
    places = np.unravel_index(positions, tuple(_places(x).shape), order="F")
    return tuple(torch.from_numpy(place.astype(np.int64)).to(x.device) for place in places)


def assign(x, value, *indices):
    """x[i, j, ...] <- value, in place."""
    grid = []
    for dim, index in enumerate(indices):
        positions = np.arange(x.shape[dim]) if index is None else _present(index, value)
        shape = [-1 if k == dim else 1 for k in range(x.dim())]
        grid.append(torch.from_numpy(positions).to(x.device).reshape(shape))
    extents = [place.numel() for place in grid]
    items = recycled(value, x, int(np.prod(extents)), exact=True)
    if items is not None:
        x[tuple(grid)] = items if items.dim() == 0 else mirror(items.reshape(extents[::-1]))


def assign_vector(x, value, index):
    """x[i] <- value with positions in R's order over all of `x`, in place.

    Returns whether the values did not fit evenly, as does assign_mask().
    """
    positions = _present(index, value)
    items = recycled(value, x, positions.size)
    if items is not None:
        _places(x)[_unravel(positions, x)] = items
    return uneven(value, positions.size)


def assign_mask(x, value, mask):
    """x[mask] <- value with a logical tensor of the same shape, in place."""
    check_device(x, mask)
    count = int(mask.sum())
    items = recycled(value, x, count)
    if items is not None:
        mirror(x)[mirror(mask)] = items
    return uneven(value, count)


def size(value):
    """How many elements a number, an array or a tensor has."""
    return value.numel() if isinstance(value, Tensor) else np.size(value)


def uneven(value, count):
    """Whether `count` places took a part of `value` only, of which R warns."""
    return count > 0 and count % size(value) > 0


def _present(index, value):
    """Positions from 0 (k,); missing ones are left out, where `value` is one and fits any."""
    positions, missing = _zero_based(index)
    if missing.any() and size(value) != 1:
        raise ValueError("NAs are not allowed in subscripted assignments")
    return positions[~missing]


def recycled(value, x, count, exact=False):
    """`value` for `count` places of tensor `x`: () or (count,); None where there are none."""
    if isinstance(value, Tensor):
        check_device(x, value)
    items = fitting(value if isinstance(value, Tensor) else to_tensor(value), x)
    n = items.numel()
    if count == 0:
        return None
    if n == 0:
        raise ValueError("replacement has length zero")
    if exact and count % n:
        raise ValueError("number of items to replace is not a multiple of replacement length")
    return items.reshape(()) if n == 1 else flat(items).repeat(-(-count // n))[:count]


def fitting(items, x):
    """`items` in the dtype of `x`, refused where that would change what they say."""
    if kind(items) == COMPLEX != kind(x):
        raise ValueError(f"{x.dtype} can not hold complex numbers: convert the tensor first")
    cast = items.to(x.dtype)
    if not is_float(x.dtype) and not bool((cast.to(items.dtype) == items).all()):
        raise ValueError(f"{x.dtype} can not hold each of the values: convert the tensor first")
    return cast.to(x.device)


RULES = {
    "[": extract,
    "[ vector": extract_vector,
    "[ mask": extract_mask,
    "[[": extract_one,
    "[<-": assign,
    "[<- vector": assign_vector,
    "[<- mask": assign_mask,
}
