import numpy as np
import pytest

from nnfit.core import NNFitError, fit
from nnfit.core.explained.terms import (
    Donated,
    Term,
    donated,
    read_groups,
    read_pairs,
    read_variables,
    terms_of,
)
from nnfit.core.explained.variables import Variables
from nnfit.core.formula.formula import Formula, Variable
from nnfit.core.model.fit import FitView


@pytest.fixture(scope="module")
def spec():
    made = fit(np.arange(12.0).reshape(4, 3) ** 2, [1.0, 2, 3, 5], seed=1)
    return FitView(made).spec


def test_each_column_is_a_group_by_default(spec):
    assert read_groups(None, spec) == {"x1": [0], "x2": [1], "x3": [2]}


def test_columns_are_named_as_those_of_a_data_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 5, 3]})
    spec = FitView(fit(frame, [1.0, 2, 3, 5], seed=1)).spec
    assert read_groups(None, spec) == {"a": [0], "b": [1]}
    assert read_groups({"both": ["b", 0]}, spec) == {"both": [1, 0]}


@pytest.mark.parametrize("columns", [[], [0, 0], [3], [-1], ["x1"], [True], 1.5, None, [[0]]])
def test_columns_that_are_none_are_refused(spec, columns):
    with pytest.raises(NNFitError, match="`groups` must have columns, each once"):
        read_groups({"a": columns}, spec)


def test_pairs_are_read_by_name():
    names = ["a", "b", "c"]
    assert read_pairs(False, names) == []
    assert read_pairs(np.bool_(True), names) == [(0, 1), (0, 2), (1, 2)]
    assert read_pairs([("c", "a"), ("c", "a")], names) == [(2, 0)]


@pytest.mark.parametrize("pairs", ["ab", [("a", "a")], [("a",)], [("a", "d")], 3, [1]])
def test_pairs_that_are_none_are_refused(pairs):
    with pytest.raises(NNFitError, match="`interactions` must be True, False or a list of pairs"):
        read_pairs(pairs, ["a", "b", "c"])


def test_a_pair_is_what_moving_either_costs_less_both():
    moved, terms = terms_of({"a": [0], "b": [2, 1]}, [(0, 1)])
    assert moved == [[0], [2, 1], [0, 2, 1]]
    assert terms[2] == Term("a:b", [0, 1, 2], [1, 1, -1])


def test_variables_of_a_formula_move_what_follows():
    variables = [Variable(name, {"column": name}, None, None, False) for name in "ab"]
    formula = Formula("~ a + a:b", variables, np.array([[1, 1], [0, 1]]), [], ["a", "a:b"])
    known = Variables.of(formula, {"a": np.ones(2), "b": np.ones(2)})
    assert read_variables(None, known) == {"a": ["a"], "b": ["b"]}
    assert read_variables({"both": ["a", "b"]}, known) == {"both": ["a", "b"]}
    assert donated(["a"], known) == Donated([0], [1])
    assert donated(["a", "b"], known) == Donated([0, 1], [])
    for wrong in ({"g": ["a", "a"]}, {"g": "c"}, {"g": []}, [], {}):
        with pytest.raises(NNFitError, match="`groups`"):
            read_variables(wrong, known)
