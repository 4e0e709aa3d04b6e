import numpy as np
import pytest

from nnfit.core.data import reduction as reduced
from nnfit.core.data import scaling
from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.table import Table
from nnfit.core.options.asked import Asked


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(reduced, "CHUNK", 16)


def rows(rng, n=100, weights=None, tilt=1.0):
    x = 1e4 + rng.standard_normal((n, 3)) * [1, 10, 1e-3]
    x[:, 2] = x[:, 0] + tilt * x[:, 2]
    return Table(x, rng.standard_normal((n, 2)), weights)


def test_both_ways_give_the_same_sums_of_squares(rng):
    table = rows(rng, weights=rng.random(100))
    rotated = reduced.reduce(table)
    multiplied = reduced._by_products(table)
    np.testing.assert_allclose(
        rotated.root.T @ rotated.root, multiplied.root.T @ multiplied.root, rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize(("tilt", "route"), [(1e3, "products"), (1e-1, "rotations")])
def test_near_collinear_columns_are_reduced_by_rotations(rng, monkeypatch, tilt, route):
    monkeypatch.setattr(reduced, "FEW", 0)
    table = rows(rng, tilt=tilt)
    diagonal = np.diag(reduced.reduce(table).root)
    assert np.array_equal(diagonal, np.diag(reduced._by_products(table).root)) == (
        route == "products"
    )


def test_constant_and_repeated_columns_are_no_reason_to_fail(rng, monkeypatch):
    monkeypatch.setattr(reduced, "FEW", 0)
    table = rows(rng)
    table.x[:, 1] = 0.1
    assert reduced.condition(reduced.reduce(table), 3) == np.inf
    table.x[:, 1] = rng.standard_normal(100)
    table.x[:, 2] = table.x[:, 0]
    assert reduced.condition(reduced.reduce(table), 3) > 1e14


def test_condition_is_that_of_standardised_columns(rng):
    table = rows(rng)
    standard = (table.x - table.x.mean(0)) / table.x.std(0)
    expected = np.linalg.cond(standard)
    assert reduced.condition(reduced.reduce(table), 3) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_scaling_is_as_measured(rng, bias, weighted):
    table = rows(rng, weights=rng.random(100) if weighted else None)
    table.x[:, 1] = 7.0
    # a penalty: without it aliased columns are left out, too
    spec = Asked.of({"loss": "mse", "bias": bias, "penalty": 0.1}).resolved(3, 2)
    source = ArraySource(table, spec)
    source.triangle()
    ours = source.scaling().plain()
    expected = scaling.measure(table.x, table.y, 2, center=bias, weights=table.weights).plain()
    for one, other in zip(ours.values(), expected.values()):
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_indicators_of_all_levels_are_collinear_only_beside_an_intercept(rng):
    x = np.eye(3)[rng.integers(0, 3, 60)]
    triangle = reduced.reduce(Table(x, rng.normal(size=(60, 1))))
    assert reduced.condition(triangle, 3) > 1e7
    seen = reduced.look(triangle, 3, center=False)
    assert seen.condition == pytest.approx(1.0)
    assert not seen.left_out.any()
    assert reduced.look(triangle, 3).left_out.tolist() == [False, False, True]


def test_columns_that_take_no_part_do_not_count_for_the_condition(rng):
    table = rows(rng)
    kept = reduced.look(reduced.reduce(table), 3)
    assert not kept.left_out.any()
    more = np.column_stack(
        [np.ones(100), table.x, table.x[:, 1] - 2 * table.x[:, 0], np.zeros(100)]
    )
    triangle = reduced.reduce(table._replace(x=more))
    seen = reduced.look(triangle, 6)
    assert seen.left_out.tolist() == [True, False, False, False, True, True]
    assert seen.condition == pytest.approx(kept.condition, rel=1e-6)
    under_penalty = reduced.look(triangle, 6, alias=False)
    assert under_penalty.left_out.tolist() == [True, False, False, False, False, True]
    assert under_penalty.condition > 1e7
    nothing = reduced.look(reduced.reduce(table._replace(x=more[:, :1])), 1)
    assert nothing.condition == 1.0


@pytest.mark.parametrize(
    ("options", "rows", "may"),
    [
        ({}, 4, True),
        ({}, 3, False),  # as many coefficients as rows, and one more
        ({"bias": False}, 3, True),
        ({"penalty": 0.1}, 4, False),
        ({"hidden_units": 2}, 4, False),
    ],
)
def test_who_leaves_aliased_columns_out(options, rows, may):
    spec = Asked.of({"loss": "mse", **options}).resolved(3, 1)
    assert reduced.may_alias(rows, spec) == may
