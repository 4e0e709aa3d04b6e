"""Quantiles of Student's t distribution, for limits of means over few rows."""

from __future__ import annotations

import math

LIKE_NORMAL = 2000  # degrees of freedom from which a normal quantile has four digits right


def probability(t: float, df: int) -> float:
    """Compute the probability that |T| is at most t, by finite sums.

    Abramowitz and Stegun (1964), Handbook of mathematical functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan(t / math.sqrt(df))
    cosine = math.cos(angle)
    odd = df % 2
    term = cosine if odd else 1.0
    total = term if df > 1 else 0.0
    for k in range(2 + odd, df, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    total *= math.sin(angle)
    return 2 / math.pi * (angle + total) if odd else total


def t_between(level: float, df: int) -> float:
    """Give the t within which a share `level` of the distribution lies, to either side of 0."""
    df = min(max(df, 1), LIKE_NORMAL)
    low, high = 0.0, 1.0
    while probability(high, df) < level and high < 1e15:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if probability(middle, df) < level else (low, middle)
    return (low + high) / 2
