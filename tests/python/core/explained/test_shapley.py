from itertools import combinations
from math import factorial

import numpy as np
import pytest
import torch
from torch import nn

import nnfit
from nnfit.core import NNFitError, fit, predict, shapley, surv
from nnfit.core.explained import shapley as module
from support import read_survival


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((60, 4))
    return x, x[:, 0] + x[:, 1] * x[:, 2] + 0.1 * rng.standard_normal(60)


def by_definition(made, x, background, groups, **more):
    """Sum over all sets of the other groups: (n, groups, k)."""
    columns = list(groups)

    def worth(row, within):
        mixed = background.copy()
        for group in within:
            mixed[:, columns[group]] = row[columns[group]]
        return predict(made, mixed, **more).mean(0)

    g = len(columns)
    found = []
    for row in x:
        values = []
        for one in range(g):
            value = 0.0
            for size in range(g):
                for others in combinations([j for j in range(g) if j != one], size):
                    share = factorial(size) * factorial(g - size - 1) / factorial(g)
                    value = value + share * (worth(row, (*others, one)) - worth(row, others))
            values.append(value)
        found.append(values)
    return np.array(found)


NETWORKS = {
    "linear": ({}, "link"),
    "hidden": ({"hidden_units": [5]}, "response"),
    "members": ({"hidden_units": 3, "members": 2}, "response"),
    "skip": ({"hidden_units": [3, 3], "residual": True, "skip": True}, "response"),
    "float32": ({"hidden_units": [5], "dtype": "float32"}, "response"),
}


@pytest.mark.parametrize(("options", "kind"), NETWORKS.values(), ids=NETWORKS)
def test_values_are_those_of_the_definition(rows, options, kind):
    x, y = rows
    made = fit(x, y, epochs=5, seed=1, **{"dtype": "float64", **options})
    found = shapley(made, x[:3], x[20:30], type=kind)
    tolerance = 1e-6 if options.get("dtype") == "float32" else 1e-11
    expected = by_definition(made, x[:3], x[20:30], [[0], [1], [2], [3]], type=kind)
    np.testing.assert_allclose(found["values"], expected, atol=tolerance)
    total = found["baseline"] + found["values"].sum(axis=1)
    np.testing.assert_allclose(total, predict(made, x[:3], type=kind), atol=tolerance)
    assert found["std_error"] is None
    assert found["groups"] == ["x1", "x2", "x3", "x4"]


@pytest.mark.parametrize("kind", ["link", "response"])
@pytest.mark.parametrize("classes", [2, 3])
def test_each_class_has_its_values(rows, kind, classes):
    x, _ = rows
    y = np.array(["a", "b", "c"])[np.digitize(x[:, 0], [0.0, 0.7][: classes - 1])]
    made = fit(x, y, hidden_units=[3], epochs=5, seed=1, dtype="float64")
    found = shapley(made, x[:2], x[20:25], groups={"a": [0, 1], "b": [2, 3]}, type=kind)
    expected = by_definition(made, x[:2], x[20:25], [[0, 1], [2, 3]], type=kind)
    np.testing.assert_allclose(found["values"], expected, atol=1e-11)


def test_three_variables_by_hand():
    # f = x1 + x2 * x3 at (1, 2, 3) against (0, 0, 0): 1, and the product in two halves
    class Product(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(1))

        def forward(self, x):
            return x[:, [0]] + x[:, [1]] * x[:, [2]] + self.bias

    own = Product()
    x = np.array([[1.0, 2, 3], [0, 0, 0], [1, 1, 1], [2, 0, 1]])
    made = fit(x, x[:, 0] + x[:, 1] * x[:, 2], model=own, epochs=1, scale=False, seed=1)
    found = shapley(made, x[:1], np.zeros((1, 3)), model=own)
    np.testing.assert_allclose(found["values"][0, :, 0], [1, 3, 3], atol=1e-6)


