"""R's group Summary, mean() and median(), beside NumPy's."""

import math

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES, summaries

NUMPY = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min, "mean": np.mean}
NUMPY["median"] = np.median
NUMPY["range"] = lambda x: [x.min(), x.max()]


def float64(*values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("name", NUMPY)
@pytest.mark.parametrize("shape", [(), (7,), (4, 3), (2, 3, 5)])
def test_a_summary_is_numpys_of_all_elements(name, shape, rng):
    x = rng.normal(size=shape)
    answer = RULES[name](torch.tensor(x))
    np.testing.assert_allclose(answer.numpy(), NUMPY[name](x), rtol=1e-13)
    assert answer.shape == ((2,) if name == "range" else ())


@pytest.mark.parametrize("name", NUMPY)
def test_a_missing_value_decides_unless_it_is_left_out(name):
    x = float64(3, math.nan, 1, 2)
    assert RULES[name](x).isnan().all()
    expected = NUMPY[name](np.array([3.0, 1.0, 2.0]))
    np.testing.assert_allclose(RULES[name](x, na_rm=True).numpy(), expected)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("sum", "int64"),
        ("prod", "float64"),
        ("max", "int64"),
        ("min", "int64"),
        ("range", "int64"),
        ("mean", "float64"),
        ("median", "float64"),
    ],
)
def test_small_integers_are_summed_up_as_rs(name, dtype):
    x = np.array([100, 100, 50, 90], dtype="uint8")
    answer = RULES[name](torch.from_numpy(x), na_rm=True)
    np.testing.assert_array_equal(answer.numpy(), NUMPY[name](x.astype("int64")))
    assert answer.dtype == getattr(torch, dtype)


def test_logicals_are_counted():
    x = torch.tensor([True, False, True])
    assert RULES["sum"](x).item() == 2
    assert RULES["mean"](x).item() == pytest.approx(2 / 3)
    assert RULES["max"](x).item() == 1


def test_no_elements_have_rs_answers():
    nothing = torch.zeros(0, 2)
    assert [RULES[name](nothing).item() for name in ("sum", "prod")] == [0, 1]
    assert RULES["max"](nothing).item() == -math.inf
    assert RULES["min"](nothing).item() == math.inf
    assert RULES["range"](nothing).tolist() == [math.inf, -math.inf]
    assert RULES["mean"](nothing).isnan() and RULES["median"](nothing).isnan()
    assert RULES["max"](torch.zeros(0, dtype=torch.int32)).dtype == torch.float64
    assert (RULES["all"](nothing), RULES["any"](nothing)) == (True, False)


@pytest.mark.parametrize(
    ("values", "every", "some"),
    [
        ((1.0, 2.0), True, True),
        ((0.0, 0.0), False, False),
        ((0.0, 2.0), False, True),
        ((math.nan, 1.0), None, True),
        ((math.nan, 0.0), False, None),
        ((math.nan,), None, None),
    ],
)
def test_all_and_any_leave_open_what_missing_values_could_change(values, every, some):
    x = float64(*values)
    assert RULES["all"](x) is every
    assert RULES["any"](x) is some
    known = [value for value in values if not math.isnan(value)]
    assert RULES["all"](x, na_rm=True) is all(known)
    assert RULES["any"](x, na_rm=True) is any(known)


def test_complex_numbers_have_a_sum_but_no_truth():
    z = torch.tensor([1 + 1j, 2j])
    assert RULES["sum"](z).item() == 1 + 3j
    assert RULES["prod"](z).item() == -2 + 2j
    for name in ("all", "any"):
        with pytest.raises(TypeError, match="complex"):
            RULES[name](z)


@pytest.mark.parametrize("trim", [0.0, 0.1, 0.2, 0.45])
@pytest.mark.parametrize("n", [6, 11])
def test_a_trimmed_mean_leaves_out_both_ends(trim, n, rng):
    x = rng.normal(size=n)
    out = int(n * trim)
    expected = np.sort(x)[out : n - out].mean()
    assert RULES["mean"](torch.from_numpy(x), trim).item() == pytest.approx(expected)


def test_a_mean_trimmed_by_half_is_the_median():
    assert RULES["mean"](float64(1, 2, 3, 50, -7, 8), 0.2).item() == 3.5  # R's answer
    assert RULES["mean"](torch.tensor([1, 2, 3, 50, -7, 8]), 0.2).item() == 3.5
    for trim in (0.5, 0.9):
        assert RULES["mean"](float64(1, 2, 90), trim).item() == 2
    assert RULES["mean"](float64(1, math.nan, 3, 8), 0.4, True).item() == 3


def test_the_median_of_an_odd_number_of_integers_is_one_of_them():
    odd = RULES["median"](torch.tensor([3, 1, 2]))
    assert odd.dtype == torch.int64 and odd.item() == 2
    even = RULES["median"](torch.tensor([4, 1, 2, 9]))
    assert even.dtype == torch.float64 and even.item() == 3


def test_only_floating_tensors_have_elements_to_leave_out():
    x = torch.tensor([1, 2])
    assert summaries.present(x, True) is x
    y = float64(1, math.nan)
    assert summaries.present(y, False) is y
    assert summaries.present(y, True).tolist() == [1]


@pytest.mark.parametrize("name", NUMPY)
def test_gradients_flow(name):
    x = torch.randn(3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(RULES[name], (x,))
