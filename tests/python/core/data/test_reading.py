import decimal
import fractions

import numpy as np
import pytest
import torch

from nnfit.core.data.reading import as_features, as_floats, as_weights, columns_of
from nnfit.core.ground.errors import NNFitError


def refused(argument, function, *args, **kwargs):
    with pytest.raises(NNFitError) as caught:
        function(*args, **kwargs)
    assert caught.value.argument == argument
    return str(caught.value)


def test_floats_are_viewed_not_copied():
    x = np.asfortranarray(np.ones((3, 2)))
    assert np.shares_memory(as_features(x), x)
    t = torch.ones(3, 2)
    assert np.shares_memory(as_features(t), t.numpy())


@pytest.mark.parametrize(
    "x",
    [
        [1, 2, 3],
        np.array([True, False, True]),
        torch.tensor([1.0, 2.0, 3.0], dtype=torch.bfloat16),
        torch.ones(3, requires_grad=True),
        np.array([1, 2.5, 3], dtype=object),
    ],
)
def test_one_dimension_is_one_column(x):
    assert as_features(x).shape == (3, 1)


@pytest.mark.parametrize(
    "x",
    [[["a"]], [[np.nan]], [[np.inf]], np.ones((0, 0)), np.ones((0, 2)), 3.0, np.ones((2, 2, 2))],
)
def test_what_is_not_a_matrix_of_numbers_is_refused(x):
    refused("x", as_features, x)


@pytest.mark.parametrize(
    "x",
    [
        ["1", "2"],
        np.array(["1", "2"], dtype=object),
        np.array([b"1", b"2"]),
        np.array(["2024-01-01"], dtype="M8[D]"),
        np.array([1, 2], dtype="m8[s]"),
        np.array([1 + 1j, 2]),
        torch.tensor([1 + 1j]),
        np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
        {"a": [1, 2]},
        [object(), object()],
        [1, "2"],
        [complex(1, 1), None],
    ],
)
def test_what_would_convert_but_is_no_number_is_refused(x):
    assert "must be numeric, not " in refused("x", as_features, x)


@pytest.mark.parametrize(
    "x",
    [
        np.array([1, 2.5, np.bool_(True)], dtype=object),
        [fractions.Fraction(1, 2), decimal.Decimal("0.25")],
        np.array([1, 2], dtype=np.longdouble),
        torch.tensor([0.0, 2.0]).to_sparse(),
        np.array([2**53, -(2**53)]),
    ],
)
def test_numbers_of_every_type_are_taken(x):
    expected = [float(one) for one in (x.to_dense() if isinstance(x, torch.Tensor) else x)]
    assert as_floats(x, "x").tolist() == expected


def test_missing_values_among_objects_are_counted():
    assert "2 missing" in refused("x", as_features, np.array([1, None, np.nan], dtype=object))
    pandas = pytest.importorskip("pandas")
    assert "1 missing" in refused("x", as_features, np.array([1, pandas.NA], dtype=object))


def test_masked_values_are_refused():
    masked = np.ma.masked_array([1.0, 2.0], mask=[False, True])
    assert "1 masked" in refused("x", as_features, masked)
    assert as_features(np.ma.masked_array([1.0, 2.0])).tolist() == [[1], [2]]


@pytest.mark.parametrize("x", [np.array([2**53 + 1]), np.array([2**64 - 1], dtype=np.uint64)])
def test_whole_numbers_that_a_float_can_not_hold_are_refused(x):
    assert "beyond 2^53" in refused("x", as_features, x)


def test_numbers_beyond_floats_are_refused():
    assert "too large" in refused("x", as_features, np.array([10**400], dtype=object))


