"""R's `[` and `[<-`, whose positions count from 1.

An index per dimension (x[i, j]) names a grid of places; a single index (x[i]) runs over all of the
elements in R's order, the first dimension fastest. R's side has resolved what an index means: what
comes is None (all of that dimension), a number, or an array of positive positions. An NA among
them is R's: the smallest integer of 32 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import SupportsInt, Union

import numpy as np
import torch
from torch import Tensor

from .arithmetic import COMPLEX, check_device, kind
from .memory import Operand, is_float, mirror, to_tensor
from .shapes import flat

Index = Union[float, np.ndarray]


def _zero_based(index: Index) -> tuple[np.ndarray, np.ndarray]:
    """Give positions from 0 as an int64 array (k,), and which of them are missing (k,)."""
    positions = np.atleast_1d(index).astype(np.int64) - 1
    return positions, positions < 0


def _missing(x: Tensor) -> float:
    """Give NaN, which stands for NA; refuse a dtype that has none."""
    if not is_float(x.dtype):
        raise ValueError(f"{x.dtype} has no NA for what is not there: subscript out of bounds")
    return torch.nan


def extract(x: Tensor, drop: bool, *indices: Index | None) -> Tensor:
    """x[i, j, ...]: what lies on a grid; `drop` leaves out the dimensions of extent 1.

    The answer is always a copy, as in R. torch would give a view of `x` for some indices.
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


def extract_places(x: Tensor, drop: bool, *indices: int | None) -> Tensor | None:
    """x[i, j, ...] where an index is one position, or None: all of that dimension.

    Returns
    -------
    Tensor or None
        None: `x` has other dimensions, or no such place.
    """
    if len(indices) != x.dim():
        return None
    if any(index is not None and index > n for index, n in zip(indices, x.shape)):
        return None
    return extract(x, drop, *indices)


def _select(x: Tensor, dim: int, positions: np.ndarray, missing: np.ndarray) -> Tensor:
    """Take positions (k,) along one dimension; where they are `missing` (k,), NaN."""
    if not missing.any():
        return x.index_select(dim, torch.from_numpy(positions).to(x.device))
    extents = [1 if k == dim else n for k, n in enumerate(x.shape)]
    blank = x.new_full(extents, _missing(x))
    places = np.where(missing, x.shape[dim], positions)
    return torch.cat([x, blank], dim).index_select(dim, torch.from_numpy(places).to(x.device))


def extract_vector(x: Tensor, index: Index) -> Tensor:
    """x[i] with positions in R's order over all of `x`: (k,); NaN beyond the end, as R's NA."""
    index = np.atleast_1d(index)
    positions, missing = _zero_based(index)
    missing |= positions >= x.numel()
    if not missing.any():
        return _places(x)[_unravel(positions, x)]
    value = torch.full(positions.shape, _missing(x), dtype=x.dtype, device=x.device)
    value[torch.from_numpy(~missing).to(x.device)] = extract_vector(x, index[~missing])
    return value


def extract_one(x: Tensor, *index: int) -> Tensor:
    """x[[i]] or x[[i, j, ...]]: ()."""
    place: Sequence[SupportsInt] = [i - 1 for i in index]
    if len(index) != x.dim():
        place = np.unravel_index(index[0] - 1, tuple(_places(x).shape), order="F")
    return _places(x)[tuple(int(i) for i in place)].clone()


def extract_mask(x: Tensor, mask: Tensor) -> Tensor:
    """x[mask] with a logical tensor of the same shape, in R's order: (k,)."""
    check_device(x, mask)
    return mirror(x)[mirror(mask)]


def _places(x: Tensor) -> Tensor:
    """View a tensor so that it can be indexed: a number (), as a vector (1,)."""
    return x if x.dim() else x.view(1)


def _unravel(positions: np.ndarray, x: Tensor) -> tuple[Tensor, ...]:
    """Turn positions (k,) over all of `x` into one index (k,) per dimension."""
    places = np.unravel_index(positions, tuple(_places(x).shape), order="F")
    return tuple(torch.from_numpy(place.astype(np.int64)).to(x.device) for place in places)


def assign(x: Tensor, value: Operand, *indices: Index | None) -> None:
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


def assign_vector(x: Tensor, value: Operand, index: Index) -> bool:
    """x[i] <- value with positions in R's order over all of `x`, in place.

    Returns
    -------
    bool
        Whether the places are no multiple of the values, of which R warns.
    """
    positions = _present(index, value)
    items = recycled(value, x, positions.size)
    if items is not None:
        _places(x)[_unravel(positions, x)] = items
    return uneven(value, positions.size)


def assign_mask(x: Tensor, value: Operand, mask: Tensor) -> bool:
    """x[mask] <- value with a logical tensor of the same shape, in place.

    Returns
    -------
    bool
        As of `assign_vector`.
    """
    check_device(x, mask)
    count = int(mask.sum())
    items = recycled(value, x, count)
    if items is not None:
        mirror(x)[mirror(mask)] = items
    return uneven(value, count)


def size(value: Operand) -> int:
    """Count the elements of a number, an array or a tensor."""
    if isinstance(value, Tensor):
        return value.numel()
    return value[0].size if isinstance(value, list) else np.size(value)


def uneven(value: Operand, count: int) -> bool:
    """Tell whether so many places are no multiple of the values that they took."""
    return count > 0 and count % size(value) > 0


def _present(index: Index, value: Operand) -> np.ndarray:
    """Give the positions from 0 that are not missing (k,).

    Only a single value may be assigned to missing positions: R refuses several, because it could
    not say which of them those positions use up.
    """
    positions, missing = _zero_based(index)
    if missing.any() and size(value) != 1:
        raise ValueError("NAs are not allowed in subscripted assignments")
    return positions[~missing]


def recycled(value: Operand, x: Tensor, count: int, exact: bool = False) -> Tensor | None:
    """Repeat values until they fill so many places of tensor `x`.

    Parameters
    ----------
    value : Operand
        In R's order.
    x : Tensor
        It says the dtype and the device.
    count : int
        The places.
    exact : bool, default False
        Whether to refuse values that do not fit a whole number of times.

    Returns
    -------
    Tensor or None
        Of shape (count,), or () where there is a single value. None: there are no places.
    """
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


def fitting(items: Tensor, x: Tensor) -> Tensor:
    """Give items in the dtype and on the device of `x`.

    Refused are complex items for a real tensor, and values that an integer or logical tensor would
    have to change. A floating tensor rounds them.
    """
    if kind(items) == COMPLEX != kind(x):
        raise ValueError(f"{x.dtype} can not hold complex numbers: convert the tensor first")
    cast = items.to(x.dtype)
    if not is_float(x.dtype) and not bool((cast.to(items.dtype) == items).all()):
        raise ValueError(f"{x.dtype} can not hold each of the values: convert the tensor first")
    return cast.to(x.device)


RULES: dict[str, Callable[..., Tensor | bool | None]] = {
    "[": extract,
    "[ places": extract_places,
    "[ vector": extract_vector,
    "[ mask": extract_mask,
    "[[": extract_one,
    "[<-": assign,
    "[<- vector": assign_vector,
    "[<- mask": assign_mask,
}
