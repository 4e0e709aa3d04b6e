"""Columns and variables as what moves; what they predict is in `test_variables.py`."""

import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.explained.movable import OfColumns, OfVariables, spread_out
from nnfit.core.explained.variables import Variables
from nnfit.core.formula.formula import Formula, Variable


def variable(name, code=None, levels=None, contrasts=None):
    return Variable(name, code or {"column": name}, levels, contrasts, False)


@pytest.fixture
def rows():
    """Of `~ x * g` by hand: columns x, g2 and x:g2."""
    factors = np.array([[1, 0, 1], [0, 1, 1]])
    g = variable("g", None, ["a", "b"], np.array([[0.0], [1.0]]))
    formula = Formula("~ x * g", [variable("x"), g], factors, [], ["x", "gb", "x:gb"])
    given = {"x": np.array([1.0, 2.0, 4.0]), "g": np.array(["a", "b", "b"])}
    return OfVariables(Variables.of(formula, given))


def test_spread():
    assert spread_out(np.array([3, 1, 3]), 5).tolist() == [1, 3]
    assert spread_out(np.arange(9), 3).tolist() == [0, 4, 8]


def test_columns_move_alone():
    moved = OfColumns(np.array([[1.0, 2.0], [3.0, 4.0]]), ["a", "b"])
    assert moved.chosen("b", 1) == [1]
    with pytest.raises(NNFitError, match=r"names of columns \(`a`, `b`\), or places"):
        moved.chosen("c", 1)
    assert moved.grid([1], [np.array([5.0, 6.0])]).values.tolist() == [[5], [6]]
    assert moved.average(0)[0] == ["a"]


def test_variables_move_what_follows(rows):
    grid = rows.grid(["x"], [np.array([10.0])])
    assert grid.columns.tolist() == [0, 2]
    assert grid.values[0].tolist() == [[10, 0], [10, 10], [10, 10]]
    assert rows.grid(["x", "g"], [np.array([10.0]), np.array(["b"])]).values.tolist() == [
        [10, 1, 10]
    ]
    names, wanted = rows.average("x")
    assert names == ["x"]
    np.testing.assert_allclose(wanted.move.rates, [[1, 0], [1, 1], [1, 1]], rtol=1e-9)
    assert rows.average("g")[0] == ["g: b - a"]
    assert rows.spread("g", 9).tolist() == ["a", "b"]
    with pytest.raises(NNFitError, match="one to 1 different variables"):
        rows.chosen(["x", "g"], 1)


def test_where_columns_are_no_numbers_is_refused():
    log = variable("log(x)", {"call": "log", "args": [{"column": "x"}], "names": [None]})
    formula = Formula("~ log(x)", [log], np.array([[1]]), [], ["log(x)"])
    rows = OfVariables(Variables.of(formula, {"x": np.array([1.0, 2.0])}))
    with pytest.raises(NNFitError, match="to where columns of the fit are no numbers"):
        rows.grid(["x"], [np.array([-1.0, 1.0])])


def test_a_variable_of_the_offset_is_refused():
    formula = Formula("~ x", [variable("x")], np.array([[1]]), [{"column": "x"}], ["x"])
    rows = OfVariables(Variables.of(formula, {"x": np.array([1.0, 2.0])}))
    with pytest.raises(NNFitError, match="in the offset of the formula too"):
        rows.chosen("x", 1)
