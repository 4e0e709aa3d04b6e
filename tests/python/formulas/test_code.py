import numpy as np
import pytest

pytest.importorskip("formulaic", reason="needs formulaic")

from nnfit.core.formula.code import check_code, columns_in, evaluate
from nnfit.formulas.code import BARE, NUMPY, OPERATORS, Reader, Untold

X, Z = np.array([1.0, 2.0, 4.0]), np.array([-1.0, 0.5, 3.0])


def read(text, columns=("x", "z"), states=None):
    return Reader(columns, states or {}).read(text)


@pytest.mark.parametrize(
    "text",
    [
        "x", "x + 1", "-x * z", "x / 2 - +z", "x ** 2", "x // 2 + x % 3", "x > 1", "x <= z",
        "(x > 1) & ~(z < 0) | (x == 2)", "x != 2", "np.log(x)", "log(x)", "np.where(x > 1, x, z)",
        "np.minimum(x, z)", "np.arctan(z)", "I(x * z)", "np.power(x, 2)", "np.rint(z)",
    ],
)  # fmt: skip
def test_an_expression_is_computed_as_python_does(text):
    code = read(text)
    check_code(code)
    space = {"np": np, "log": np.log, "I": lambda value: value, "x": X, "z": Z}
    np.testing.assert_allclose(evaluate(code, {"x": X, "z": Z}), eval(text, space))
    assert set(columns_in(code)) <= {"x", "z"}


def test_every_function_has_its_counterpart():
    for name in NUMPY:
        text = f"np.{name}({ARGUMENTS.get(name, 'x')})"
        found = evaluate(read(text), {"x": X / 10, "z": Z})
        np.testing.assert_allclose(found, eval(text, {"np": np, "x": X / 10, "z": Z}))
    assert set(BARE) <= set(NUMPY)
    assert len(OPERATORS) == 18


OF_TWO = ("minimum", "maximum", "power", "add", "subtract", "multiply", "divide")
ARGUMENTS = {**dict.fromkeys(OF_TWO, "x, 2.0"), "where": "x > 0.1, x, z"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("w", "uses `w`, which is no column"),
        ("x +", "no expression"),
        ("np.linalg.norm(x)", r"uses `np.linalg.norm\(\)`"),
        ("open(x)", r"uses `open\(\)`"),
        ("abs(x)", r"uses `abs\(\)`"),
        ("np.log(x, where=x > 0)", r"uses `np.log\(\)`"),
        ("x.max()", r"uses `x.max\(\)`"),
        ("[x, z]", "has `.x, z.`, which is not known"),
        ("1 < x < 2", "which is not known"),
        ("x @ z", "an operator that is not known"),
        ("x if z else 1", "which is not known"),
        ("poly(x, degree=z)", "no plain value"),
        ("x * None", "which is not known"),
    ],
)
def test_what_is_not_known_is_named(text, said):
    with pytest.raises(Untold, match=said):
        read(text)


def test_a_column_is_taken_by_any_name():
    assert read("my col", ["my col"]) == {"column": "my col"}


def test_the_ends_of_a_spline_are_those_that_were_asked_for():
    state = {"lower_bound": 0.0, "upper_bound": 5.0, "knots": [0.0] * 4 + [2.0] + [5.0] * 4}
    for how, call in (("raise", "within"), ("clip", "pmin"), ("extend", None)):
        text = f"bs(x, df=4, extrapolation='{how}')"
        inner = read(text, states={text: state})["args"][0]
        assert inner.get("call") == call
    text = "bs(x, df=4, extrapolation='zero')"
    with pytest.raises(Untold, match='extrapolation="zero"'):
        read(text, states={text: state})
