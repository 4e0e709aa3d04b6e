"""Tensors to and from memory laid out as R's, with NumPy in R's place."""

import gc

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES, memory

FLOATS = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
COMPLEXES = [torch.complex64, torch.complex128]
INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]


def r_array(shape, dtype="float64"):
    """An array as R has it and the array that Python sees of it: column-major and read-only."""
    owner = np.zeros(shape, dtype=dtype, order="F")
    owner.flags.writeable = False
    return owner, owner[...]


@pytest.mark.parametrize("dtype", [*FLOATS, *COMPLEXES, *INTEGERS, torch.bool], ids=str)
def test_doubles_and_complex_numbers_are_floats_to_r(dtype):
    assert memory.is_float(dtype) is (dtype in FLOATS + COMPLEXES)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4), (0, 2)])
def test_a_mirror_is_numpys_transpose_on_the_same_memory(shape):
    x = torch.randn(shape)
    mirrored = memory.mirror(x)
    np.testing.assert_array_equal(mirrored.numpy(), x.numpy().T)
    assert mirrored.data_ptr() == x.data_ptr()


def test_a_complex_array_is_joined_and_other_data_is_left_alone():
    real, imaginary = np.array([[1.0, np.inf]]), np.array([[np.nan, -2.0]])
    whole = memory.joined([real, imaginary])
    np.testing.assert_array_equal(whole.real, real)
    np.testing.assert_array_equal(whole.imag, imaginary)
    for data in (1.5, True, 2j, real):
        assert memory.joined(data) is data


@pytest.mark.parametrize("dtype", ["float64", "int32", "bool", "complex128"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (0, 3)])
def test_a_borrowed_tensor_lies_on_the_arrays_memory(shape, dtype, rng):
    array = np.asfortranarray(rng.integers(0, 2, size=shape)).astype(dtype, order="F")
    array.flags.writeable = False
    x = memory.borrowed(array)
    np.testing.assert_array_equal(x.numpy(), array)
    assert x.numpy().dtype == array.dtype
    assert array.size == 0 or x.data_ptr() == array.ctypes.data


def test_a_borrowed_tensor_keeps_its_array_alive():
    x = memory.borrowed(np.full(10_000, 7.0))
    gc.collect()
    np.full(10_000, 1.0)  # would take the memory, were it free
    assert bool((x == 7).all())


def test_rows_before_columns_are_borrowed_too(rng):
    array = rng.normal(size=(2, 3))  # C's order, which is not R's
    np.testing.assert_array_equal(memory.borrowed(array).numpy(), array)


@pytest.mark.parametrize(
    ("number", "dtype"),
    [(True, "bool"), (3, "int64"), (0.5, "float32"), (2j, "complex64")],
)
def test_a_number_becomes_a_tensor_of_no_dimension(number, dtype):
    x = memory.to_tensor(number)
    assert x.shape == () and x.item() == number and x.dtype == getattr(torch, dtype)


@pytest.mark.parametrize("dtype", [None, torch.float32, torch.int16, torch.complex64], ids=str)
def test_an_array_becomes_a_contiguous_copy_of_any_dtype(dtype, rng):
    array = np.asfortranarray(rng.integers(-9, 9, size=(2, 3, 4)).astype("float64"))
    x = memory.to_tensor(array, dtype)
    assert x.dtype == (dtype or torch.float64) and x.is_contiguous()
    np.testing.assert_array_equal(x.numpy(), array)
    x.zero_()
    assert array.any()


def test_real_and_imaginary_parts_become_one_complex_tensor():
    parts = [np.array([1.0, 2.0]), np.array([-1.0, 0.5])]
    x = memory.to_tensor(parts)
    assert x.dtype == torch.complex128 and x.tolist() == [1 - 1j, 2 + 0.5j]


def test_arrays_are_copied_and_contiguous():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    x = RULES["from_r"](array, "float32")
    assert x.is_contiguous() and x.tolist() == array.tolist()
    array[0, 0] = 9
    assert x[0, 0] == 0


