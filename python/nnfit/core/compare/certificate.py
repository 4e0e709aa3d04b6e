"""What is certain of a descent before it begins: whether it is stable, and how long it takes.

Near the least loss, with Hessian H, a step multiplies the error of the parameters by a matrix,
that of the method. The step is stable while the matrix shrinks every error: for plain descent,
I - learn_rate H, while learn_rate is below 2 over the largest eigenvalue of H. How many steps the
slowest direction needs, the powers of the matrix say. For squared error that is exact; for other
losses it is so near the least loss.

Sources: B. T. Polyak (1964), "Some methods of speeding up the convergence of iteration methods",
for momentum; A. S. Householder (1964), "The Theory of Matrices in Numerical Analysis", ch. 4, for
one parameter after the other, which is stable where P + P' - H is positive definite, here
2 I / learn_rate - diag(H), and perhaps beyond.
"""

from __future__ import annotations

import math
from typing import Callable, NamedTuple

import numpy as np

DIGITS = 1e-6  # six digits: what counts as there
WIDEST = 2**20  # times the rate that is known to be stable
STRIDE = 1.1
HALVINGS = 40
DOUBLINGS = 40  # more than 10^12 steps are as good as never


class Stepping(NamedTuple):
    """How a method's steps act on an error.

    Attributes
    ----------
    matrix : callable
        Of the Hessian (p, p), the learning rate and the momentum: the matrix that multiplies the
        error (p, p); with momentum the error and the one before it (2 p, 2 p).
    limit : callable
        Of the Hessian and the momentum: below which learning rate it is stable.
    stable : callable
        Of the Hessian, the learning rate and the momentum: whether it is.
    """

    matrix: Callable[[np.ndarray, float, float], np.ndarray]
    limit: Callable[[np.ndarray, float], float]
    stable: Callable[[np.ndarray, float, float], bool]


def _together(hessian: np.ndarray, learn_rate: float, momentum: float) -> np.ndarray:
    one = np.eye(len(hessian))
    if momentum == 0:
        return one - learn_rate * hessian
    ahead = (1 + momentum) * one - learn_rate * hessian
    return np.block([[ahead, -momentum * one], [one, np.zeros_like(one)]])


def _together_limit(hessian: np.ndarray, momentum: float) -> float:
    return 2 * (1 + momentum) / float(np.linalg.eigvalsh(hessian)[-1])


def _together_stable(hessian: np.ndarray, learn_rate: float, momentum: float) -> bool:
    return learn_rate < _together_limit(hessian, momentum)


def _one_by_one(hessian: np.ndarray, learn_rate: float, momentum: float) -> np.ndarray:
    one = np.eye(len(hessian))
    done = np.tril(hessian, -1)
    return np.linalg.solve(one + learn_rate * done, one - learn_rate * (hessian - done))


def _one_by_one_limit(hessian: np.ndarray, momentum: float) -> float:
    def stable(rate: float) -> bool:
        return _one_by_one_stable(hessian, rate, momentum)

    low = 2 / float(np.diag(hessian).max())  # it is stable below; how far above, is tried
    widest = low * WIDEST
    # in short strides: beyond the first rates that are not stable there may be some that are
    while stable(STRIDE * low) and low < widest:
        low *= STRIDE
    high = STRIDE * low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return low


def _one_by_one_stable(hessian: np.ndarray, learn_rate: float, momentum: float) -> bool:
    return _radius(_one_by_one(hessian, learn_rate, momentum)) < 1


def _radius(matrix: np.ndarray) -> float:
    return float(np.abs(np.linalg.eigvals(matrix)).max())


TOGETHER = Stepping(_together, _together_limit, _together_stable)
ONE_BY_ONE = Stepping(_one_by_one, _one_by_one_limit, _one_by_one_stable)


def condition(hessian: np.ndarray) -> float:
    """Compute the ratio of the largest eigenvalue to the least; infinite where that is 0."""
    values = np.linalg.eigvalsh(hessian)
    return float(values[-1] / values[0]) if values[0] > 0 else math.inf


def steps_needed(
    matrix: np.ndarray, error: np.ndarray, back: np.ndarray, allowed: np.ndarray
) -> float:
    """Count the steps until every coefficient is as near as is allowed.

    Parameters
    ----------
    matrix : array (p, p) or (2 p, 2 p)
        As of `Stepping`.
    error : array (p,)
        Of the parameters, before the first step.
    back : array (p, p)
        From parameters to coefficients.
    allowed : array (p,)
        Errors of the coefficients.

    Returns
    -------
    float
        Infinite where it never comes, or not in 10^12 steps.
    """
    p = len(back)
    state = np.tile(error, len(matrix) // p)

    def there(at: np.ndarray) -> bool:
        with np.errstate(over="ignore", invalid="ignore"):
            return bool((np.abs(back @ at[:p]) <= allowed).all())

    if there(state):
        return 0
    powers = [matrix]
    if _radius(matrix) >= 1:
        return math.inf
    while not there(powers[-1] @ state):
        with np.errstate(over="ignore", invalid="ignore"):
            power = powers[-1] @ powers[-1]
        if len(powers) > DOUBLINGS or not np.isfinite(power).all():
            return math.inf
        powers.append(power)
    # the last power is enough: as many of those below it as are not
    steps = 0
    for number in range(len(powers) - 2, -1, -1):
        ahead = powers[number] @ state
        if not there(ahead):
            state = ahead
            steps += 2**number
    return float(steps + 1)  # R's whole numbers end at 2^31


def best_rate(hessian: np.ndarray) -> float:
    """Compute the rate at which plain descent is fastest, two digits of it, rounded down."""
    values = np.linalg.eigvalsh(hessian)
    return round_down(2 / float(values[0] + values[-1]), 2)


def round_down(number: float, digits: int = 1) -> float:
    """Round a positive number down to so many significant digits."""
    power = math.floor(math.log10(number)) - digits + 1
    return float(f"{math.floor(number / 10**power * (1 + 1e-12))}e{power}")
