"""Tensors on the memory of arrays."""

import warnings

import numpy as np
import pytest

from nnfit.core.ground.borrowed import borrowed


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("writeable", [True, False])
def test_a_tensor_lies_where_the_array_does_and_nothing_is_said(order, writeable):
    array = np.asarray(np.arange(6.0).reshape(3, 2), order=order)
    array.flags.writeable = writeable
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tensor = borrowed(array[1:])
    assert tensor.data_ptr() == array[1:].ctypes.data
    np.testing.assert_array_equal(tensor.numpy(), array[1:])


def test_the_memory_lives_as_long_as_the_tensor():
    array = np.full(100_000, 3.0)
    array.flags.writeable = False
    tensor = borrowed(array)
    del array
    assert tensor.sum() == 300_000


def test_what_torch_can_not_view_is_copied():
    backwards = np.arange(3.0)[::-1]
    assert borrowed(backwards).tolist() == [2.0, 1.0, 0.0]
    field = np.zeros(2, dtype=[("a", np.int8), ("b", np.float64)])["b"]  # not at multiples of 8
    assert borrowed(field).tolist() == [0.0, 0.0]


def test_of_no_rows():
    nothing = np.empty((0, 2))
    nothing.flags.writeable = False
    assert borrowed(nothing).shape == (0, 2)
