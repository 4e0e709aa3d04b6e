import math

import numpy as np
import pytest

from nnfit.core.data import products
from nnfit.core.data.products import Products, condition_of
from nnfit.core.data.table import Table
from nnfit.core.data.triangle import TriangleBuilder


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(products, "FEW", 0)
    monkeypatch.setattr(products, "BLOCK", 16)


def gram(root, shift, about):
    """Sums of products of [1, x - about, y - about]."""
    moved = np.hstack([root[:, :1], root[:, 1:] + root[:, :1] * (shift - about)])
    return moved.T @ moved


def exact(table, about):
    rows = np.hstack([np.ones((len(table.x), 1)), np.hstack([table.x, table.y]) - about])
    rows *= 1 if table.weights is None else np.sqrt(table.weights)[:, None]
    return rows.T @ rows


def table(rng, n=200, weights=None):
    x = rng.standard_normal((n, 3)) * [1, 10, 1e-3] + [0, 1e5, 3]
    return Table(x, rng.standard_normal((n, 2)), weights)


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("weighted", [False, True])
def test_few_rows_have_the_sums_of_products_of_all(rng, order, weighted):
    weights = np.where(np.arange(200) < 40, 0.0, rng.random(200)) if weighted else None
    rows = table(rng, weights=weights)
    rows = rows._replace(x=np.asarray(rows.x, order=order))
    few = Products().of(rows)
    np.testing.assert_allclose(
        gram(few.root, few.means, few.means), exact(rows, few.means), rtol=1e-9, atol=1e-8
    )
    whole = np.hstack([rows.x, rows.y])
    np.testing.assert_allclose(few.means, np.average(whole, axis=0, weights=weights), rtol=1e-12)
    apart = np.square(whole - few.means)
    squares = apart.sum(axis=0) if weights is None else weights @ apart
    np.testing.assert_allclose(few.squares, squares, rtol=1e-9)
    assert few.weight == pytest.approx(200 if weights is None else weights.sum(), rel=1e-14)


def test_what_loses_digits_or_takes_no_time_is_left_to_rotations(rng, monkeypatch):
    rows = table(rng)
    near = rows._replace(x=np.hstack([rows.x, rows.x[:, :1] + 1e-4 * rng.normal(size=(200, 1))]))
    assert Products().of(rows) is not None
    assert Products().of(near) is None
    assert Products().of(rows._replace(x=rows.x * 1e150)) is None
    assert Products().of(rows._replace(x=np.where(rows.x > 0, rows.x, np.nan))) is None
    assert Products().of(rows._replace(weights=np.zeros(200))) is None
    assert Products().of(rows.take(slice(0, 16 * 6 - 1))) is None
    monkeypatch.setattr(products, "FEW", 200 * 6)
    assert Products().of(rows) is None


@pytest.mark.parametrize("value", [0.0, 7.0, 0.1, 1e9 + 0.1])
def test_a_column_that_is_constant_in_a_chunk(rng, value):
    rows = table(rng)
    rows.x[:, 1] = value
    few = Products().of(rows)
    np.testing.assert_array_equal(few.root[:, 2], 0)
    assert few.means[1] == pytest.approx(value, rel=1e-15)
    about = np.zeros(5) if value < 1e9 else few.means
    np.testing.assert_allclose(
        gram(few.root, few.means, about), exact(rows, about), rtol=1e-9, atol=1e-9
    )


def test_a_trend_over_the_chunks_costs_no_digits(rng):
    """Within a chunk the spread is a millionth of what it is in all."""
    t = np.arange(2000.0)[:, None] + 0.1 * rng.standard_normal((2000, 1))
    rows = Table(np.hstack([1e3 * t, rng.standard_normal((2000, 2))]), np.sin(t))
    both = [TriangleBuilder(), TriangleBuilder(by_products=False)]
    for builder in both:
        for start in range(0, 2000, 100):
            builder.add(rows.take(slice(start, start + 100)))
    mine, theirs = (builder.triangle() for builder in both)
    solved = [
        np.linalg.lstsq(one.root[:, :4], one.root[:, 4:], rcond=None)[0][1:]
        for one in (mine, theirs)
    ]
    np.testing.assert_allclose(*solved, rtol=1e-11)


def test_the_condition_of_columns(rng):
    assert condition_of(np.eye(3) * [1, 1e9, 1e-9]) == pytest.approx(1)
    assert condition_of(np.zeros((3, 0))) == 1
    assert condition_of(np.array([[1.0, 0.0], [0.0, 0.0]])) == math.inf
