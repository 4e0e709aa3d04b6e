import types

import numpy as np
import pytest

from nnfit.core.data.frames import (
    aligned,
    check_index,
    check_named,
    frame_of,
    is_missing,
    named,
    names_of,
)
from nnfit.core.ground.errors import NNFitError, NNFitWarning

pd = pytest.importorskip("pandas")


@pytest.fixture(params=["pandas", "polars", "pyarrow"])
def make(request):
    """Make a frame of columns with each library that is here."""
    library = pytest.importorskip(request.param)
    return library.table if request.param == "pyarrow" else library.DataFrame


def refused(argument, function, *args, **kwargs):
    with pytest.raises(NNFitError) as caught:
        function(*args, **kwargs)
    assert caught.value.argument == argument
    return str(caught.value)


def test_columns_come_with_names_types_and_values(make):
    frame = frame_of(make({"a": [1, 2], "b": [0.5, 1.5], "c": ["x", "y"]}), "x")
    assert frame.names == ("a", "b", "c")
    values = [column.values() for column in frame.columns]
    assert values[0].dtype.kind == "i"
    assert values[1].tolist() == [0.5, 1.5]
    assert values[2].tolist() == ["x", "y"]
    assert all(column.kind for column in frame.columns)
    assert all(column.classes is None for column in frame.columns)


def test_a_frame_of_an_array_is_one():
    block = np.arange(6.0).reshape(3, 2)
    frame = named(block, ["a", "b"])
    assert frame_of(frame, "x") is frame and frame.block is block
    assert frame.names == ("a", "b")
    assert frame.column(1).values().tolist() == [1.0, 3.0, 5.0]


def test_names_on_one_side_alone_are_told(make):
    frame, array = make({"a": [1.0], "b": [2.0]}), np.ones((1, 2))
    check_named(frame, ("a", "b"))
    check_named(array, None)
    with pytest.warns(NNFitWarning, match="`rows` has names of columns, and the fit was made wi"):
        check_named(frame, None, "rows")
    with pytest.warns(NNFitWarning, match="`x` has no names of columns.* taken as `a`, `b`: give"):
        check_named(array, ("a", "b"))


def test_what_is_missing_is_no_number(make):
    frame = frame_of(make({"a": [1, None], "b": [True, None]}), "x")
    a, b = (column.values() for column in frame.columns)
    assert np.isnan(float(a[1]))
    assert is_missing(b[1])


def test_classes_are_found_whatever_their_labels_are():
    numbered = pd.Categorical([3, 1, 3], categories=[3, 2, 1])
    for column in (pd.Series(numbered), numbered, pd.CategoricalIndex(numbered)):
        codes, labels = frame_of(column, "y").column(0).classes()
        assert codes.tolist() == [0, 2, 0]
        assert labels == [3, 2, 1]
    missing = frame_of(pd.Series(["a", None], dtype="category"), "y").column(0)
    assert missing.classes()[0].tolist() == [0, -1]


def test_dictionaries_of_pyarrow_are_classes():
    pyarrow = pytest.importorskip("pyarrow")
    parts = [
        pyarrow.DictionaryArray.from_arrays([0, 1, None], [7, 5]),
        pyarrow.DictionaryArray.from_arrays([0, 0], [5]),
    ]
    for array, codes in ((parts[0], [0, 1, -1]), (pyarrow.chunked_array(parts), [0, 1, -1, 1, 1])):
        found, labels = frame_of(array, "y").column(0).classes()
        assert found.tolist() == codes
        assert labels == [7, 5]


def test_enums_and_categoricals_of_polars_are_classes():
    polars = pytest.importorskip("polars")
    enum = polars.Series("y", ["b", "a", None], dtype=polars.Enum(["b", "c", "a"]))
    codes, labels = frame_of(enum, "y").column(0).classes()
    assert (codes.tolist(), labels) == ([0, 2, -1], ["b", "c", "a"])
    loose = polars.Series("y", ["b", "a"], dtype=polars.Categorical)
    codes, labels = frame_of(loose, "y").column(0).classes()
    assert (codes.tolist(), labels) == ([1, 0], ["a", "b"])