def test_columns_alike_have_values_alike(rows):
    x, y = rows
    twice = np.c_[x[:, :1], x]
    made = fit(twice, y, penalty=0.1, seed=1)
    found = shapley(made, twice[:3], twice)["values"]
    np.testing.assert_allclose(found[:, 0], found[:, 1], rtol=1e-6)


def test_what_is_not_used_has_none(rows):
    x, y = rows
    made = fit(np.c_[x, np.ones(60)], y, hidden_units=[3], epochs=5, seed=1)
    more = np.c_[x, np.arange(60.0)]
    np.testing.assert_allclose(shapley(made, more[:3], more)["values"][:, 4], 0, atol=1e-15)


def test_drawn_orders_come_near_within_their_error(rng, monkeypatch):
    x = rng.standard_normal((200, 6))
    y = x[:, 0] * x[:, 1] + x[:, 2] * x[:, 3] * x[:, 4]
    made = fit(x, y, hidden_units=[8], epochs=200, seed=1)
    exact = shapley(made, x[:20], x[:50])
    monkeypatch.setattr(module, "EXACT", 3)
    drawn = shapley(made, x[:20], x[:50], repeats=40, seed=1)
    away = (drawn["values"] - exact["values"]) / drawn["std_error"]
    # 120 values, some of which go together: a root mean square of about 1
    assert 0.6 < np.sqrt(np.mean(away**2)) < 1.5
    np.testing.assert_allclose(
        drawn["baseline"] + drawn["values"].sum(1), drawn["predicted"], atol=1e-9
    )
    np.testing.assert_allclose(drawn["predicted"], exact["predicted"])
    once = shapley(made, x[:2], x[:5], repeats=1, seed=1)
    assert np.isnan(once["std_error"]).all()


def test_many_columns_of_a_linear_model_are_exact(rng):
    x = rng.standard_normal((60, 14))
    made = fit(x, x[:, 0], seed=1)
    found = shapley(made, x[:3], x)
    slopes = made["unscaled"]["0.weight"].ravel()
    np.testing.assert_allclose(found["values"][:, :, 0], slopes * (x[:3] - x.mean(0)), atol=1e-10)
    assert found["std_error"] is None


def test_weights_count_rows_of_the_background(rows):
    x, y = rows
    made = fit(x, y, hidden_units=[3], epochs=5, seed=1)
    twice = shapley(made, x[:2], x[[5, 5, 6]])
    weighted = shapley(made, x[:2], x[[5, 6]], weights=[2.0, 1.0])
    np.testing.assert_allclose(twice["values"], weighted["values"], atol=1e-7)


def test_an_offset_stays_that_of_the_row():
    times, _, _, offset, x = read_survival()
    made = fit(x, surv(**times), offset=offset, seed=1)
    found = shapley(made, x[:3], x[5:9], offset=offset[:3])
    base = [predict(made, x[5:9], offset=np.full(4, one)).mean() for one in offset[:3]]
    np.testing.assert_allclose(found["baseline"][:, 0], base)
    total = found["baseline"] + found["values"].sum(axis=1)
    np.testing.assert_allclose(total, predict(made, x[:3], offset=offset[:3]))


def test_several_levels_are_explained_in_order(rows):
    x, y = rows
    made = fit(x, y, loss=("quantile", {"level": [0.1, 0.9]}), epochs=5, seed=1)
    found = shapley(made, x[:2], x[:5])
    np.testing.assert_allclose(found["predicted"], predict(made, x[:2]))
    assert found["values"].shape == (2, 4, 2)


def test_a_background_that_does_not_fit_is_refused(rows):
    x, y = rows
    made = fit(x, y, seed=1)
    with pytest.raises(NNFitError, match="`background` has 3 columns, and the fit has 4"):
        shapley(made, x, x[:, :3])


def test_it_is_at_hand_from_the_package():
    assert nnfit.shapley is shapley
