import itertools

import numpy as np
import pytest

from nnfit.core import NNFitError, fit, predict
from nnfit.core.engines import interior_point
from nnfit.core.model.folding import linear_coefficients


def pinball(error, level):
    return np.maximum(level * error, (level - 1) * error)


def draw(rng, n=23, p=2):
    x = rng.standard_normal((n, p)) * [1.0, 20.0][:p]
    return x, x[:, 0] + (1 + 0.3 * np.abs(x[:, 1])) * rng.standard_normal(n)


def best(x, y, level, weights):
    """Try all: an optimum of a linear program goes through as many rows as it has coefficients."""
    columns = np.column_stack([np.ones(len(x)), x])
    through = itertools.combinations(range(len(x)), columns.shape[1])
    places = (list(rows) for rows in through)
    places = [rows for rows in places if abs(np.linalg.det(columns[rows])) > 1e-12]
    lines = (np.linalg.solve(columns[rows], y[rows]) for rows in places)
    losses = (np.average(pinball(y - columns @ line, level), weights=weights) for line in lines)
    return min(losses)


@pytest.mark.parametrize("level", [0.05, 0.5, 0.8])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_optimum_is_the_best_of_all_vertices(rng, level, weighted):
    x, y = draw(rng)
    weights = rng.integers(0, 4, len(x)) + 1.0 if weighted else np.ones(len(x))
    result = fit(x, y, loss=("quantile", {"level": level}), weights=weights)
    assert (result.options["optimizer"], result.stopped) == ("interior_point", "converged")
    found = result.history["train_loss"][-1]
    assert found == pytest.approx(best(x, y, level, weights), rel=1e-9)
    error = y - predict(result, x)[:, 0]
    assert np.average(pinball(error, level), weights=weights) == pytest.approx(found, rel=1e-9)


def test_it_is_what_linear_programming_finds(rng):
    optimize = pytest.importorskip("scipy.optimize")
    x, y = draw(rng, 400)
    columns, levels = np.column_stack([np.ones(400), x]), [0.1, 0.5, 0.95]
    result = fit(x, y, loss=("quantile", {"level": levels}))
    for row, level in enumerate(levels):
        costs = np.r_[np.zeros(3), np.full(400, level), np.full(400, 1 - level)]
        both = np.hstack([columns, np.eye(400), -np.eye(400)])
        bounds = [(None, None)] * 3 + [(0, None)] * 800
        program = optimize.linprog(costs, A_eq=both, b_eq=y, bounds=bounds)
        ours = linear_coefficients(result)[row]
        np.testing.assert_allclose(ours, program.x[:3], rtol=1e-6, atol=1e-8)
        loss = pinball(y - columns @ ours, level).sum()
        assert loss == pytest.approx(program.fun, rel=1e-10)


def test_a_row_of_weight_zero_takes_no_part(rng):
    x, y = draw(rng)
    weights = np.r_[np.zeros(3), np.ones(20)]
    result = fit(x, np.r_[[1e6] * 3, y[3:]], loss="l1", weights=weights)
    without = fit(x[3:], y[3:], loss="l1")
    np.testing.assert_allclose(linear_coefficients(result), linear_coefficients(without), rtol=1e-7)


def test_the_absolute_error_is_the_median_twice(rng):
    x, y = draw(rng)
    one, other = fit(x, y, loss="l1"), fit(x, y, loss="quantile")
    np.testing.assert_allclose(linear_coefficients(one), linear_coefficients(other), rtol=1e-8)
    assert one.history["train_loss"][-1] == pytest.approx(2 * other.history["train_loss"][-1])
    summed = fit(x, y, loss="l1", reduction="sum").history["train_loss"][-1]
    assert summed == pytest.approx(len(x) * one.history["train_loss"][-1])


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"bias": False}])
def test_with_a_penalty_nothing_near_is_better(rng, options):
    x, y = draw(rng, 60)
    level, penalty = 0.3, 0.05
    result = fit(x, y, loss=("quantile", {"level": level}), penalty=penalty, **options)
    assert result.stopped == "converged"
    scale = result.scaling or {"x_center": 0, "x_scale": 1, "y_center": [0], "y_scale": 1}
    a = (x - scale["x_center"]) / scale["x_scale"]
    b = (y - scale["y_center"][0]) / scale["y_scale"]
    weight = result.parameters["0.weight"][0]
    place = np.r_[weight, result.parameters.get("0.bias", [])]

    def objective(place):
        error = b - a @ place[:2] - (place[2] if len(place) > 2 else 0.0)
        return pinball(error, level).mean() + penalty / 2 * np.square(place[:2]).sum()

    here = objective(place)
    for size in (1e-6, 1e-4, 1e-2, 1.0):
        for _ in range(200):
            assert objective(place + size * rng.standard_normal(len(place))) >= here - 1e-11