@pytest.mark.parametrize(
    ("dtype", "values", "kind"),
    [
        ("Int64", [1, 2], "i"),
        ("Int64", [1, None], "f"),
        ("boolean", [True, False], "b"),
        ("Float64", [1.5, None], "f"),
        ("Sparse[float]", [1.5, 0.0], "f"),
        ("string", ["a", "b"], "O"),
        ("datetime64[ns]", ["2024-01-01", "2024-01-02"], "M"),
        ("timedelta64[ns]", [1, 2], "m"),
        ("period[D]", ["2024-01-01", "2024-01-02"], "O"),
    ],
)
def test_every_type_of_pandas_keeps_what_it_is(dtype, values, kind):
    column = frame_of(pd.Series(values, dtype=dtype), "x").column(0)
    assert column.values().dtype.kind == kind
    assert column.kind.startswith(dtype.split("[")[0])


def test_arrow_types_in_pandas():
    pyarrow = pytest.importorskip("pyarrow")
    series = pd.Series([1, 2], dtype=pd.ArrowDtype(pyarrow.int64()))
    assert frame_of(series, "x").column(0).values().dtype.kind == "i"
    dates = pd.Series(pd.to_datetime(["2024-01-01"])).astype("timestamp[ns][pyarrow]")
    assert frame_of(dates, "x").column(0).values().dtype.kind in "OM"


def test_a_block_of_floats_is_not_copied():
    block = np.ones((4, 3))
    frame = pd.DataFrame(block, columns=list("abc"), copy=False)
    assert np.shares_memory(frame_of(frame, "x").block, frame.to_numpy())
    assert frame_of(pd.DataFrame({"a": [1, 2]}), "x").block is None


def test_columns_are_found_by_name(make):
    frame = frame_of(make({"b": [1.0, 2.0], "z": [0.0, 0.0], "a": [3.0, 4.0]}), "x")
    found = aligned(frame, ["a", "b"], "x")
    assert [column.values().tolist() for column in found.columns] == [[3, 4], [1, 2]]
    assert found.names == ("a", "b")
    assert aligned(frame, None, "x") is frame


def test_missing_and_repeated_columns_are_refused_by_name():
    frame = frame_of(pd.DataFrame(np.ones((2, 3)), columns=["a", "a", "b"]), "x")
    assert "lacks columns that the fit has: `c`" in refused("x", aligned, frame, ["b", "c"], "x")
    assert "several columns of one name: `a`" in refused("x", aligned, frame, None, "x")
    assert aligned(frame, ["b"], "x").width == 1  # the others do not matter


def test_labels_of_any_type_are_names():
    assert names_of(pd.DataFrame(np.ones((2, 2)))) == ("0", "1")
    assert names_of(pd.Series([1], name="a")) == ("a",)
    assert names_of(pd.Series([1])) is None
    assert names_of(np.ones((2, 2))) is None


def test_rows_with_other_labels_are_refused():
    x = pd.DataFrame({"a": [1, 2, 3]})
    y = pd.Series([1, 2, 3], index=[2, 1, 0])
    said = refused("y", check_index, x, y, "y")
    assert "y.loc[x.index]" in said
    assert "y.to_numpy()" in said
    check_index(x, y.loc[x.index], "y")
    check_index(x, y.to_numpy(), "y")
    check_index(x.to_numpy(), y, "y")
    check_index(x, pd.Series([1.0]), "y")  # whose length says more


def test_a_frame_of_an_unknown_library_is_refused():
    stranger = types.SimpleNamespace(__dataframe__=lambda: None)
    assert "is not known here" in refused("x", frame_of, stranger, "x")


def test_what_is_missing():
    missing = [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT]
    assert all(map(is_missing, missing))
    assert not any(map(is_missing, [0, "", "NA", False, np.float64(1), [None]]))
