import numpy as np
import pytest

from nnfit.core.formula.functions import FUNCTIONS, Unknown, labels_of, numbers

X = np.array([1.0, 2.5, -3.0])


def test_arithmetic_is_r_s():
    np.testing.assert_array_equal(FUNCTIONS["%%"](X, 2.0), [1.0, 0.5, 1.0])
    np.testing.assert_array_equal(FUNCTIONS["%/%"](X, 2.0), [0.0, 1.0, -2.0])
    np.testing.assert_array_equal(FUNCTIONS["-"](X), -X)
    np.testing.assert_array_equal(FUNCTIONS["+"](X), X)
    np.testing.assert_array_equal(FUNCTIONS["^"](X, 2.0), X**2)
    np.testing.assert_allclose(FUNCTIONS["log"](X[:2], 2.0), np.log2(X[:2]))
    np.testing.assert_array_equal(FUNCTIONS["round"](np.array([0.5, 1.5])), [0.0, 2.0])
    np.testing.assert_array_equal(FUNCTIONS["pmax"](X, 0.0), [1.0, 2.5, 0.0])


def test_comparisons_are_of_numbers_or_of_labels():
    assert FUNCTIONS["=="](np.array(["a", "b"], dtype=object), "a").tolist() == [True, False]
    assert FUNCTIONS["!="](X, 1.0).tolist() == [False, True, True]
    assert FUNCTIONS["%in%"](np.array(["a", "b"]), ["b", "c"]).tolist() == [False, True]
    assert FUNCTIONS["ifelse"](X > 0, "up", "down").tolist() == ["up", "up", "down"]
    assert FUNCTIONS["ifelse"](X > 0, X, 0.0).tolist() == [1.0, 2.5, 0.0]
    assert FUNCTIONS["!"](X > 0).tolist() == [False, False, True]


def test_numbers_and_truths_are_written_as_r_writes_them():
    assert labels_of(np.array([4.0, 0.1, 1e-20])).tolist() == ["4", "0.1", "1e-20"]
    assert labels_of(np.array([True, False])).tolist() == ["TRUE", "FALSE"]


def test_a_factor_has_its_labels():
    made = FUNCTIONS["factor"](np.array([1.0, 2, 3]), levels=[1.0, 2.0], labels=["a", "b"])
    assert made.tolist() == ["a", "b", None]


def test_a_raw_polynomial_is_of_powers():
    np.testing.assert_array_equal(FUNCTIONS["poly"](X, 2.0, raw=True), np.column_stack([X, X**2]))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("poly", (X, 2.0), "no coefficients"),
        ("poly", (np.ones((3, 2)), 2.0), "several variables"),
        ("bs", (X,), "no knots"),
        ("ns", (X,), "no knots"),
        ("scale", (X, True), "no centre"),
        ("log", (np.array(["a"]),), "needs numbers"),
        ("factor", (X, None, ["a"]), "labels without levels"),
    ],
)
def test_what_can_not_be_rebuilt_is_said(name, given, message):
    with pytest.raises(Unknown, match=message):
        FUNCTIONS[name](*given)


def test_labels_are_no_numbers():
    with pytest.raises(Unknown, match="needs numbers"):
        numbers(np.array(["1"]))
