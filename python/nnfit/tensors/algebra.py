"""Products and solutions of matrices, with R's promotion of vectors."""

import torch

from nnfit.tensors.arithmetic import as_tensors, meet, real


def _ready(x, y):
    """Two tensors of one floating dtype; R multiplies integers as doubles."""
    x, y = as_tensors(*meet(x, y))
    dtype = torch.promote_types(real(x).dtype, real(y).dtype)
    return x.to(dtype), y.to(dtype)


def _vectors_as_matrices(x, y):
    """Two vectors for `%*%`: their inner product, or a number times a row."""
    if x.numel() == 1:
        return x.reshape(1, 1), y.reshape(1, -1)
    return x.reshape(1, -1), y.reshape(-1, 1)


def _as_matrices(x, y, x_turns):
    """Vectors as the row or column that fits beside a matrix.

    x is a row and y a column; where that does not fit, it turns (x only if it may).
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


def product(x, y, x_turns=True):
    """Product: (n, k) by (k, m) to (n, m). More than two dimensions are torch's batches."""
    x, y = _as_matrices(*_ready(x, y), x_turns)
    if x.shape[-1] != y.shape[-2]:
        raise ValueError(f"non-conformable arguments: {_shape(x)} and {_shape(y)}")
    return x @ y


def _shape(x):
    return " x ".join(map(str, x.shape))


def crossprod(x, y=None):
    """Product t(x) %*% y; of two vectors the inner product."""
    x, y = _ready(x, x if y is None else y)
    return product(x.mT, y) if x.dim() > 1 else product(x, y, x_turns=y.dim() < 2)


def tcrossprod(x, y=None):
    """Product x %*% t(y); of two vectors the outer product."""
    x, y = _ready(x, x if y is None else y)
    if x.dim() < 2 and y.dim() < 2:
        return product(x.reshape(-1, 1), y.reshape(1, -1))
    if y.dim() < 2:  # R takes y for a row beside a row, and for a column beside anything else
        return product(x, y.reshape((-1, 1) if x.shape[-2] == 1 else (1, -1)))
    return product(x, y.mT)


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
