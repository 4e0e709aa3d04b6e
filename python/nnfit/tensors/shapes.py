"""Shape and order, column-major as in R."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .arithmetic import as_beside, check_device
from .memory import Operand, mirror


def flat(x: Tensor) -> Tensor:
    """Give all elements of a tensor in R's order, the first dimension fastest.

    Parameters
    ----------
    x : Tensor
        Of any shape, with n elements.

    Returns
    -------
    Tensor
        Of shape (n,).
    """
    return mirror(x).reshape(-1)


def reshape(x: Tensor, shape: Sequence[float]) -> Tensor:
    """`dim(x) <- shape`: the same elements in R's order in another shape."""
    size = torch.Size(int(extent) for extent in shape)
    if size.numel() != x.numel():
        raise ValueError(
            f"dims [product {size.numel()}] do not match the length of object [{x.numel()}]"
        )
    return mirror(mirror(x).reshape(size[::-1]))


def transpose(x: Tensor) -> Tensor:
    """t(x): (n, p) to (p, n); a vector (n,) is a column, so it becomes (1, n)."""
    if x.dim() > 2:
        raise ValueError("argument is not a matrix")
    return x.t() if x.dim() == 2 else x.reshape(1, -1)


def aperm(x: Tensor, order: Sequence[float] | None = None) -> Tensor:
    """aperm(x, order): dimension k of the answer is dimension order[k] of x, counted from 1."""
    return mirror(x) if order is None else x.permute([int(k) - 1 for k in order])


def together(parts: Sequence[Operand]) -> list[Tensor]:
    """Make tensors of one device of tensors, numbers and arrays; the first tensor says which."""
    first = next(part for part in parts if isinstance(part, Tensor))
    for part in parts:
        if isinstance(part, Tensor):
            check_device(first, part)
    return [part if isinstance(part, Tensor) else as_beside(part, first) for part in parts]


def combine(*parts: Operand) -> Tensor:
    """c(...): all elements one after the other: (n,)."""
    return torch.cat([flat(part) for part in together(parts)])


def bind_columns(*parts: Operand) -> Tensor:
    """cbind(...): matrices (n, p) side by side; anything else is a column, recycled to n rows."""
    return _bind(together(parts))


def bind_rows(*parts: Operand) -> Tensor:
    """rbind(...): matrices (n, p) below each other; anything else is a row, recycled to p."""
    turned = [part.t() if part.dim() == 2 else part for part in together(parts)]
    return _bind(turned, "columns").t()


def _bind(parts: Sequence[Tensor], what: str = "rows") -> Tensor:
    sizes = [part.shape[0] for part in parts if part.dim() == 2]
    if len(set(sizes)) > 1:
        raise ValueError(f"number of {what} of matrices must match")
    size = sizes[0] if sizes else max(part.numel() for part in parts)
    columns = [
        part if part.dim() == 2 else _column(flat(part), size)
        for part in parts
        if part.dim() == 2 or part.numel() or not size
    ]
    return torch.cat(columns, dim=1)


def _column(vector: Tensor, size: int) -> Tensor:
    """Recycle a vector (n,) to a column (size, 1)."""
    if vector.numel() == size:
        return vector.reshape(size, 1)
    return vector.repeat(-(-size // max(vector.numel(), 1)))[:size].reshape(size, 1)


RULES: dict[str, Callable[..., Tensor | int | list[int]]] = {
    "length": lambda x: x.numel(),
    "dim": lambda x: list(x.shape),
    "dim<-": reshape,
    "t": transpose,
    "aperm": aperm,
    "rev": lambda x: flat(x).flip(0),
    "c": combine,
    "cbind": bind_columns,
    "rbind": bind_rows,
}
