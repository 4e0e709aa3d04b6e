"""R's rules on types, recycling and operators, without R: NumPy gives the values."""

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES, arithmetic
from nnfit.tensors.arithmetic import COMPLEX, DOUBLE, INTEGER, LOGICAL

OPERATORS = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "^": lambda x, y: np.power(np.asarray(x, dtype=float), y),
    "%%": np.mod,
    "%/%": np.floor_divide,
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "&": np.logical_and,
    "|": np.logical_or,
}
INTEGERS_STAY = ["+", "-", "*", "%%", "%/%"]


def int64(*values):
    return torch.tensor(values, dtype=torch.int64)


def float64(*values):
    return torch.tensor(values, dtype=torch.float64)


def result_dtype(name, dtype):
    """The dtype that R's rules ask for, of two operands of this dtype."""
    if name in ("/", "^"):
        return torch.float64
    return dtype if name in INTEGERS_STAY else torch.bool


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("dtype", ["int64", "float64"])
def test_an_operator_takes_a_tensor_on_either_side(name, dtype, rng):
    x, y = rng.integers(1, 5, size=(2, 2, 3)).astype(dtype)
    expected = OPERATORS[name](x, y)
    tensors = torch.from_numpy(x), torch.from_numpy(y)
    for left, right in (tensors, (tensors[0], y), (x, tensors[1])):
        answer = RULES[name](left, right)
        np.testing.assert_allclose(answer.numpy(), expected, rtol=1e-15)
        assert answer.dtype == result_dtype(name, getattr(torch, dtype))


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("number", [2, 2.5, True])
def test_an_operator_takes_a_number_on_either_side(name, number):
    x = np.array([-2.5, -1.0, 0.5, 2.5]) if name != "^" else np.array([0.5, 1.0, 2.5])
    for left, right in ((x, number), (number, x)):
        answer = RULES[name](*(torch.from_numpy(z) if z is x else z for z in (left, right)))
        np.testing.assert_allclose(answer.numpy(), OPERATORS[name](left, right), rtol=1e-15)


def test_unary_operators():
    x = torch.tensor([0, 200], dtype=torch.uint8)
    assert RULES["unary -"](x).tolist() == [0, -200]
    assert RULES["unary +"](x).dtype == torch.int64
    assert RULES["unary !"](x).tolist() == [True, False]
    assert RULES["unary -"](torch.tensor(True)).item() == -1


def test_the_remainder_has_the_divisors_sign():
    x = float64(5.5, -5.5, 5, -5, 7)  # what follows is R's answer
    assert RULES["%%"](x, 3).tolist() == [2.5, 0.5, 2, 1, 1]
    assert RULES["%%"](x, -3).tolist() == [-0.5, -2.5, -1, -2, -2]
    assert RULES["%/%"](x, 3).tolist() == [1, -2, 1, -2, 2]
    assert RULES["%/%"](x, -3).tolist() == [-2, 1, -2, 1, -3]


@pytest.mark.parametrize("name", ["%%", "%/%"])
def test_an_integer_divided_by_zero_is_not_a_number(name):
    whole = RULES[name](int64(5, -5, 6), int64(0, 2, 4))
    assert whole.dtype == torch.float64
    assert whole[0].isnan() and whole[1:].tolist() == ([1, 2] if name == "%%" else [-3, 1])
    assert RULES[name](int64(5, -5), 0).isnan().all()
    assert RULES[name](5, int64(0)).isnan().all()


def test_a_double_divided_by_zero_is_infinite():
    answer = RULES["%/%"](float64(5, -5, 0), 0)
    np.testing.assert_array_equal(answer.numpy(), [np.inf, -np.inf, np.nan])
    assert RULES["%%"](float64(5, -5, 0), 0).isnan().all()


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.bool])
def test_integers_count_in_64_bits(dtype):
    x = torch.ones(3, dtype=dtype)
    assert RULES["+"](x, x).tolist() == [2, 2, 2]
    assert RULES["+"](x, 300).dtype == torch.int64
    assert RULES["/"](x, 2).dtype == torch.float64


def test_numbers_and_arrays_take_a_floating_tensors_dtype():
    x = torch.ones(2, 3, dtype=torch.float16)
    for data in (1, 0.5, True, np.ones((2, 3), order="F")):
        assert RULES["*"](x, data).dtype == torch.float16
        assert RULES["*"](data, x).dtype == torch.float16
    assert RULES["+"](torch.ones(2, dtype=torch.int64), 0.5).dtype == torch.float64


