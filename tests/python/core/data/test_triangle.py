from functools import reduce

import numpy as np
import pytest

from nnfit.core.data import scaling
from nnfit.core.data.table import Table
from nnfit.core.data.triangle import TriangleBuilder, joined
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named
from support import as_threads

SPEC = Asked(loss=Named("mse", {}), dtype="float64", device="cpu").resolved(3, 2)


def in_chunks(rows):
    builder = TriangleBuilder()
    for part in np.array_split(np.arange(len(rows.x)), 5):
        builder.add(rows.take(part))
    return builder.triangle()


@pytest.fixture
def rows(rng):
    x = rng.normal(size=(200, 3)) * [1, 10, 0.1] + [0, 1e6, 5]
    y = x[:, :2] - x[:, 1:] + rng.normal(size=(200, 2))
    return Table(x, y)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_every_linear_model_has_the_squared_error_of_all_rows(rows, rng, weighted, bias):
    if weighted:
        rows = rows._replace(weights=rng.uniform(0.5, 2, size=200))
    scale = scaling.measure(rows.x, rows.y, 2, center=bias)
    batch = in_chunks(rows).batch(scale, SPEC)
    assert batch.x.shape == (6, 4)
    coefficients = rng.normal(size=(4, 2))  # the intercepts first
    few = np.square(batch.x.numpy() @ coefficients - batch.y.numpy()).sum()
    x = np.column_stack([np.ones(200), (rows.x - scale.x_center) / scale.x_scale])
    y = (rows.y - scale.y_center) / scale.y_scale
    weights = 1 if rows.weights is None else rows.weights[:, None]
    np.testing.assert_allclose(few, (weights * np.square(x @ coefficients - y)).sum(), rtol=1e-9)


def test_unscaled_too(rows):
    batch = in_chunks(rows).batch(None, SPEC)
    gram = batch.x.T @ batch.x
    design = np.column_stack([np.ones(200), rows.x])
    np.testing.assert_allclose(gram.numpy(), design.T @ design, rtol=1e-9)


def test_near_collinear_columns_keep_their_digits(rng, least_squares):
    """Sums of products would square the condition number, 1e7, and leave two digits."""
    a = rng.normal(size=5000)
    x = np.column_stack([a, a + 1e-7 * rng.normal(size=5000), rng.normal(size=5000)])
    y = x @ [1.0, 2.0, 3.0] + rng.normal(size=5000)
    batch = in_chunks(Table(x, y[:, None])).batch(None, SPEC)
    found = np.linalg.lstsq(batch.x.numpy(), batch.y.numpy()[:, 0], rcond=None)[0]
    np.testing.assert_allclose(found, least_squares(x, y), rtol=1e-7)


def test_positions_of_classes_are_one_column(rng):
    x = rng.normal(size=(50, 2))
    classes = rng.integers(0, 3, size=50)
    seen = in_chunks(Table(x, classes))
    np.testing.assert_allclose(
        abs(seen.root), abs(in_chunks(Table(x, classes[:, None].astype(float))).root), rtol=1e-9
    )


@pytest.mark.parametrize("parts", [[1, 199], [100, 100], [3, 2, 195], [66, 67, 67]])
def test_triangles_of_parts_are_that_of_all_rows(rows, parts):
    edges = np.cumsum(parts)[:-1]
    builders = [TriangleBuilder() for _ in parts]
    for builder, part in zip(builders, np.array_split(np.arange(200), edges)):
        builder.add(rows.take(part))
    joined = reduce(TriangleBuilder.join, [*builders[:1], TriangleBuilder(), *builders[1:]])
    whole = TriangleBuilder()
    whole.add(rows)
    # about other shifts, so that sums of squares are compared
    for scale in (None, scaling.measure(rows.x, rows.y, 2, center=True)):
        one, other = joined.triangle().batch(scale, SPEC), whole.triangle().batch(scale, SPEC)
        for mine, theirs in zip(one[:2], other[:2]):
            found, expected = (one.x.T @ mine).numpy(), (other.x.T @ theirs).numpy()
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12 * expected.max())


def test_joined_triangles_solve_near_collinear_columns_as_one_does(rng, least_squares):
    a = rng.normal(size=5000)
    x = np.column_stack([a, a + 1e-7 * rng.normal(size=5000), rng.normal(size=5000)])
    y = x @ [1.0, 2.0, 3.0] + rng.normal(size=5000)

    def work(processes):
        builder = TriangleBuilder()
        part = slice(*(5000 * edge // 3 for edge in (processes.rank, processes.rank + 1)))
        if len(x[part]):
            builder.add(Table(x[part], y[part, None]))
        (triangle,) = joined([builder], processes)
        return triangle

    first, *others = as_threads(4, work)
    assert all((one.root == first.root).all() for one in others)
    batch = first.batch(None, SPEC)
    found = np.linalg.lstsq(batch.x.numpy(), batch.y.numpy()[:, 0], rcond=None)[0]
    np.testing.assert_allclose(found, least_squares(x, y), rtol=1e-7)
