"""The rules that R's side calls: types, recycling and memory, without R."""

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES


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


def test_a_plain_vector_recycles_down_the_columns():
    x = torch.zeros(2, 3)
    assert RULES["+"](x, np.array([1.0, 2.0]), True).tolist() == [[1, 1, 1], [2, 2, 2]]
    assert RULES["+"](np.array([1.0, 2.0, 3.0]), x, True).tolist() == [[1, 3, 2], [2, 1, 3]]


def test_two_devices_are_refused():
    with pytest.raises(ValueError, match="'cpu'.*'meta'"):
        RULES["+"](torch.zeros(2), torch.zeros(2, device="meta"))


def test_arrays_are_copied_and_contiguous():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    x = RULES["from_r"](array, "float32")
    assert x.is_contiguous() and x.tolist() == array.tolist()
    array[0, 0] = 9
    assert x[0, 0] == 0


def test_fill_writes_column_major_through_any_strides():
    memory = np.zeros((2, 3), order="F")
    memory.flags.writeable = False
    room = memory[:]
    RULES["fill"](torch.arange(6).reshape(3, 2).t(), room)
    assert memory.tolist() == [[0, 2, 4], [1, 3, 5]]


def test_fill_refuses_an_array_that_is_not_rs():
    with pytest.raises(RuntimeError, match="copies"):
        RULES["fill"](torch.zeros(2), np.zeros(2))


def test_integers_that_do_not_fit_r_are_described_as_doubles():
    assert RULES["describe"](torch.tensor([2**31 - 1])) == ["integer", False, 1]
    assert RULES["describe"](torch.tensor([-(2**31)])) == ["double", False, 1]
    assert RULES["describe"](torch.tensor([2**60])) == ["double", True, 1]


def test_every_rule_of_arithmetic_keeps_gradients():
    x = torch.tensor([0.3, 1.7], dtype=torch.float64, requires_grad=True)
    for name in ("+", "-", "*", "/", "^", "%%"):
        assert torch.autograd.gradcheck(lambda x, rule=RULES[name]: rule(x, 0.5), (x,))
        assert torch.autograd.gradcheck(lambda x, rule=RULES[name]: rule(2.3, x), (x,))
