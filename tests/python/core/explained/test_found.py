import pickle

import numpy as np
import pytest

from nnfit.core import effects, fit, importance, shapley
from nnfit.core.explained.found import apart, longer

pandas = pytest.importorskip("pandas")


@pytest.fixture
def rows(rng):
    x = pandas.DataFrame(rng.standard_normal((30, 2)), columns=["wt", "estimate"])
    return x, pandas.DataFrame({"mpg": x["wt"] + 1, "fuel": x["estimate"] - x["wt"]})


@pytest.fixture
def made(rows):
    return fit(*rows, penalty=0.1, seed=1)


def test_effects_say_what_they_are(made, rows):
    found = effects(made, rows[0], "wt", values=[0.0, 1.0])
    lines = repr(found).splitlines()
    assert lines[0] == "Mean prediction at 2 values of `wt`, over 30 rows"
    assert lines[1].split() == ["output", "wt", "estimate"]
    assert lines[-1] == "Keys: values, estimate. As a data frame: to_frame()"
    assert repr(pickle.loads(pickle.dumps(found))) == repr(found)


def test_effects_are_a_data_frame(made, rows):
    found = effects(made, rows[0], ["wt", "estimate"], grid=3)
    frame = found.to_frame()
    assert list(frame.columns) == ["output", "wt", "estimate_", "estimate"]
    assert frame["output"].tolist() == ["mpg"] * 9 + ["fuel"] * 9
    for at in range(18):
        output, (i, j) = divmod(at, 9)[0], divmod(at % 9, 3)
        one = frame.iloc[at]
        assert one["wt"] == found["values"][0][i] and one["estimate_"] == found["values"][1][j]
        assert one["estimate"] == found["estimate"][i, j, output]


def test_single_rows_have_curves(made, rows):
    found = effects(made, rows[0], "wt", type="ice", grid=3, curves=4)
    assert repr(found).startswith("Predictions for 4 rows at 3 values of `wt`, of 30 rows\n")
    frame = found.to_frame()
    assert list(frame.columns) == ["output", "row", "wt", "estimate"]
    fuel = frame[frame["output"] == "fuel"]
    np.testing.assert_array_equal(fuel["row"], np.repeat(found["rows"], 3))
    np.testing.assert_array_equal(fuel["estimate"], found["curves"][..., 1].ravel())


def test_local_and_average_effects(rows):
    x, y = rows[0], rows[1]["mpg"]
    made = fit(x, y, seed=1, bootstrap=4)
    local = effects(made, x, "wt", type="ale", grid=3)
    assert repr(local).startswith("Accumulated local effects at 4 values of `wt`, over 30 rows\n")
    names = ["estimate", "std_error", "lower", "upper"]
    assert list(local.to_frame().columns) == ["wt", *names]
    average = effects(made, x, type="average")
    assert repr(average).startswith("Average effects of `wt`, `estimate`, over 30 rows\n")
    frame = average.to_frame()
    assert frame["variable"].tolist() == ["wt", "estimate"]
    for name in names:
        np.testing.assert_array_equal(frame[name], average[name][:, 0])


def test_importance(made, rows):
    found = importance(made, *rows, seed=1)
    first, head, *_, last = repr(found).splitlines()
    assert first.startswith("Permutation importance of 2 terms, by 30 rows (loss ")
    assert head.split() == ["term", "importance", "std_error", "conf_low", "conf_high"]
    assert last.endswith("metric, baseline, repeats. As a data frame: to_frame()")
    frame = found.to_frame()
    for name in frame.columns:
        assert frame[name].tolist() == found[name]


def test_shapley(made, rows):
    found = shapley(made, rows[0][:4], rows[0])
    assert repr(found).startswith("Shapley values of 2 groups for 4 rows, exact\n")
    frame = found.to_frame()
    assert list(frame.columns) == ["output", "row", "group", "estimate"]
    assert len(frame) == 16
    one = frame.query("output == 'fuel' and row == 2 and group == 'wt'")["estimate"]
    assert one.tolist() == [found["values"][2, 0, 1]]


def test_shapley_of_drawn_orders_has_errors(rng):
    x = rng.standard_normal((20, 11))
    found = shapley(fit(x, x[:, 0], hidden_units=2, epochs=2, seed=1), x[:2], x, repeats=2, seed=1)
    assert repr(found).startswith("Shapley values of 11 groups for 2 rows, by drawn orders\n")
    assert list(found.to_frame().columns) == ["row", "group", "estimate", "std_error"]


def test_arrays_become_columns():
    values = np.arange(8.0).reshape(2, 2, 2)
    table = longer({"a": [1, 2], "b": ["x", "y"]}, {"estimate": values}, ["u", "v"])
    assert list(table["output"]) == ["u"] * 4 + ["v"] * 4
    assert list(table["a"]) == [1, 1, 2, 2] * 2
    assert list(table["b"]) == ["x", "y"] * 4
    assert list(table["estimate"]) == [0, 2, 4, 6, 1, 3, 5, 7]


def test_names_of_a_tables_own_are_left_to_it():
    assert apart(["row", "row_", "x"]) == ["row_", "row__", "x"]
