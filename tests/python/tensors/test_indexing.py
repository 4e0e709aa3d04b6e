"""`[` and `[<-` with R's positions, beside NumPy's indexing of the same arrays."""

import math

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES, indexing

NA = -(2**31)  # R's missing integer


def float64(*values):
    return torch.tensor(values, dtype=torch.float64)


def positions(*values):
    return np.array(values, dtype="int32")


@pytest.fixture
def cube(rng):
    return rng.normal(size=(2, 3, 4))


@pytest.mark.parametrize(
    "index",
    [
        (positions(1, 2), positions(3, 1), positions(4, 4, 2)),
        (positions(2, 1, 1), None, positions(3, 1)),
        (None, positions(2, 3), None),
        (positions(), None, None),
        (None, None, None),
    ],
    ids=str,
)
def test_positions_per_dimension_name_a_grid(cube, index):
    grid = np.ix_(*(range(n) if i is None else i - 1 for i, n in zip(index, cube.shape)))
    answer = RULES["["](torch.from_numpy(cube), False, *index)
    np.testing.assert_array_equal(answer.numpy(), cube[grid])


def test_dimensions_of_one_drop_where_they_may(cube):
    x = torch.from_numpy(cube)
    np.testing.assert_array_equal(RULES["["](x, True, 2, None, 3).numpy(), cube[1, :, 2])
    np.testing.assert_array_equal(RULES["["](x, False, 2, None, 3).numpy(), cube[1:, :, 2:3])
    np.testing.assert_array_equal(RULES["["](x, True, positions(2), 3.0, 4).numpy(), cube[1, 2, 3])
    assert RULES["["](x, False, 1, 1, 1).shape == (1, 1, 1)


def test_a_missing_position_gives_what_is_missing(cube):
    answer = RULES["["](torch.from_numpy(cube), False, None, positions(2, NA), None)
    np.testing.assert_array_equal(answer[:, 0].numpy(), cube[:, 1])
    assert answer[:, 1].isnan().all()
    with pytest.raises(ValueError, match="int64 has no NA"):
        RULES["["](torch.zeros(2, 2, dtype=torch.int64), True, positions(NA, 1), None)


@pytest.mark.parametrize("index", [positions(1, 24, 7, 7), positions(), 5, 5.0], ids=str)
def test_a_single_index_runs_in_rs_order(cube, index):
    answer = RULES["[ vector"](torch.from_numpy(cube), index)
    expected = cube.ravel(order="F")[np.atleast_1d(index).astype(int) - 1]
    np.testing.assert_array_equal(answer.numpy(), expected)


def test_beyond_the_end_lies_nothing():
    answer = RULES["[ vector"](float64(1, 2), positions(2, 5, NA))
    np.testing.assert_array_equal(answer.numpy(), [2, np.nan, np.nan])
    assert RULES["[ vector"](torch.tensor(7.0), positions(1, 1)).tolist() == [7, 7]
    assert RULES["[ vector"](torch.zeros(0), 1).isnan().tolist() == [True]
    with pytest.raises(ValueError, match="int64 has no NA.*out of bounds"):
        RULES["[ vector"](torch.tensor([1, 2]), positions(3))


def test_what_is_missing_is_on_the_tensors_device():
    assert RULES["[ vector"](torch.zeros(2, device="meta"), positions(3)).device.type == "meta"


def test_two_brackets_give_a_single_element(cube):
    x = torch.from_numpy(cube)
    for index in ((2, 3, 4), (1, 2, 1)):
        assert RULES["[["](x, *index).item() == cube[tuple(i - 1 for i in index)]
    for position in (1, 8, 24):
        assert RULES["[["](x, position).item() == cube.ravel(order="F")[position - 1]
    assert RULES["[["](torch.tensor(7.0), 1).item() == 7
    assert RULES["[["](float64(1, 2), 2).shape == ()


def test_a_mask_takes_elements_in_rs_order(cube):
    answer = RULES["[ mask"](torch.from_numpy(cube), torch.from_numpy(cube > 0))
    order = cube.ravel(order="F")
    np.testing.assert_array_equal(answer.numpy(), order[order > 0])


