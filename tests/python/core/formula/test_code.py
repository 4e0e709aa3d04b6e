import numpy as np
import pytest

from nnfit.core.formula.code import check_code, columns_in, evaluate
from nnfit.core.formula.functions import Unknown
from nnfit.core.ground.foreign import Unreadable


def call(name, *args, **named):
    given = [*args, *named.values()]
    return {"call": name, "args": given, "names": [None] * len(args) + list(named)}


COLUMN, TWO = {"column": "x"}, {"value": 2.0}


def test_a_tree_is_computed():
    code = call("log", call("+", COLUMN, call("^", COLUMN, TWO)), base=TWO)
    check_code(code)
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(evaluate(code, {"x": x}), np.log2(x + x**2))
    assert columns_in(code) == ["x", "x"]


def test_a_function_that_is_not_known_is_named():
    code = call("system", {"value": "true"})
    check_code(code)  # it is data until then, and refused then
    with pytest.raises(Unknown, match=r"uses `system\(\)`, which is not known"):
        evaluate(code, {})


def test_arguments_that_do_not_go_are_no_crash():
    for code in (call("log"), call("exp", TWO, other=TWO), call("poly", COLUMN, {"value": {}})):
        with pytest.raises(Unknown):
            evaluate(code, {"x": np.ones(2)})


@pytest.mark.parametrize(
    "code",
    [None, 1, [], {}, {"column": 1}, {"call": 1, "args": [], "names": []}, {"call": "f"},
     {"call": "f", "args": [TWO], "names": []}, {"call": "f", "args": [1], "names": [None]},
     {"call": "f", "args": [TWO], "names": [1]}, {"column": "a", "value": 1}],
)  # fmt: skip
def test_what_is_no_tree_is_refused(code):
    with pytest.raises(Unreadable):
        check_code(code)


def test_a_tree_has_a_depth():
    code = TWO
    for _ in range(60):
        code = call("-", code)
    with pytest.raises(Unreadable):
        check_code(code)
