"""Functions of every element, beside NumPy's, the math module's and answers that R printed."""

import math

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES

OF_REALS = {
    **{name: getattr(np, name) for name in ("sqrt", "exp", "expm1", "log", "log1p", "log2")},
    **{name: getattr(np, name) for name in ("log10", "cos", "sin", "tan", "cosh", "sinh", "tanh")},
    **{f"a{name}": getattr(np, f"arc{name}") for name in ("cos", "sin", "tan", "sinh", "tanh")},
    "acosh": lambda x: np.arccosh(x),
    "lgamma": np.vectorize(math.lgamma),
    "gamma": np.vectorize(math.gamma),
    "cospi": lambda x: np.cos(np.pi * x),
    "sinpi": lambda x: np.sin(np.pi * x),
    "tanpi": lambda x: np.tan(np.pi * x),
}
OF_INTEGERS = {"floor": np.floor, "trunc": np.trunc, "ceiling": np.ceil, "sign": np.sign}


def float64(*values):
    return torch.tensor(values, dtype=torch.float64)


def assert_close(answer, expected, digits=13):
    np.testing.assert_allclose(answer.numpy(), expected, rtol=10.0**-digits, atol=1e-15)


@pytest.mark.parametrize("name", OF_REALS)
def test_a_function_of_reals_is_numpys(name):
    x = np.array([[0.1, 0.3], [0.7, 0.9]]) + (1 if name == "acosh" else 0)
    assert_close(RULES[name](torch.from_numpy(x)), OF_REALS[name](x))


@pytest.mark.parametrize("name", [*OF_REALS, "digamma", "trigamma"])
def test_a_function_of_reals_makes_integers_doubles(name):
    assert RULES[name](torch.tensor([1], dtype=torch.int32)).dtype == torch.float64
    assert RULES[name](torch.tensor([1.0], dtype=torch.float32)).dtype == torch.float32


@pytest.mark.parametrize("name", OF_INTEGERS)
def test_rounding_and_sign_are_numpys_and_leave_integers_integers(name):
    x = np.array([-2.5, -0.4, 0.0, 0.4, 2.5, np.inf])
    assert_close(RULES[name](torch.from_numpy(x)), OF_INTEGERS[name](x))
    answer = RULES[name](torch.tensor([-3, 0, 200]))
    assert answer.dtype == torch.int64
    assert answer.tolist() == ([-1, 0, 1] if name == "sign" else [-3, 0, 200])


def test_the_sign_of_what_is_no_number_is_none():
    assert RULES["sign"](float64(math.nan)).isnan().all()


@pytest.mark.parametrize("name", [*OF_INTEGERS, "signif"])
def test_r_has_no_such_function_of_complex_numbers(name):
    with pytest.raises(TypeError, match="complex"):
        RULES[name](torch.tensor([1j]))


def test_multiples_of_pi_are_exact_for_large_numbers():
    assert_close(RULES["cospi"](float64(0, 1 / 3, 1, 1e9 + 1, 0.25)), [1, 0.5, -1, -1, 0.5**0.5])
    assert_close(RULES["sinpi"](float64(1 / 6, 0.5, 1e9 + 0.5, -0.5)), [0.5, 1, 1, -1])
    assert_close(RULES["tanpi"](float64(0.25, 1e6 + 0.25, -0.25)), [1, 1, -1])
    assert RULES["tanpi"](float64(0.5, 1.5, -0.5)).isnan().all()


POINTS = (0.25, 1, 2.5, 10, -0.5, -2.25)


def test_gamma_and_its_derivatives_are_rs():
    """The numbers are those that R prints with 17 digits."""
    assert_close(
        RULES["gamma"](float64(*POINTS)),
        [3.6256099082219082, 1, 1.3293403881791370, 362880, -3.5449077018110322]
        + [-1.7428148657282527],
    )
    assert_close(
        RULES["digamma"](float64(*POINTS)),
        [-4.227453533376265504, -0.577215664901532310, 0.703156640645243414]
        + [2.251752589066721377, 0.036489973978577089, 4.158583564657973852],
        digits=12,
    )
    assert_close(
        RULES["trigamma"](float64(*POINTS, 3, 1e6)),
        [17.197329154507109, 1.6449340668482264, 0.49035775610023491, 0.10516633568168572]
        + [8.9348022005446790, 19.379410511869143, 0.39493406684822635, 1.0000005000001672e-06],
    )