def test_as_tensor_takes_a_dtype_by_name_or_itself():
    for dtype in ("float16", torch.float16):
        assert RULES["from_r"](1.5, dtype).dtype == torch.float16
    for name in ("flot32", "ones", "nn"):
        with pytest.raises(ValueError, match=f'name of a torch dtype.*"{name}"'):
            RULES["from_r"](1.0, name)


@pytest.mark.parametrize("data", [np.nan, np.inf, np.array([1.0, -np.inf])], ids=str)
def test_integers_and_logicals_refuse_what_is_no_number(data):
    for dtype in ("int64", "bool"):
        with pytest.raises(ValueError, match="no NaN and no infinity"):
            RULES["from_r"](data, dtype)
    assert RULES["from_r"](data, "float16").dtype == torch.float16


def test_as_tensor_keeps_a_tensor_that_is_as_asked():
    x = torch.zeros(2)
    assert RULES["from_r"](x, None) is x
    assert RULES["from_r"](x, "float32", "cpu") is x
    assert RULES["from_r"](x, "int8").dtype == torch.int8


def test_tracking_leaves_the_given_tensor_untracked():
    x = torch.zeros(2)
    tracked = RULES["from_r"](x, None, requires_grad=True)
    assert tracked.requires_grad and not x.requires_grad
    assert RULES["from_r"](tracked, None, requires_grad=True) is tracked
    assert RULES["from_r"](np.ones(2), "float32", None, True).requires_grad


def test_as_tensor_takes_what_torch_takes_and_any_device():
    assert RULES["from_r"]((1, 2), "float64").tolist() == [1, 2]
    assert RULES["from_r"](np.ones(2), None, "meta").device.type == "meta"


@pytest.mark.parametrize("dtype", [*FLOATS, *COMPLEXES, *INTEGERS, torch.bool], ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_a_description_names_rs_type_and_the_shape(dtype, shape):
    kind = "complex" if dtype in COMPLEXES else "double" if dtype in FLOATS else "integer"
    kind = "logical" if dtype == torch.bool else kind
    assert RULES["describe"](torch.ones(shape, dtype=dtype)) == [kind, False, *shape]


def test_integers_that_do_not_fit_r_are_described_as_doubles():
    assert RULES["describe"](torch.tensor([2**31 - 1])) == ["integer", False, 1]
    assert RULES["describe"](torch.tensor([-(2**31)])) == ["double", False, 1]
    assert RULES["describe"](torch.tensor([2**60])) == ["double", True, 1]


def test_a_double_is_exact_up_to_2_to_the_53():
    assert RULES["describe"](torch.tensor([-(2**53), 1])) == ["double", False, 2]
    assert RULES["describe"](torch.tensor([0, 2**53 + 1])) == ["double", True, 2]


@pytest.mark.parametrize(
    ("dtype", "epsilon", "digits"),
    [
        ("float16", 2**-10, 3),
        ("bfloat16", 2**-7, 2),
        ("float32", 2**-23, 7),
        ("complex64", 2**-23, 7),
        ("float64", 2**-52, 16),
        ("int8", 2**-52, 16),
    ],
)
def test_print_and_all_equal_learn_what_a_tensor_is(dtype, epsilon, digits):
    assert RULES["about"](torch.zeros(2, dtype=getattr(torch, dtype))) == {
        "dtype": dtype,
        "device": "cpu",
        "requires_grad": False,
        "has_data": True,
        "digits": digits,
        "epsilon": epsilon,
    }


def test_print_learns_of_gradients_and_of_a_tensor_without_values():
    assert RULES["about"](torch.zeros(1, requires_grad=True))["requires_grad"]
    assert not RULES["about"](torch.zeros(1, device="meta"))["has_data"]


def test_fill_writes_column_major_through_any_strides():
    memory = np.zeros((2, 3), order="F")
    memory.flags.writeable = False
    room = memory[:]
    RULES["fill"](torch.arange(6).reshape(3, 2).t(), room)
    assert memory.tolist() == [[0, 2, 4], [1, 3, 5]]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.int8, torch.bool], ids=str)
