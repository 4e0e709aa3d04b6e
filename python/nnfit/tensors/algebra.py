"""Products and solutions of matrices, with R's promotion of vectors."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .arithmetic import in_one_float, meet, real
from .memory import Operand


def _ready(x: Operand, y: Operand) -> tuple[Tensor, Tensor]:
    """Make two tensors of one floating dtype; R multiplies integers as doubles."""
    return in_one_float(*meet(x, y))


def _vectors_as_matrices(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Shape two vectors for `%*%`: for their inner product, or for a number times a row."""
    if x.numel() == 1:
        return x.reshape(1, 1), y.reshape(1, -1)
    return x.reshape(1, -1), y.reshape(-1, 1)


def _as_matrices(x: Tensor, y: Tensor, x_turns: bool) -> tuple[Tensor, Tensor]:
    """Shape vectors as the row or the column that fits beside a matrix.

    A vector is a row on the left (x) and a column on the right (y). Where that does not fit and
    the other way does, it is the other: y always, x only if `x_turns`.
    """
    if x.dim() < 2 and y.dim() < 2:
        return _vectors_as_matrices(x, y)
    if x.dim() < 2:
        turned = x_turns and x.numel() != y.shape[-2] == 1
        x = x.reshape((-1, 1) if turned else (1, -1))
    if y.dim() < 2:
        turned = y.numel() != x.shape[-1] == 1
        y = y.reshape((1, -1) if turned else (-1, 1))
    return x, y


def product(x: Operand, y: Operand, x_turns: bool = True) -> Tensor:
    """Product x %*% y: (n, k) by (k, m) to (n, m). More than two dimensions are torch's batches."""
    x, y = _as_matrices(*_ready(x, y), x_turns)
    if x.shape[-1] != y.shape[-2]:
        raise ValueError(f"non-conformable arguments: {_shape(x)} and {_shape(y)}")
    return x @ y


def _shape(x: Tensor) -> str:
    return " x ".join(map(str, x.shape))


def crossprod(x: Operand, y: Operand | None = None) -> Tensor:
    """Product t(x) %*% y; of two vectors the inner product."""
    x, y = _ready(x, x if y is None else y)
    return product(x.mT, y) if x.dim() > 1 else product(x, y, x_turns=y.dim() < 2)


def tcrossprod(x: Operand, y: Operand | None = None) -> Tensor:
    """Product x %*% t(y); of two vectors the outer product."""
    x, y = _ready(x, x if y is None else y)
    if x.dim() < 2 and y.dim() < 2:
        return product(x.reshape(-1, 1), y.reshape(1, -1))
    if y.dim() < 2:  # R takes y for a row beside a row, and for a column beside anything else
        return product(x, y.reshape((-1, 1) if x.shape[-2] == 1 else (1, -1)))
    return product(x, y.mT)


def solve(a: Tensor, b: Operand | None = None) -> Tensor:
    """solve(a, b): x such that a %*% x = b; without b the inverse of `a` (n, n)."""
    if b is None:
        return torch.linalg.inv(real(a))
    return torch.linalg.solve(*_ready(a, b))


def determinant(x: Tensor) -> tuple[Tensor, Tensor]:
    """determinant(x) of (n, n): the sign, and the logarithm of the absolute value."""
    sign, logarithm = torch.linalg.slogdet(real(x))
    return sign, logarithm


def decompose(x: Tensor) -> tuple[Tensor, Tensor]:
    """qr(x): q (n, p) with orthonormal columns and r (p, p), upper triangular; q %*% r is x."""
    q, r = torch.linalg.qr(real(x))
    return q, r


def least_squares(q: Tensor, r: Tensor, y: Operand) -> Tensor:
    """solve(qr(x), y): the coefficients with the least squared error of y.

    Parameters
    ----------
    q, r : Tensor
        Of shapes (n, p) and (p, p), from `decompose`.
    y : Operand
        Of shape (n,) or (n, k).

    Returns
    -------
    Tensor
        Of shape (p,) or (p, k).
    """
    q, y = _ready(q, y)
    columns = y if y.dim() > 1 else y.reshape(-1, 1)
    # of different dtypes torch would answer in that of r, and drop an imaginary part
    solution = torch.linalg.solve_triangular(r.to(y.dtype), q.mH @ columns, upper=True)
    return solution if y.dim() > 1 else solution.squeeze(-1)


RULES: dict[str, Callable[..., Tensor | tuple[Tensor, Tensor]]] = {
    "%*%": product,
    "crossprod": crossprod,
    "tcrossprod": tcrossprod,
    "solve": solve,
    "determinant": determinant,
    "chol": lambda x: torch.linalg.cholesky(real(x), upper=True),
    "qr": decompose,
    "solve.qr": least_squares,
}
