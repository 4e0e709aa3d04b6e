"""Means of predictions where columns move, against loops over `predict()`."""

import numpy as np
import pytest

from nnfit.core import fit, predict
from nnfit.core.explained import moves
from nnfit.core.explained.moves import Grid, Rows, Slopes, Steps, curves, means
from nnfit.core.explained.surface import Surface


@pytest.fixture(params=[1000, 7])
def case(request, rng, monkeypatch):
    monkeypatch.setattr(moves, "ROWS_AT_ONCE", request.param)
    x = rng.standard_normal((50, 3))
    made = fit(x, x[:, 0] * x[:, 1], hidden_units=[6], activation="tanh", epochs=40, seed=1,
               dtype="float64")  # fmt: skip
    weights = rng.uniform(0.5, 2, 50)
    groups = np.arange(50) % 2
    return Surface(made, "response", None), made, Rows(x, None, weights, groups, 2)


def mean_of(values, rows, group):
    own = rows.groups == group
    return np.average(values[own], axis=0, weights=rows.weights[own])


def test_a_grid_of_one_value_for_all(case):
    surface, made, rows = case
    at = np.array([[0.5, -1.0], [1.0, 2.0], [0.0, 0.0]])
    (found,) = means(surface, [Grid(np.array([2, 0]), at)], rows)
    for place, values in enumerate(at):
        moved = rows.x.copy()
        moved[:, [2, 0]] = values
        for group in (0, 1):
            mean = mean_of(predict(made, moved), rows, group)
            assert np.allclose(found[group, place], mean)


def test_a_grid_of_a_value_for_each_row(case, rng):
    surface, made, rows = case
    at = rng.standard_normal((4, 50, 1))
    grid = Grid(np.array([1]), at)
    (found,) = means(surface, [grid], rows)
    which = np.array([3, 40])
    single = curves(surface, grid, rows, which)
    for place in range(4):
        moved = rows.x.copy()
        moved[:, 1] = at[place, :, 0]
        values = predict(made, moved)
        assert np.allclose(found[1, place], mean_of(values, rows, 1))
        assert np.allclose(single[:, place], values[which])


def test_steps_by_cells(case, rng):
    surface, made, rows = case
    which = np.array([0, 5, 5, 9, 20])
    cells = np.array([0, 0, 1, 3, 3])
    values = rng.standard_normal((2, 5, 1))
    steps = Steps(np.array([1]), values, np.array([-1.0, 1.0]), which, cells, 4)
    (found,) = means(surface, [steps], rows)
    ends = []
    for side in values:
        moved = rows.x[which]
        moved[:, 1] = side[:, 0]
        ends.append(predict(made, moved))
    rise = ends[1] - ends[0]
    for cell in (0, 1, 3):
        own = cells == cell
        mean = np.average(rise[own], axis=0, weights=rows.weights[which][own])
        assert np.allclose(found[cell], mean)
    assert np.isnan(found[2]).all()


def test_slopes_follow_the_chain(case, rng):
    surface, made, rows = case
    rates = rng.standard_normal((50, 2))
    slow = Slopes(np.array([0]), np.ones((1, 1)))
    found = means(surface, [Slopes(np.array([0, 2]), rates), slow], rows)
    step = 1e-6
    moved = rows.x.copy()
    moved[:, [0, 2]] += step * rates
    slopes = (predict(made, moved) - predict(made, rows.x)) / step
    assert np.allclose(found[0][1], mean_of(slopes, rows, 1), atol=1e-4)
    assert found[1].shape == (2, 1)
