"""How far to go along a direction: the strong Wolfe conditions.

Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6, as one loop: while
nothing bounds the step from above it grows, from then on it is found in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

SUFFICIENT = 1e-4  # the part of the decrease promised by the slope that must come true
FLATTER = 0.9  # the part of the first slope that may be left
TRIALS = 25


class Point(NamedTuple):
    """A place on the way, and what is there."""

    step: float
    value: float  # of the objective
    slope: float  # along the direction
    gradient: np.ndarray
    loss: float  # without what is added to it in the objective


def search(evaluate: Callable[[float], Point], start: Point, step: float) -> Point:
    """Find a step that satisfies the conditions.

    Parameters
    ----------
    evaluate : callable
        From a step to the point there.
    start : Point
        At step 0, with a negative slope.
    step : float
        The first to try.

    Returns
    -------
    Point
        If no trial satisfies the conditions, the lowest that decreases enough, or `start`.
    """
    low, high = start, None
    for _ in range(TRIALS):
        point = evaluate(step)
        enough = start.value + SUFFICIENT * step * start.slope
        # "not <=" rather than ">": NaN is not low enough, either
        if not point.value <= enough or point.value >= low.value:
            high = point
        elif abs(point.slope) <= -FLATTER * start.slope:
            return point
        else:
            if point.slope * ((high.step if high else math.inf) - low.step) >= 0:
                high = low
            low = point
        if high and high.step == low.step:
            break  # nothing lies in between any more
        step = _between(low, high) if high else _beyond(start, low)
    return low


def _beyond(start: Point, low: Point) -> float:
    """Grow: to where the slope would vanish if it went on as so far, 2 to 10 times as far."""
    bend = low.slope - start.slope
    far = low.step * (-start.slope / bend) if bend > 0 else math.inf
    return min(max(far, 2 * low.step), 10 * low.step)


def _between(low: Point, high: Point) -> float:
    """Minimise the cubic through two values and slopes (equation 3.59), well inside."""
    width = high.step - low.step
    step = low.step + width / 2
    d1 = low.slope + high.slope - 3 * (low.value - high.value) / (low.step - high.step)
    square = d1 * d1 - low.slope * high.slope
    if math.isfinite(square) and square >= 0:
        d2 = math.copysign(math.sqrt(square), width)
        bottom = high.slope - low.slope + 2 * d2
        if bottom:
            step = high.step - width * (high.slope + d2 - d1) / bottom
    nearest, farthest = sorted((low.step + 0.1 * width, high.step - 0.1 * width))
    return min(max(step, nearest), farthest)
