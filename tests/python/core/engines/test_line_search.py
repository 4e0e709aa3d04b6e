import math

import numpy as np
import pytest

from nnfit.core.engines.line_search import FLATTER, SUFFICIENT, TRIALS, Point, search


def along(function, derivative):
    def look(step):
        look.calls += 1
        slope = derivative(step)
        return Point(step, function(step), slope, np.array([slope]), function(step))

    look.calls = 0
    return look


CURVES = {
    "parabola": (lambda t: (t - 1) ** 2, lambda t: 2 * (t - 1)),
    "far": (lambda t: (t / 500 - 1) ** 2, lambda t: 2 * (t / 500 - 1) / 500),
    "near": (lambda t: (t * 1e4 - 1) ** 2, lambda t: 2e4 * (t * 1e4 - 1)),
    "waves": (lambda t: math.cos(3 * t) - t / 9, lambda t: -3 * math.sin(3 * t) - 1 / 9),
    "wall": (
        lambda t: -math.log1p(-t) - 2 * t if t < 1 else math.nan,
        lambda t: 1 / (1 - t) - 2 if t < 1 else math.nan,
    ),
}


@pytest.mark.parametrize("step", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize("curve", CURVES)
def test_the_conditions_hold(curve, step):
    look = along(*CURVES[curve])
    start = look(0.0)
    point = search(look, start, step)
    assert point.step > 0
    assert point.value <= start.value + SUFFICIENT * point.step * start.slope
    assert abs(point.slope) <= -FLATTER * start.slope
    assert look.calls <= 12


def test_a_first_step_that_will_do_is_taken():
    look = along(*CURVES["parabola"])
    assert search(look, look(0.0), 0.9).step == 0.9
    assert look.calls == 2


def test_where_nothing_is_lower_it_stays():
    look = along(lambda t: t, lambda t: -1.0)  # the slope is wrong, as rounding can make it
    start = look(0.0)
    assert search(look, start, 1.0) is start
    assert look.calls <= TRIALS + 1
