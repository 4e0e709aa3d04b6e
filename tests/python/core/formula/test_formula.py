"""Against R: the file was made by R, with predictions beyond the boundary of every spline."""

import copy

import numpy as np
import pytest

import nnfit
from nnfit.core import NNFitError, NNFitWarning, predict
from nnfit.core.formula.formula import Formula
from nnfit.core.ground.foreign import Unreadable
from support import FIXTURES, read_fixture

pandas = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def made():
    return nnfit.load(FIXTURES / "fit-r.safetensors")


@pytest.fixture
def rows():
    return pandas.read_csv(FIXTURES / "fit-r.csv")


class OfFile:
    def __init__(self, formula):
        self.beside = {"formula": formula}


def test_predictions_are_r_s(made, rows):
    # of float32, whose last digit another version of torch may round otherwise
    np.testing.assert_allclose(predict(made, rows)[:, 0], rows["prediction"], rtol=1e-6)


def test_the_columns_may_be_a_dict_or_a_frame_in_any_order(made, rows):
    expected = predict(made, rows)
    columns = {name: rows[name].to_numpy() for name in reversed(list(rows))}
    np.testing.assert_array_equal(predict(made, columns), expected)
    classes = rows.astype({"Species": "category", "wide": "category"})
    np.testing.assert_array_equal(predict(made, classes[sorted(classes)]), expected)
    polars = pytest.importorskip("polars")
    np.testing.assert_array_equal(predict(made, polars.from_pandas(rows)), expected)


def test_the_columns_of_the_fit_are_taken_as_they_are(made, rows):
    columns, offset = Formula.of(made).columns(rows)
    assert offset is None
    assert columns.shape == (5, made.options["n_features"])
    np.testing.assert_array_equal(predict(made, columns), predict(made, rows))


def test_a_column_that_is_missing_is_named(made, rows):
    with pytest.raises(NNFitError, match="lacks columns that the formula names: `Species`"):
        predict(made, rows.drop(columns="Species"))
    with pytest.raises(NNFitError, match="columns of several lengths"):
        predict(made, {**{name: rows[name].to_numpy() for name in rows}, "wide": ["no"]})


def test_a_level_that_is_new_is_named(made, rows):
    rows.loc[1, "Species"] = "rosa"
    with pytest.raises(NNFitError, match="levels of `Species` .* not seen.*`rosa`.*`setosa`"):
        predict(made, rows)
    rows.loc[1, "Species"] = None
    with pytest.raises(NNFitError, match="or missing ones"):
        predict(made, rows)


def test_a_number_that_is_missing_or_a_label_is_refused(made, rows):
    labels = rows.astype({"Petal.Width": str})
    with pytest.raises(NNFitError, match="the term `.*Petal.Width.*needs numbers"):
        predict(made, labels)
    rows.loc[1, "Petal.Width"] = float("nan")
    with pytest.raises(NNFitError, match="missing or infinite"):
        predict(made, rows)


def changed(made, change):
    plain = copy.deepcopy(made.beside["formula"])
    change(plain)
    return plain


def test_a_term_that_python_does_not_know_is_named(made, rows):
    def cut(plain):
        code = {"call": "cut", "args": [{"column": "Petal.Width"}], "names": [None]}
        plain["variables"][0].update(name="cut(Petal.Width)", code=code, levels=None)

    formula = Formula.of(OfFile(changed(made, cut)))
    with pytest.raises(NNFitError, match=r"the term `cut\(Petal.Width\)` uses `cut\(\)`"):
        formula.columns(rows)


def test_levels_of_numbers_are_found_by_their_value():
    variable = {"name": "factor(n)", "code": {"column": "n"}, "levels": ["4", "6", "1e+05"],
                "contrasts": np.eye(3)[:, 1:], "embedded": False}  # fmt: skip
    plain = {"text": "~factor(n)", "variables": [variable], "offsets": [],
             "factors": np.array([[1]]), "names": ["a", "b"]}  # fmt: skip
    formula = Formula.of(OfFile(plain))
    for dtype in (int, float):
        columns, _ = formula.columns({"n": np.array([6, 100_000, 4], dtype=dtype)})
        np.testing.assert_array_equal(columns, [[1, 0], [0, 1], [0, 0]])
    flags = {**variable, "levels": ["FALSE", "TRUE"], "contrasts": np.array([[0.0], [1]])}
    formula = Formula.of(OfFile({**plain, "variables": [flags], "names": ["a"]}))
    columns, _ = formula.columns({"n": np.array([True, False])})
    np.testing.assert_array_equal(columns, [[1], [0]])


def test_offsets_add_up():
    plain = {"text": "~1", "variables": [], "factors": np.empty((0, 0), int), "names": [],
             "offsets": [{"column": "z"}, {"value": 2.0}]}  # fmt: skip
    columns, offset = Formula.of(OfFile(plain)).columns({"z": np.array([1.0, 2.0])})
    assert columns.shape == (2, 0)
    np.testing.assert_array_equal(offset, [3.0, 4.0])


def test_a_level_that_is_new_where_it_is_embedded_is_the_mean():
    variable = {"name": "g", "code": {"column": "g"}, "levels": ["a", "b"], "contrasts": None,
                "embedded": True}  # fmt: skip
    plain = {"text": "~g", "variables": [variable], "factors": np.array([[1]]), "offsets": [],
             "names": ["g"]}  # fmt: skip
    with pytest.warns(NNFitWarning, match="levels of `g`.*`c`"):
        columns, _ = Formula.of(OfFile(plain)).columns({"g": np.array(["b", "c"])})
    np.testing.assert_array_equal(columns, [[1], [2]])


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(text=1),
        lambda plain: plain.update(variables=1),
        lambda plain: plain.update(variables=[1]),
        lambda plain: plain.update(factors=None),
        lambda plain: plain.update(factors=plain["factors"][:-1]),
        lambda plain: plain.update(factors=plain["factors"] + 5),
        lambda plain: plain.update(factors=plain["factors"] * 0),
        lambda plain: plain.update(offsets=[1]),
        lambda plain: plain.update(names=None),
        lambda plain: plain["variables"][1].update(levels=[1]),
        lambda plain: plain["variables"][1].update(levels=["a"]),
        lambda plain: plain["variables"][1].update(levels=["a"], contrasts=None),
        lambda plain: plain["variables"][1].update(embedded=1),
        lambda plain: plain["variables"][1].update(name=1),
        lambda plain: plain["variables"][1].pop("code"),
    ],
)
def test_what_is_no_formula_is_refused(made, change):
    with pytest.raises(Unreadable):
        Formula.of(OfFile(changed(made, change)))


def test_a_fit_without_a_file_has_none():
    assert Formula.of({}) is None
    assert len(read_fixture("fit-r.csv")) == 5