def test_fill_changes_the_type_on_the_way(dtype):
    x = torch.arange(24).reshape(2, 3, 4).remainder(2).to(dtype)
    room_dtype = "float64" if dtype.is_floating_point else "int32"
    owner, room = r_array((2, 3, 4), room_dtype)
    RULES["fill"](x, room)
    np.testing.assert_array_equal(owner, np.arange(24).reshape(2, 3, 4) % 2)


def test_fill_takes_numbers_sparse_and_tracked_tensors():
    owner, room = r_array(1)
    RULES["fill"](torch.tensor(2.5, requires_grad=True), room)
    assert owner.tolist() == [2.5]
    owner, room = r_array((2, 2))
    RULES["fill"](torch.eye(2).to_sparse(), room)
    assert owner.tolist() == [[1, 0], [0, 1]]


def test_fill_refuses_an_array_that_is_not_rs():
    with pytest.raises(RuntimeError, match="copies"):
        RULES["fill"](torch.zeros(2), np.zeros(2))


def integer64(*numbers):
    """The integers as R's bit64 keeps them: in the memory of doubles."""
    return np.array(numbers, dtype="int64").view("float64")


def test_integers_of_64_bits_are_read_from_the_memory_of_doubles():
    numbers = (1, -1, 2**53 + 1, -(2**63) + 1)
    whole = RULES["integer64"](integer64(*numbers), True)
    assert whole.dtype == np.int64 and whole.tolist() == list(numbers)
    matrix = np.asfortranarray(integer64(1, 2, 3, 4, 5, 6).reshape(2, 3))
    assert RULES["integer64"](matrix, False).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert RULES["integer64"](integer64(), True).shape == (0,)


def test_a_single_one_is_a_number_where_the_vector_is_plain():
    number = RULES["integer64"](integer64(2**40), True)
    assert type(number) is np.int64 and number == 2**40
    assert RULES["integer64"](integer64(2**40), False).shape == (1,)
    assert RULES["from_r"](number, None).tolist() == 2**40
    assert RULES["from_r"](number, "float32").dtype == torch.float32


def test_a_missing_one_makes_them_doubles_as_long_as_these_are_exact():
    answer = RULES["integer64"](integer64(-(2**63), 2**53, -(2**53)), True)
    np.testing.assert_array_equal(answer, [np.nan, 2.0**53, -(2.0**53)])
    assert np.isnan(RULES["integer64"](integer64(-(2**63)), True))
    np.testing.assert_array_equal(RULES["integer64 as double"](integer64(5, -(2**63))), [5, np.nan])
    for far in (2**53 + 1, -(2**53) - 1):
        with pytest.raises(ValueError, match=r"integer64 beyond 2\^53"):
            RULES["integer64 as double"](integer64(1, far))
    with pytest.raises(ValueError, match="no NaN"):
        RULES["from_r"](RULES["integer64"](integer64(-(2**63)), True), "int64")


@pytest.mark.parametrize("device", ["nope", "", "cpu:x", "cuda:99", "a\nb"])
def test_a_device_that_can_not_be_used_is_named(device):
    for data in (1.0, torch.ones(2)):
        with pytest.raises(ValueError, match=r'^`device` ".*" can not be used: .') as error:
            RULES["from_r"](data, None, device)
        assert "\n" not in str(error.value)


def test_requires_grad_needs_a_floating_dtype():
    for data in (1, torch.tensor([1])):
        with pytest.raises(ValueError, match="`requires_grad` needs a floating dtype.*int64"):
            RULES["from_r"](data, None, None, True)


def test_what_torch_takes_for_no_tensor_is_named():
    with pytest.raises(ValueError, match="`x` can not be made a tensor"):
        RULES["from_r"](object(), None)
