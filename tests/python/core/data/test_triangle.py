import numpy as np
import pytest

from nnfit.core.data import scaling
from nnfit.core.data.table import Table
from nnfit.core.data.triangle import TriangleBuilder
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named

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