class TestFrames:
    pandas = pytest.importorskip("pandas")

    def test_columns_that_hold_no_numbers_are_named(self):
        x = self.pandas.DataFrame({
            "a": [1.0, 2.0],
            "g": self.pandas.Categorical([1, 2]),
            "s": ["1", "2"],
            "t": self.pandas.to_datetime(["2024-01-01", "2024-01-02"]),
            "d": self.pandas.to_timedelta([1, 2], unit="s"),
            "z": [1 + 1j, 2],
        })  # fmt: skip
        said = refused("x", as_features, x)
        for column in ("g (category)", "s (", "t (datetime64", "d (timedelta64", "z (complex128)"):
            assert column in said
        assert " a (" not in said
        assert as_features(x, names=["a"]).tolist() == [[1], [2]]

    def test_numbers_and_booleans_of_all_types_make_one_array(self):
        x = self.pandas.DataFrame({
            "a": [1, 2],
            "b": [True, False],
            "c": self.pandas.array([1, 2], dtype="Int64"),
            "d": self.pandas.array([True, False], dtype="boolean"),
            "e": np.array([decimal.Decimal(1), 2], dtype=object),
            "f": np.array([1, 2], dtype=np.float32),
        })  # fmt: skip
        features = as_features(x)
        assert features.dtype == np.float64
        assert features.tolist() == [[1.0] * 6, [2, 0, 2, 0, 2, 2]]

    def test_missing_values_are_counted_by_column(self):
        x = self.pandas.DataFrame({
            "a": [1.0, 2.0],
            "b": [np.nan, np.inf],
            "c": self.pandas.array([1, None], dtype="Int64"),
            "d": self.pandas.array([True, None], dtype="boolean"),
        })  # fmt: skip
        assert "4 missing or infinite value(s), in b (2), c (1), d (1)." in refused(
            "x", as_features, x
        )
        assert "2 missing or infinite value(s), in b (2)." in refused(
            "x", as_features, x[["a", "b"]]
        )

    def test_one_block_of_floats_is_viewed(self):
        x = self.pandas.DataFrame(np.ones((3, 2)), columns=["a", "b"])
        assert np.shares_memory(as_features(x), x.to_numpy())
        assert as_features(x.astype(np.float32)).dtype == np.float32

    def test_outcomes_are_found_by_name(self):
        y = self.pandas.DataFrame({"b": [1, 2], "a": [3, 4]})
        assert columns_of(y, ["a", "b"], "y").tolist() == [[3, 1], [4, 2]]
        assert columns_of(y, None, "y") is y
        assert columns_of([1], ["a"], "y") == [1]

    def test_weights_are_those_of_the_same_rows(self):
        x = self.pandas.DataFrame({"a": [1.0, 2.0]})
        weights = self.pandas.Series([1, 2], index=[1, 0])
        assert "row labels" in refused("weights", as_weights, weights, 2, "mean", x)
        assert as_weights(weights.loc[x.index], 2, "mean", x).tolist() == [2, 1]
        refused("weights", as_weights, self.pandas.Series(self.pandas.Categorical([1, 2])), 2)


def test_there_may_be_rows_without_columns_but_not_in_more_dimensions():
    assert as_features(np.ones((2, 0))).shape == (2, 0)
    assert "has no values" in refused(
        "x", lambda x: as_features(x, any_shape=True), np.ones((2, 3, 0))
    )


def test_missing_values_are_counted():
    assert "2 missing" in refused("x", as_features, [[np.nan, 1], [np.inf, 1]])


def test_images_are_for_modules_only():
    assert as_features(np.ones((2, 3, 4)), any_shape=True).shape == (2, 3, 4)


@pytest.mark.parametrize(
    "weights", [[1, 2], [1, -1, 1], [0, 0, 0], [1, np.nan, 1], ["a", "b", "c"]]
)
def test_bad_weights_are_refused(weights):
    refused("weights", as_weights, weights, 3)


@pytest.mark.parametrize(
    "value", [["1", "2"], np.array([b"1", b"2"]), np.array(["1", 2], dtype=object), [1j, 2j]]
)
def test_text_and_complex_numbers_are_no_numbers(value):
    with pytest.raises(NNFitError, match="^`x` must be numeric"):
        as_floats(value, "x")
    np.testing.assert_array_equal(as_floats(np.array([1, 2], dtype=object), "x"), [1.0, 2.0])


@pytest.mark.parametrize("weights", [np.ones((2, 2, 2)), np.ones((2, 4))])
def test_weights_are_one_column_or_row(weights):
    refused("weights", as_weights, weights, 8)
    assert as_weights(weights.reshape(8, 1), 8).shape == (8,)


def test_a_tensor_without_plain_numbers_is_refused():
    said = refused("x", as_features, torch.ones(8, device="meta"))
    assert "is a tensor that can not be read" in said


def test_a_sum_beyond_numbers_is_no_missing_value():
    x = np.full((3, 2), np.finfo(np.float32).max)
    assert as_features(x) is x
