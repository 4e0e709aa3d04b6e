"""B-splines and what R's splines package makes of them: `bs()` and `ns()`.

de Boor (1978), A Practical Guide to Splines, chapter X: the recursion of B-splines and of their
derivatives. Beyond the boundary a `bs()` goes on as the polynomial of the last piece, an `ns()` as
a line; a test compares both with R.
"""

from __future__ import annotations

import numpy as np


def b_splines(x: np.ndarray, knots: np.ndarray, order: int, derivative: int = 0) -> np.ndarray:
    """Compute all B-splines of an order, or their derivative: (n, len(knots) - order).

    Parameters
    ----------
    x : array (n,)
        Beyond the inner end knots the pieces at the ends are continued.
    knots : array
        In ascending order, with each boundary `order` times.
    order : int
        The degree plus 1.
    derivative : int, default 0
    """
    if derivative:
        lower = b_splines(x, knots, order - 1, derivative - 1)
        made = lower[:, :-1] * _over(order - 1, knots[order - 1 : -1] - knots[:-order])
        return made - lower[:, 1:] * _over(order - 1, knots[order:] - knots[1 : 1 - order])
    made = _pieces(x, knots)
    for k in range(2, order + 1):
        left, right = knots[:-k], knots[k:]
        up = (x[:, None] - left) * _over(1, knots[k - 1 : -1] - left)
        down = (right - x[:, None]) * _over(1, right - knots[1 : 1 - k])
        made = up * made[:, :-1] + down * made[:, 1:]
    return made


def _pieces(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Say in which piece each value is; beyond the ends it is the first or the last."""
    real = np.flatnonzero(np.diff(knots) > 0)
    place = np.clip(np.searchsorted(knots, x, "right") - 1, real[0], real[-1])
    made = np.zeros((len(x), len(knots) - 1))
    made[np.arange(len(x)), place] = 1.0
    return made


def _over(number: float, width: np.ndarray) -> np.ndarray:
    """Divide by the widths of pieces, and give 0 for those without."""
    return np.divide(number, width, out=np.zeros_like(width), where=width > 0)


def _all_knots(inner: np.ndarray, ends: np.ndarray, order: int) -> np.ndarray:
    return np.sort(np.concatenate([np.repeat(ends, order), inner]))


def bs(
    x: np.ndarray, knots: np.ndarray, ends: np.ndarray, degree: int = 3, intercept: bool = False
) -> np.ndarray:
    """Compute what R's `bs()` does, given its knots: (n, number of columns)."""
    made = b_splines(x, _all_knots(knots, ends, degree + 1), degree + 1)
    return made if intercept else made[:, 1:]


def ns(x: np.ndarray, knots: np.ndarray, ends: np.ndarray, intercept: bool = False) -> np.ndarray:
    """Compute what R's `ns()` does, given its knots: (n, number of columns)."""
    every = _all_knots(knots, ends, 4)
    made = b_splines(x, every, 4)
    for side, end in enumerate(ends):
        beyond = x < end if side == 0 else x > end
        at = np.array([end])
        line = b_splines(at, every, 4) + (x[beyond] - end)[:, None] * b_splines(at, every, 4, 1)
        made[beyond] = line
    curved = b_splines(ends, every, 4, 2)
    first = 0 if intercept else 1
    return _without(made[:, first:], curved[:, first:])


def _without(basis: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """Keep of a basis what meets conditions (2, columns): by the reflections of Householder.

    What is left is that of LINPACK's QR decomposition, which R takes.
    """
    left = conditions.T.copy()
    basis = basis.copy()
    for j in range(left.shape[1]):
        mirror = left[j:, j].copy()
        mirror[0] += np.copysign(np.linalg.norm(mirror), mirror[0])
        mirror /= np.linalg.norm(mirror)
        left[j:] -= 2 * np.outer(mirror, mirror @ left[j:])
        basis[:, j:] -= 2 * np.outer(basis[:, j:] @ mirror, mirror)
    return basis[:, left.shape[1] :]
