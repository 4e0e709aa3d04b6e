import numpy as np
import pytest

from nnfit.core.training.curved import bends


def line(x, y, weights=None):
    root = np.ones(len(x)) if weights is None else np.sqrt(weights)
    design = np.column_stack([np.ones(len(x)), x])
    return design @ np.linalg.lstsq(design * root[:, None], y * root[:, None], rcond=None)[0]


def test_a_parabola_bends_and_a_line_does_not(rng):
    x = rng.standard_normal((50, 2))
    noise = 0.1 * rng.standard_normal((50, 1))
    slope = x @ np.array([[1.0], [2.0]])
    for y, answer in ((slope + noise, False), (slope + slope**2 + noise, True), (slope, False)):
        assert bends(x, line(x, y), y) is answer


def test_where_predictions_are_all_the_same_the_columns_are_asked(rng):
    x = rng.standard_normal((50, 1))
    flat = np.full((50, 1), np.abs(x).mean())
    assert bends(x, flat, np.abs(x))
    assert not bends(x, 0 * flat, rng.standard_normal((50, 1)))


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_units_do_not_matter(rng, unit):
    x = rng.standard_normal((50, 1))
    y = unit * (x + x**2)
    assert bends(x / unit, line(x, y), y)


def test_noise_is_rarely_taken_for_a_bend(rng):
    found = 0
    for _ in range(300):
        x, y = rng.standard_normal((40, 1)), rng.standard_normal((40, 1))
        found += bends(x, line(x, y), y)
    assert found <= 6  # one in 200 is expected


def test_one_of_several_outcomes_is_enough_and_weights_count(rng):
    x = rng.standard_normal((50, 1))
    y = np.hstack([x + 0.1 * rng.standard_normal((50, 1)), x**2])
    assert bends(x, line(x, y), y)
    # the bend is in rows that hardly count
    y = np.where(x < 0, x + 0.1 * rng.standard_normal((50, 1)), x + x**2)
    weights = np.where(x[:, 0] < 0, 1.0, 1e-9)
    assert bends(x, line(x, y), y)
    assert not bends(x, line(x, y, weights), y, weights)


def test_too_few_rows_tell_nothing():
    x = np.array([[-1.0], [0.0], [1.0]])
    assert not bends(x, np.zeros((3, 1)), np.abs(x))


def test_a_prediction_that_is_not_near_the_best_line_is_not_trained_yet(rng):
    x = rng.standard_normal((50, 1))
    y = x + x**2
    best = line(x, y)
    assert bends(x, best, y)
    assert bends(x, best + 0.1, y)
    assert not bends(x, 5 * best, y)
    assert not bends(x, best + 3, y)
