import numpy as np
import pytest

pytest.importorskip("formulaic", reason="needs formulaic")

from nnfit.core import NNFitError
from nnfit.formulas.made import as_pandas, make


def test_columns_without_that_of_the_intercept(frame):
    made = make("y ~ x + C(g)", frame)
    assert list(made.x.columns) == ["x", "C(g)[T.b]", "C(g)[T.c]"]
    assert made.intercept and made.kept is None
    assert made.y.name == "y"
    assert not make("y ~ 0 + x", frame).intercept
    assert make("~ x", frame).y is None and make("x", frame).y is None


def test_a_dot_is_every_other_column(frame):
    data = frame[["y", "x", "z"]]
    assert list(make("y ~ .", data).x.columns) == ["x", "z"]


def test_outcomes_as_they_are_and_computed(frame):
    assert make("g ~ x", frame).y.tolist() == frame["g"].tolist()
    assert list(make("y + z ~ x", frame).y.columns) == ["y", "z"]
    np.testing.assert_allclose(make("np.exp(y) ~ x", frame).y.to_numpy()[:, 0], np.exp(frame["y"]))


def test_missing_values_are_refused_or_dropped(frame):
    data = frame.assign(x=frame["x"].where(frame.index > 1))
    with pytest.raises(NNFitError, match="`data` has missing values in 2 row.*na_action="):
        make("y ~ x", data)
    assert make("y ~ x", data, "drop").kept.tolist() == list(range(2, 60))
    assert make("y ~ z", data).kept is None
    with pytest.raises(NNFitError, match='`na_action` must be "raise" or "drop"'):
        make("y ~ x", data, "ignore")


def test_frames_of_other_libraries_and_dicts(frame):
    given = {"y": [1.0, 2.0], "x": np.array([3.0, 4.0])}
    assert list(as_pandas(given).columns) == ["y", "x"]
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"x": [1.0, 2.0], "g": pyarrow.array(["a", "b"]).dictionary_encode()})
    read = as_pandas(table)
    assert read["g"].cat.categories.tolist() == ["a", "b"]
    assert as_pandas(frame.set_index("g")).index.tolist() == list(range(60))


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (3, "must be a text"),
        ("", "must be a text"),
        ("y ~ ", "must be a text"),
        ("y ~ (x", "can not be read"),
        ("y | z ~ x", "one part on each side"),
        ("y ~ x | z", "one part on each side"),
        ("y ~ nope", "`nope` is not present"),
        ("y ~ open('x')", "can not be made into columns"),
        ("C(g) ~ x", r"makes columns of the classes `C\(g\)`"),
        ("1 ~ x", "has no outcome"),
    ],
)
def test_a_formula_that_can_not_be_is_refused(frame, formula, said):
    with pytest.raises(NNFitError, match=f"`formula` .*{said}"):
        make(formula, frame)


@pytest.mark.parametrize("data", [3, np.ones((2, 2)), {"x": [1], "y": [1, 2]}])
def test_data_that_are_no_frame_are_refused(data):
    with pytest.raises(NNFitError, match="`data`"):
        make("y ~ x", data)


def test_names_must_tell_columns_apart(frame):
    with pytest.raises(NNFitError, match="`data` has several columns of one name: `x`"):
        make("y ~ x", frame.rename(columns={"z": "x"}))
    with pytest.raises(NNFitError, match="`data` has columns whose names are no strings"):
        make("y ~ x", frame.rename(columns={"z": 1}))


def test_the_callers_own_names_are_not_taken(frame):
    nope = frame["x"]  # noqa: F841
    with pytest.raises(NNFitError, match="nope"):
        make("y ~ nope", frame)