@pytest.mark.parametrize("bias", [True, False])
def test_units_and_middles_do_not_matter(rng, bias):
    x, y = draw(rng, 60)
    asked = {"loss": ("quantile", {"level": [0.2, 0.6]}), "bias": bias, "scale": False}
    plain = fit(x, y, **asked)
    other = fit(x * 1e8 + bias * 3e10, y * 1e-6 + bias * 5.0, **asked)
    one, two = (result.history["train_loss"][-1] for result in (plain, other))
    assert two == pytest.approx(one * 1e-6, rel=1e-6)
    assert other.stopped == "converged"


@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_training_on_from_a_fit_makes_it_no_worse(rng, penalty):
    x, y = draw(rng, 60)
    asked = {"loss": ("quantile", {"level": [0.2, 0.7]}), "penalty": penalty}
    first = fit(x, y, **asked)
    losses = first.history["train_loss"]
    assert (np.diff(losses) <= 0).all() or penalty
    again = fit(x, y, start=first, epochs=3, **asked)
    np.testing.assert_allclose(again.fitted, first.fitted, rtol=1e-9)
    np.testing.assert_allclose(again.history["train_loss"], losses[-1], rtol=1e-9)


def test_several_outcomes_are_several_fits(rng):
    x, y = draw(rng)
    both = np.column_stack([y, 5 - y**2])
    result = fit(x, both, loss=("quantile", {"level": [0.2, 0.7]}))
    rows = linear_coefficients(result)
    for place, (level, column) in enumerate(itertools.product([0.2, 0.7], both.T)):
        one = fit(x, column, loss=("quantile", {"level": level}))
        np.testing.assert_allclose(rows[place], linear_coefficients(one)[0], rtol=1e-6)


@pytest.mark.parametrize(
    "y", [np.full(12, 3.0), np.arange(12.0), np.repeat([0.0, 1.0, 2.0], 4)], ids=str
)
def test_what_has_no_errors_or_ties_ends(y):
    x = np.column_stack([np.arange(12.0), np.arange(12.0) % 2])
    result = fit(x, y, loss=("quantile", {"level": 0.25}))
    assert result.stopped == "converged"
    ones = np.ones(12)
    assert result.history["train_loss"][-1] == pytest.approx(best(x, y, 0.25, ones), abs=1e-12)


def test_columns_that_follow_from_others_do_no_harm(rng):
    x, y = draw(rng)
    twice = fit(np.column_stack([x, x[:, 0], np.ones(len(x))]), y, loss="quantile")
    once = fit(x, y, loss="quantile").history["train_loss"][-1]
    assert twice.history["train_loss"][-1] == pytest.approx(once, rel=1e-9)
    ridge = fit(np.column_stack([x, x[:, 0]]), y, loss="quantile", penalty=1e-3)
    assert ridge.stopped == "converged"


def test_an_intercept_alone_is_the_quantile(rng):
    y = rng.standard_normal(101)
    result = fit(np.zeros((101, 0)), y, loss=("quantile", {"level": [0.1, 0.5]}))
    np.testing.assert_allclose(result.fitted[0], np.quantile(y, [0.1, 0.5]), rtol=1e-8)


def test_it_validates_and_stops_where_it_is_told(rng):
    x, y = draw(rng, 80)
    result = fit(x, y, loss="quantile", validation=0.25, epochs=4, seed=1)
    assert len(result.history["valid_loss"]) == 4
    assert result.stopped == "epochs"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"loss": "mse"}, '"interior_point" does not apply: it is for the losses "l1" and "quant'),
        ({"loss": "quantile", "hidden_units": 3}, "does not apply: it is for linear models"),
        ({"loss": "quantile", "batch_size": 5}, "which needs all rows at once"),
        ({"loss": "quantile", "learn_rate": 0.1}, '`learn_rate` is not an option of "interior_po'),
        ({"loss": "quantile", "engine": "autograd"}, "torch, and so engine"),
    ],
)
def test_what_it_can_not_do_is_refused_by_name(rng, options, problem):
    with pytest.raises(NNFitError, match=problem):
        fit(*draw(rng), optimizer="interior_point", **options)


def test_what_does_not_settle_ends_all_the_same(rng, monkeypatch):
    monkeypatch.setattr(interior_point, "GAP", -1.0)
    monkeypatch.setattr(interior_point, "STUCK", -1.0)
    result = fit(*draw(rng), loss="quantile", epochs=500)
    assert len(result.history["train_loss"]) <= interior_point.MOST + 1
