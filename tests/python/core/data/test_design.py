import numpy as np
import pytest

from nnfit.core.data.design import Design, treatment
from nnfit.core.data.parquet import Chunk
from nnfit.core.options.catalog import Named

pa = pytest.importorskip("pyarrow")

LEVELS = {"g": ["a", "b", "c"], "h": ["u", "v"]}


@pytest.fixture
def chunk():
    columns = {
        "x": pa.array([1.0, 2.0, 3.0, 4.0]),
        "g": pa.array(["a", "b", "c", "b"]),
        "h": pa.array(["v", "u", "v", "v"]),
        "w": pa.array([1, 1, 2, 2]),
    }
    return Chunk(0, 4, columns)


def test_columns_and_products_with_the_first_varying_fastest(chunk):
    design = Design.of_columns(["x", "g", ("g", "h"), ("x", "g")], ["w"], LEVELS)
    b, c = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 0])
    v, x = np.array([1, 0, 1, 1]), np.arange(1, 5)
    expected = np.column_stack([x, b, c, b * v, c * v, x * b, x * c])
    assert design.width == 7
    np.testing.assert_array_equal(design.features(chunk), expected)


def test_any_coding_of_classes(chunk):
    coding = np.array([[1.0, 0.5], [-1.0, 0.5], [0.0, -1.0]])
    plain = {"terms": [[["g", coding]]], "outcome": "x", "levels": {"g": LEVELS["g"]}}
    np.testing.assert_array_equal(Design.of(plain).features(chunk), coding[[0, 1, 2, 1]])


def test_a_coding_of_two_levels_may_arrive_flat(chunk):
    plain = {"terms": [[["h", [[0.0], [1.0]]]]], "outcome": "x", "levels": {"h": ["u", "v"]}}
    np.testing.assert_array_equal(Design.of(plain).features(chunk)[:, 0], [1, 0, 1, 1])


def test_missing_values_and_unknown_classes_are_nan():
    columns = {"x": pa.array([1.0, None, 3.0]), "g": pa.array(["b", "b", "new"])}
    x = Design.of_columns(["x", "g"], ["y"], LEVELS).features(Chunk(0, 3, columns))
    np.testing.assert_array_equal(np.isnan(x).any(axis=1), [False, True, True])


def test_plain_and_back():
    design = Design.of_columns(["x", ("x", "g")], ["y", "z"], LEVELS, weights="w")
    again = Design.of(design.plain())
    assert again.plain().keys() == design.plain().keys()
    assert again.columns == design.columns == ["x", "g", "y", "z", "w"]
    assert again.predictors == ["x", "g"]
    np.testing.assert_array_equal(again.terms[1][1].coding, treatment(LEVELS["g"]))


def test_the_table_has_targets_and_weights(chunk):
    loss = Named("mse", {})
    table = Design.of_columns(["x"], ["x", "w"], LEVELS, "w").table(chunk, loss)
    np.testing.assert_array_equal(table.y, [[1, 1], [2, 1], [3, 2], [4, 2]])
    np.testing.assert_array_equal(table.weights, [1, 1, 2, 2])
    loss = Named("cross_entropy", {})
    table = Design.of_columns(["x"], ["g"], LEVELS).table(chunk, loss)
    np.testing.assert_array_equal(table.y, [0, 1, 2, 1])
    loss = Named("soft_margin", {})
    table = Design.of_columns(["x"], ["h"], LEVELS).table(chunk, loss)
    np.testing.assert_array_equal(table.y[:, 0], [1, -1, 1, 1])