@pytest.mark.parametrize(
    ("operand", "kind"),
    [
        (True, LOGICAL),
        (1, INTEGER),
        (0.5, DOUBLE),
        (1j, COMPLEX),
        (np.float32(1), DOUBLE),
        (np.array([True]), LOGICAL),
        (np.array([1], dtype="int32"), INTEGER),
        (np.array([1], dtype="uint8"), INTEGER),
        (np.array([1.0]), DOUBLE),
        (np.array([1j]), COMPLEX),
        ([np.ones(2), np.zeros(2)], COMPLEX),
        (torch.tensor([True]), LOGICAL),
        (torch.tensor([1], dtype=torch.uint8), INTEGER),
        (torch.tensor([1.0], dtype=torch.bfloat16), DOUBLE),
        (torch.tensor([1j]), COMPLEX),
    ],
    ids=repr,
)
def test_every_operand_has_its_place_in_rs_order(operand, kind):
    assert arithmetic.kind(operand) == kind
    assert LOGICAL < INTEGER < DOUBLE < COMPLEX


def test_only_integers_and_logicals_are_widened():
    for dtype in (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
        assert arithmetic.widen(torch.ones(1, dtype=dtype)).dtype == torch.int64
    x = torch.ones(1, dtype=torch.float16)
    assert arithmetic.widen(x) is x
    assert type(arithmetic.widen(True)) is int and arithmetic.widen(0.5) == 0.5


def test_integers_are_made_real_and_floats_stay():
    for dtype in (torch.bool, torch.uint8, torch.int64):
        assert arithmetic.real(torch.ones(1, dtype=dtype)).dtype == torch.float64
    for x in (torch.ones(1, dtype=torch.float16), torch.ones(1, dtype=torch.complex64), 2):
        assert arithmetic.real(x) is x


def test_an_integer_tensor_takes_the_dtype_of_the_floating_one_beside_it():
    whole = torch.tensor([2, 4], dtype=torch.uint8)
    for dtype in (torch.float16, torch.float32, torch.complex64):
        other = torch.tensor([1, 2], dtype=dtype)
        for pair in ((whole, other), (other, whole)):
            assert [t.dtype for t in arithmetic.in_one_float(*pair)] == [dtype] * 2
    assert [t.dtype for t in arithmetic.in_one_float(whole, whole)] == [torch.float64] * 2
    assert [t.dtype for t in arithmetic.in_one_float(2, whole.float())] == [torch.float32] * 2
    assert [t.dtype for t in arithmetic.in_one_float(float64(1), whole.half())] == [
        torch.float64
    ] * 2


def test_a_logarithm_to_a_base_is_of_one_dtype():
    x = torch.tensor([8.0, 9.0], dtype=torch.float64)
    np.testing.assert_allclose(RULES["log base"](x, 2).numpy(), np.log2(x.numpy()))
    answer = RULES["log base"](x, torch.tensor([2, 3]))
    np.testing.assert_allclose(answer.numpy(), [3, 2])
    assert RULES["log base"](x.float(), torch.tensor([2, 3])).dtype == torch.float32
    matrix = torch.full((2, 2), 8.0, dtype=torch.float64)
    bases = RULES["log base"](matrix, np.array([2.0, 8.0]), True)
    np.testing.assert_allclose(bases.numpy(), [[3, 3], [1, 1]])


def test_reals_are_made_only_where_neither_operand_is_one():
    whole, half = int64(1), torch.ones(1, dtype=torch.float16)
    assert [t.dtype for t in arithmetic.in_reals(whole, whole)] == [torch.float64] * 2
    assert arithmetic.in_reals(whole, half)[0] is whole
    assert arithmetic.in_reals(whole, 2)[1] == 2


@pytest.mark.parametrize(
    ("data", "dtype", "expected"),
    [
        (True, "bool", "bool"),
        (True, "uint8", "int64"),
        (1, "bool", "int64"),
        (1, "int32", "int64"),
        (1, "float16", "float16"),
        (0.5, "int8", "float64"),
        (0.5, "bfloat16", "bfloat16"),
        (0.5, "complex64", "complex64"),
        (1j, "int64", "complex128"),
        (1j, "float32", "complex64"),
        (1j, "float64", "complex128"),
        (np.ones(2), "float32", "float32"),
        ([np.ones(2), np.ones(2)], "float32", "complex64"),
    ],
)
def test_data_takes_the_tensors_dtype_unless_it_is_of_a_higher_kind(data, dtype, expected):
    x = torch.ones(2, dtype=getattr(torch, dtype))
    assert arithmetic.dtype_for(data, x) == getattr(torch, expected)
    assert arithmetic.as_beside(data, x).dtype == getattr(torch, expected)


def test_a_number_stays_one_where_torch_takes_it_as_r_would():
    assert arithmetic.like(2, float64(1)) == 2
    assert arithmetic.like(True, int64(1)) is True
    answer = arithmetic.like(0.5, int64(1))
    assert answer.dtype == torch.float64 and answer.shape == ()
    assert arithmetic.like(np.float64(0.5), float64(1)).item() == 0.5
    assert arithmetic.like(np.ones(3), float64(1)).shape == (3,)


def test_data_goes_where_the_tensor_is():
    x = torch.zeros(2, device="meta")
    assert arithmetic.as_beside(np.ones(2), x).device.type == "meta"
    assert RULES["+"](x, np.ones(2)).device.type == "meta"


def test_a_plain_vector_recycles_down_the_columns():
    x = torch.zeros(2, 3)
    assert RULES["+"](x, np.array([1.0, 2.0]), True).tolist() == [[1, 1, 1], [2, 2, 2]]
    assert RULES["+"](np.array([1.0, 2.0, 3.0]), x, True).tolist() == [[1, 3, 2], [2, 1, 3]]


@pytest.mark.parametrize("shape", [(6,), (2, 3), (3, 4), (2, 3, 4)])
@pytest.mark.parametrize("length", [1, 2, 3, 5, 6])
def test_recycling_is_numpys_resize_in_rs_order(shape, length, rng):
    x, vector = rng.normal(size=shape), rng.normal(size=length)
    repeated = np.resize(vector, x.size).reshape(shape, order="F")
    answer = RULES["-"](torch.from_numpy(x), vector, True)
    np.testing.assert_array_equal(answer.numpy(), x - repeated)
    left, right = arithmetic.recycle(torch.from_numpy(x), torch.from_numpy(vector))
    assert left.shape == shape
    np.testing.assert_array_equal(right.expand(shape).numpy(), repeated)


def test_a_vector_longer_than_the_tensor_is_left_to_torch():
    longer = np.arange(4.0)
    assert RULES["+"](torch.tensor(1.0), longer, True).tolist() == [1, 2, 3, 4]
    assert RULES["+"](torch.zeros(3, 1), longer, True).shape == (3, 4)
    with pytest.raises(RuntimeError, match="size"):
        RULES["+"](torch.zeros(3), longer, True)


def test_nothing_recycles_to_nothing():
    assert RULES["+"](torch.zeros(0, 3), np.ones(2), True).shape == (0, 3)
    assert RULES["+"](torch.zeros(2, 3), np.ones(0), True).shape == (0,)


def test_an_array_does_not_recycle_but_broadcasts():
    answer = RULES["*"](torch.ones(3, 1), np.array([[1.0, 2.0]]))
    assert answer.tolist() == [[1, 2]] * 3


def test_operands_meet_in_their_order():
    x, y = arithmetic.meet(torch.tensor([1], dtype=torch.uint8), True)
    assert x.dtype == torch.int64 and type(y) is int
    x, y = arithmetic.meet(2.5, int64(1, 2))
    assert x.item() == 2.5 and y.tolist() == [1, 2]


def test_a_number_beside_a_tensor_becomes_one():
    for operands in ((float64(1, 2), 3), (3, float64(1, 2))):
        tensors = arithmetic.as_tensors(*operands)
        assert [t.dtype for t in tensors] == [torch.float64] * 2
        assert sorted(t.dim() for t in tensors) == [0, 1]
    with pytest.raises(TypeError, match="must be a tensor"):
        arithmetic.as_tensors(1, 2)


def test_two_devices_are_refused():
    with pytest.raises(ValueError, match="'cpu'.*'meta'"):
        RULES["+"](torch.zeros(2), torch.zeros(2, device="meta"))


def test_every_rule_of_arithmetic_keeps_gradients():
    x = torch.tensor([0.3, 1.7], dtype=torch.float64, requires_grad=True)
    for name in ("+", "-", "*", "/", "^", "%%"):
        assert torch.autograd.gradcheck(lambda x, rule=RULES[name]: rule(x, 0.5), (x,))
        assert torch.autograd.gradcheck(lambda x, rule=RULES[name]: rule(2.3, x), (x,))


def test_a_gradient_flows_through_a_recycled_vector():
    x = torch.ones(2, 3, dtype=torch.float64, requires_grad=True)
    RULES["*"](x, np.array([1.0, 2.0, 4.0]), True).sum().backward()
    assert x.grad.tolist() == [[1, 4, 2], [2, 1, 4]]


def test_complex_numbers_meet_real_tensors():
    answer = RULES["*"](torch.ones(2, dtype=torch.float32), 2j)
    assert answer.dtype == torch.complex64 and answer.tolist() == [2j, 2j]
    parts = [np.array([1.0, 2.0]), np.array([0.0, 1.0])]
    assert RULES["+"](parts, int64(1, 1), True).tolist() == [2, 3 + 1j]