def test_gamma_and_its_derivatives_have_rs_poles():
    poles = float64(0, -1, -2)
    assert RULES["gamma"](poles).isnan().all()
    assert RULES["digamma"](poles).isnan().all()
    assert not RULES["digamma"](float64(1)).isnan()
    assert RULES["trigamma"](poles).tolist() == [math.inf] * 3
    assert RULES["trigamma"](float64(math.inf)).item() == 0
    assert RULES["gamma"](float64(math.inf)).item() == math.inf


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [
        ((0.5, 1.5, 2.5, -0.5), 0, (0, 2, 2, 0)),
        (
            (0.15, 0.25, 0.35, 2.5, -1.005, 2.675, 1234.5678),
            1,
            (0.1, 0.2, 0.3, 2.5, -1, 2.7, 1234.6),
        ),
        ((0.15, 2.675, 1.005, 1234.5678, -0.125), 2, (0.15, 2.67, 1, 1234.57, -0.12)),
        ((15, 25, 1250, -1250, -35), -1, (20, 20, 1250, -1250, -40)),
        ((1e20, 1 / 3), 17, (1e20, 1 / 3)),
        ((math.inf, -math.inf), 1, (math.inf, -math.inf)),
    ],
)
def test_round_is_rs(x, digits, expected):
    assert RULES["round"](float64(*x), digits).tolist() == list(expected)


def test_round_of_integers_complex_numbers_and_missing_values():
    whole = torch.tensor([15, 25, 35])
    assert RULES["round"](whole).dtype == torch.int64
    assert RULES["round"](whole, -1.0).tolist() == [20, 20, 40]
    assert RULES["round"](torch.tensor([1.26 - 2.52j]), 1.0).tolist() == pytest.approx([1.3 - 2.5j])
    assert RULES["round"](float64(math.nan), 1).isnan().all()
    assert RULES["round"](torch.tensor([0.25], dtype=torch.float32), 1).dtype == torch.float32


def test_signif_is_rs():
    x = float64(123456, 0.00123456, -9.995, 0, 99999)
    assert RULES["signif"](x, 3).tolist() == [123000, 0.00123, -9.99, 0, 100000]
    assert_close(RULES["signif"](float64(math.pi)), [3.14159])
    whole = RULES["signif"](torch.tensor([123456, 15, 25]), 1.0)
    assert whole.dtype == torch.int64 and whole.tolist() == [100000, 20, 20]
    assert RULES["signif"](x, 0).tolist() == RULES["signif"](x, 1).tolist()
    ends = RULES["signif"](float64(1e-300, math.inf, math.nan, 1.5e300), 2)
    assert_close(ends, [1e-300, math.inf, math.nan, 1.5e300])


CUMULATIVE = {
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "cummax": np.maximum.accumulate,
    "cummin": np.minimum.accumulate,
}


@pytest.mark.parametrize("name", CUMULATIVE)
def test_a_cumulative_function_runs_down_the_columns(name, rng):
    for x in (rng.normal(size=(3, 4)), rng.integers(-3, 4, size=(2, 3, 2))):
        answer = RULES[name](torch.from_numpy(x))
        assert_close(answer, CUMULATIVE[name](x.ravel(order="F")))
        whole = x.dtype.kind == "i" and name != "cumprod"
        assert answer.dtype == (torch.int64 if whole else torch.float64)


def test_small_integers_do_not_overflow():
    x = torch.tensor([-128, -128], dtype=torch.int8)
    assert RULES["cumsum"](x).tolist() == [-128, -256]
    assert RULES["abs"](x).tolist() == [128, 128]
    assert RULES["Mod"](x).tolist() == [128, 128]


COMPLEX = {"Re": np.real, "Im": np.imag, "Mod": np.abs, "Arg": np.angle, "Conj": np.conj}


@pytest.mark.parametrize("name", COMPLEX)
def test_a_function_of_complex_numbers_is_numpys(name):
    z = np.array([3 - 4j, -1 + 0j, 1j])
    assert_close(RULES[name](torch.from_numpy(z)), COMPLEX[name](z))
    assert_close(RULES[name](float64(-2, 3)), COMPLEX[name](np.array([-2.0, 3.0])))
    assert_close(RULES[name](torch.tensor([-2, 3])), COMPLEX[name](np.array([-2, 3])))


@pytest.mark.parametrize("name", ["abs", "sqrt", "exp", "log", "cos", "sin", "tanh", "cumsum"])
def test_other_functions_of_complex_numbers(name):
    z = np.array([3 - 4j, -1 + 0.5j, 1j])
    assert_close(RULES[name](torch.from_numpy(z)), getattr(np, name)(z))


QUESTIONS = {
    "is.na": np.isnan,
    "is.nan": np.isnan,
    "is.finite": np.isfinite,
    "is.infinite": np.isinf,
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_are_asked_of_every_element(name):
    x = np.array([[1, np.nan, np.inf], [-np.inf, 0, np.nan]])
    assert RULES[name](torch.from_numpy(x)).tolist() == QUESTIONS[name](x).tolist()
    assert RULES[name](torch.tensor([1, 2])).tolist() == [name == "is.finite"] * 2


SMOOTH = [*OF_REALS, "digamma", "trigamma", "abs", "cumsum", "cumprod"]


@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_flow(name):
    shift = 1.0 if name == "acosh" else 0.0
    x = (float64(0.2, 0.45, 0.8) + shift).requires_grad_()
    assert torch.autograd.gradcheck(RULES[name], (x,))
