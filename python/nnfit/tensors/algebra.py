"""Products and solutions of matrices, with R's promotion of vectors."""

import torch

from nnfit.tensors.arithmetic import as_tensors, meet, real


def _ready(x, y):
    """Two tensors of one floating dtype; R multiplies integers as doubles."""
    x, y = as_tensors(*meet(x, y))
    dtype = torch.promote_types(real(x).dtype, real(y).dtype)
    return x.to(dtype), y.to(dtype)


def _vectors_match(n, m):
    """Shapes of two plain vectors for `%*%`: the inner product, or a number times a vector."""
    if n == m:
        return (1, n), (n, 1)
    if n == 1 or m == 1:
        return (n, 1), (1, m)
    raise ValueError(f"non-conformable arguments: vectors of length {n} and {m}")


def _as_matrices(x, y):
    if x.dim() < 2 and y.dim() < 2:
        x_shape, y_shape = _vectors_match(x.numel(), y.numel())
        return x.reshape(x_shape), y.reshape(y_shape)
    if x.dim() < 2:
        x = x.reshape((1, -1) if x.numel() == y.shape[-2] else (-1, 1))
    if y.dim() < 2:
        y = y.reshape((-1, 1) if y.numel() == x.shape[-1] else (1, -1))
    return x, y


def product(x, y):
    """Product: (n, k) by (k, m) to (n, m). More than two dimensions are torch's batches."""
    x, y = _as_matrices(*_ready(x, y))
    if x.shape[-1] != y.shape[-2]:
        raise ValueError(f"non-conformable arguments: {_shape(x)} and {_shape(y)}")
    return x @ y


def _shape(x):
    return " x ".join(map(str, x.shape))


def crossprod(x, y=None):
    """Product t(x) %*% y, two vectors being columns: their inner product."""
    x, y = _ready(x, x if y is None else y)
    if x.dim() < 2 and y.dim() < 2:
        return product(x.reshape(1, -1), y.reshape(-1, 1))
    return product(_transposed(x), y)


def tcrossprod(x, y=None):
    """Product x %*% t(y), two vectors being columns: their outer product."""
    x, y = _ready(x, x if y is None else y)
    if x.dim() < 2 and y.dim() < 2:
        return product(x.reshape(-1, 1), y.reshape(1, -1))
    return product(x, _transposed(y))


def _transposed(x):
    return x.mT if x.dim() > 1 else x


def solve(a, b=None):
    """solve(a, b): x such that a %*% x = b; without b the inverse of `a` (n, n)."""
    if b is None:
        return torch.linalg.inv(real(a))
    return torch.linalg.solve(*_ready(a, b))


def determinant(x):
    """[sign, log of the absolute value] of the determinant of (n, n)."""
    return tuple(torch.linalg.slogdet(real(x)))


def least_squares(q, r, y):
    """Coefficients (p,) or (p, k) from x = q r of shapes (n, p), (p, p) and y (n,) or (n, k)."""
    q, y = _ready(q, y)
    columns = y if y.dim() > 1 else y.reshape(-1, 1)
    solution = torch.linalg.solve_triangular(r, q.mH @ columns, upper=True)
    return solution if y.dim() > 1 else solution.squeeze(-1)


RULES = {
    "%*%": product,
    "crossprod": crossprod,
    "tcrossprod": tcrossprod,
    "solve": solve,
    "determinant": determinant,
    "chol": lambda x: torch.linalg.cholesky(real(x), upper=True),
    "qr": lambda x: tuple(torch.linalg.qr(real(x))),
    "solve.qr": least_squares,
}