@pytest.mark.parametrize(
    ("rule", "index"),
    [
        ("[", (True, 1, None)),
        ("[", (True, None, None)),
        ("[", (True, positions(1, 2), None)),
        ("[ vector", (positions(1, 2),)),
        ("[ vector", (1,)),
        ("[[", (1, 1)),
        ("[[", (2,)),
        ("[ mask", (torch.ones(2, 3, dtype=torch.bool),)),
    ],
)
def test_what_is_extracted_is_a_copy_that_keeps_gradients(rule, index):
    x = torch.zeros(2, 3, dtype=torch.float64)
    RULES[rule](x, *index).add_(1)
    assert not x.any()
    x.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: RULES[rule](x, *index), (x,))


@pytest.mark.parametrize(
    ("index", "value"),
    [
        ((positions(2, 1), None, positions(4)), np.arange(6.0)),
        ((positions(2, 1), None, positions(4)), np.arange(3.0)),
        ((1, positions(3, 1), None), 9.0),
        ((None, None, None), np.arange(24.0)),
        ((positions(1, NA), 2, 2), True),
        ((positions(), None, None), 3),
    ],
    ids=str,
)
def test_a_grid_is_assigned_in_rs_order(cube, index, value):
    x = torch.from_numpy(cube.copy())
    RULES["[<-"](x, value, *index)
    places = [range(n) if i is None else np.atleast_1d(i) for i, n in zip(index, cube.shape)]
    places = [at if isinstance(at, range) else at[at != NA].astype(int) - 1 for at in places]
    extents = [len(at) for at in places]
    cube[np.ix_(*places)] = np.resize(value, math.prod(extents)).reshape(extents, order="F")
    np.testing.assert_array_equal(x.numpy(), cube)


def test_a_grid_takes_values_a_whole_number_of_times():
    x = torch.zeros(2, 3)
    with pytest.raises(ValueError, match="not a multiple of replacement length"):
        RULES["[<-"](x, np.arange(2.0), 1, None)
    with pytest.raises(ValueError, match="replacement has length zero"):
        RULES["[<-"](x, np.zeros(0), 1, None)
    RULES["[<-"](x, np.zeros(0), positions(), None)
    assert not x.any()


@pytest.mark.parametrize("length", [1, 2, 3, 4, 6])
def test_a_vector_of_places_recycles_and_says_whether_evenly(cube, length):
    x, index, value = torch.from_numpy(cube.copy()), positions(24, 1, 8, 9), np.arange(1.0 + length)
    uneven = RULES["[<- vector"](x, value[1:], index)
    order = cube.ravel(order="F")
    order[index - 1] = np.resize(value[1:], 4)
    np.testing.assert_array_equal(x.numpy().ravel(order="F"), order)
    assert uneven is (length in (3, 6))


def test_a_number_can_be_assigned_to_a_number():
    x = torch.tensor(1.0)
    assert RULES["[<- vector"](x, 5, 1) is False
    assert x.item() == 5


def test_missing_places_take_a_single_value_only():
    x = torch.zeros(3)
    assert RULES["[<- vector"](x, 1.0, positions(1, NA)) is False
    assert x.tolist() == [1, 0, 0]
    for value in (np.ones(2), torch.ones(2)):
        with pytest.raises(ValueError, match="NAs are not allowed in subscripted assignments"):
            RULES["[<- vector"](x, value, positions(1, NA))
    assert x.tolist() == [1, 0, 0]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_mask_is_assigned_in_rs_order(length):
    mask = np.array([[True, False, True], [True, True, False]])
    x = torch.zeros(2, 3)
    value = np.arange(1.0, 1 + length)
    assert RULES["[<- mask"](x, value, torch.from_numpy(mask)) is (length == 3)
    order = np.zeros(6)
    order[mask.ravel(order="F")] = np.resize(value, 4)
    np.testing.assert_array_equal(x.numpy().ravel(order="F"), order)


def test_a_mask_of_nothing_assigns_nothing():
    x = torch.zeros(2)
    assert RULES["[<- mask"](x, np.zeros(0), torch.zeros(2, dtype=torch.bool)) is False
    assert not x.any()


