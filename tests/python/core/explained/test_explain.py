"""What is wanted of moves, with how sure it is."""

import numpy as np
import pytest

from nnfit.core import coefficients, fit, predict
from nnfit.core.explained.explain import Wanted, explain, individual, rows_of
from nnfit.core.explained.moves import Grid
from nnfit.core.explained.surface import Surface


@pytest.fixture
def data(rng):
    x = rng.standard_normal((60, 3))
    return x, x @ [1, 2, -1] + rng.standard_normal(60)


def grid(*values, after="means", column=1):
    at = np.array(values, dtype=float)[:, None]
    return {"kind": "grid", "columns": [column], "values": at, "after": after}


def slopes(column):
    return {"kind": "slopes", "columns": column, "values": np.ones((1, 1)), "after": "means"}


def test_of_a_linear_fit_slopes_are_coefficients_with_their_errors(data):
    x, y = data
    made = fit(x, y)
    known = coefficients(made)
    found = explain(made, x, [slopes(0), slopes(2)], spread="likelihood")
    assert np.allclose([one["estimate"][0, 0] for one in found], known.estimate[[1, 3]])
    assert np.allclose([one["std_error"][0, 0] for one in found], known.std_error[[1, 3]])
    rise = explain(made, x, [grid(0, 1, after="contrasts")], spread="likelihood")[0]
    assert np.allclose(rise["std_error"], known.std_error[2])
    start = explain(made, x, [grid(0, 1, after="centred")], spread="likelihood")[0]
    assert np.allclose(start["estimate"][:, 0], [0, known.estimate[2]])


def test_replicates_have_percentiles(data):
    x, y = data
    made = fit(x, y, bootstrap=6, seed=1)
    before = {name: value.copy() for name, value in made["parameters"].items()}
    found = explain(made, x, [slopes(0)], spread="replicates", level=0.5)[0]
    each = made["replicates"]["parameters"]["0.weight"][:, 0, 0]
    scaling = made["replicates"]["scaling"]
    each = each / scaling["x_scale"][:, 0] * np.ravel(scaling["y_scale"])
    assert np.allclose([found["lower"], found["upper"]],
                       np.quantile(each, [0.25, 0.75])[:, None, None])  # fmt: skip
    assert np.allclose(found["std_error"], each.std(ddof=1))
    assert all((made["parameters"][name] == value).all() for name, value in before.items())


def test_steps_from_class_to_class_have_weights_of_their_own(data):
    x, y = data
    made = fit(x, y)
    move = {
        "kind": "steps", "columns": [0], "values": np.stack([np.zeros((60, 1)), np.ones((60, 1))]),
        "signs": [-1, 1], "rows": np.arange(60), "cells": np.zeros(60), "number": 1,
        "after": "accumulated", "nodes": [1.0, 3.0],
    }  # fmt: skip
    found = explain(made, x, [move])[0]["estimate"][:, 0]
    slope = coefficients(made).estimate[1]
    assert np.allclose(found, [-0.75 * slope, 0.25 * slope])
    together = {**move, "after": "together", "shape": [1, 1], "nodes": None}
    corners = explain(made, x, [together])[0]["estimate"][:, 0]
    assert np.allclose(corners, slope / 4 * np.array([1, -1, -1, 1]))


def test_single_rows_are_spread_over_what_they_are_predicted(data):
    x, y = data
    made = fit(x, y)
    surface = Surface(made, "response", None)
    rows = rows_of(surface, x, None, None, None)
    wanted = Wanted(Grid(np.array([0]), np.array([[0.0], [1.0]])))
    which, found = individual(surface, wanted, rows, 3)
    rank = predict(made, x)[:, 0].argsort().argsort()
    assert sorted(rank[which]) == [0, 30, 59] or sorted(rank[which]) == [0, 29, 59]
    assert found.shape == (3, 2, 1)
    told = explain(made, x, [grid(0, 1, column=0)], curves=3)[0]
    assert (told["rows"] == which).all()
    assert np.allclose(told["curves"], found.reshape(-1, 1))