def test_tensors_are_assigned_too_and_gradients_flow_through_them():
    x, value = torch.zeros(2, 2), torch.ones(2, requires_grad=True)
    RULES["[<-"](x, value * 3, 2, None)
    assert x.tolist() == [[0, 0], [3, 3]]
    x.sum().backward()
    assert value.grad.tolist() == [3, 3]


@pytest.mark.parametrize("value", [0.5, 300, -1, math.nan, np.array([1.0, 0.5])], ids=str)
def test_a_dtype_refuses_what_it_can_not_hold(value):
    x = torch.zeros(2, dtype=torch.uint8)
    with pytest.raises(ValueError, match="uint8 can not hold each of the values"):
        RULES["[<- vector"](x, value, positions(1, 2))
    assert x.tolist() == [0, 0]


def test_a_real_tensor_refuses_complex_numbers_even_without_imaginary_part():
    with pytest.raises(ValueError, match="float32 can not hold complex numbers"):
        RULES["[<- vector"](torch.zeros(2), 1 + 0j, 1)
    z = torch.zeros(2, dtype=torch.complex64)
    RULES["[<- vector"](z, 2j, 2)
    RULES["[<- vector"](z, 1, 1)
    assert z.tolist() == [1, 2j]


def test_a_complex_vector_fits_as_often_as_it_has_elements():
    z = torch.zeros(4, dtype=torch.complex128)
    parts = [np.arange(4.0), np.ones(4)]
    assert RULES["[<- vector"](z, parts, positions(1, 2, 3, 4)) is False
    assert z.tolist() == [1j, 1 + 1j, 2 + 1j, 3 + 1j]
    single = [np.array([7.0]), np.array([8.0])]
    assert RULES["[<- vector"](z, single, positions(2, NA)) is False
    assert z[1].item() == 7 + 8j


def test_items_take_the_tensors_dtype():
    items = float64(1, 0, 1)
    for dtype in (torch.bool, torch.int8, torch.float16, torch.complex64):
        cast = indexing.fitting(items, torch.zeros(1, dtype=dtype))
        assert cast.dtype == dtype and cast.tolist() == [1, 0, 1]
    assert indexing.fitting(float64(0.1), torch.zeros(1)).item() == np.float32(0.1)


def test_values_are_repeated_to_fill_the_places():
    x = torch.zeros(1)
    assert indexing.recycled(np.arange(3.0), x, 5).tolist() == [0, 1, 2, 0, 1]
    assert indexing.recycled(7, x, 5).shape == ()
    assert indexing.recycled(np.ones(1), x, 5).shape == ()
    assert indexing.recycled(np.ones((2, 2)), x, 2).tolist() == [1, 1]
    assert indexing.recycled(np.ones(2), x, 0) is None


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (1, 1),
        (2j, 1),
        (np.ones((2, 3)), 6),
        (torch.ones(2, 2), 4),
        ([np.ones(3), np.zeros(3)], 3),  # a complex array: real part, imaginary part
    ],
    ids=str,
)
def test_elements_are_counted(value, size):
    assert indexing.size(value) == size
    assert indexing.uneven(value, size) is False
    assert indexing.uneven(value, 0) is False
    assert indexing.uneven(value, 1) is (size > 1)
    assert indexing.uneven(value, size + 1) is (size > 1)


def test_another_device_is_refused():
    x, elsewhere = torch.zeros(2), torch.ones(2, device="meta")
    for rule, args in (
        ("[ mask", (elsewhere,)),
        ("[<- mask", (1, elsewhere)),
        ("[<- vector", (elsewhere, positions(1, 2))),
    ):
        with pytest.raises(ValueError, match="'cpu'.*'meta'"):
            RULES[rule](x, *args)


def test_single_places_are_those_of_any_index():
    x = torch.arange(6.0).reshape(2, 3)
    for drop in (True, False):
        for indices in ((1, None), (None, 3), (2, 2), (None, None)):
            taken = RULES["[ places"](x, drop, *indices)
            assert torch.equal(taken, RULES["["](x, drop, *indices))
            assert taken.data_ptr() != x.data_ptr()
    for indices in ((3, None), (1, 4), (1,), (1, 1, 1)):
        assert RULES["[ places"](x, True, *indices) is None
