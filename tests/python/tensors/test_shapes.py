"""Shape and order as R has them: NumPy with order="F" gives the answers."""

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES, shapes

SHAPES = [(), (6,), (2, 3), (2, 3, 4), (0, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_flat_is_rs_order(shape, rng):
    x = rng.normal(size=shape)
    np.testing.assert_array_equal(shapes.flat(torch.tensor(x)).numpy(), x.ravel(order="F"))


@pytest.mark.parametrize("shape", SHAPES)
def test_length_dim_and_rev(shape, rng):
    x = rng.normal(size=shape)
    tensor = torch.tensor(x)
    assert RULES["length"](tensor) == x.size
    assert RULES["dim"](tensor) == list(shape)
    assert type(RULES["dim"](tensor)) is list
    np.testing.assert_array_equal(RULES["rev"](tensor).numpy(), x.ravel(order="F")[::-1])


@pytest.mark.parametrize("shape", [(24,), (4, 6), (4, 3, 2), (1, 24)])
def test_a_new_dim_keeps_rs_order(shape, rng):
    x = rng.normal(size=(2, 3, 4))
    answer = RULES["dim<-"](torch.from_numpy(x), [float(extent) for extent in shape])
    np.testing.assert_array_equal(answer.numpy(), x.reshape(shape, order="F"))


def test_a_new_dim_has_to_fit():
    with pytest.raises(ValueError, match=r"dims \[product 8\] do not match .* object \[6\]"):
        RULES["dim<-"](torch.zeros(6), [4, 2])


def test_t_turns_matrices_and_takes_a_vector_for_a_column(rng):
    x = rng.normal(size=(2, 3))
    np.testing.assert_array_equal(RULES["t"](torch.from_numpy(x)).numpy(), x.T)
    assert RULES["t"](torch.tensor([1, 2])).tolist() == [[1, 2]]
    assert RULES["t"](torch.tensor(3)).tolist() == [[3]]
    with pytest.raises(ValueError, match="not a matrix"):
        RULES["t"](torch.zeros(2, 3, 4))


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_aperm_is_numpys_transpose_counted_from_1(order, rng):
    x = rng.normal(size=(2, 3, 4))
    answer = RULES["aperm"](torch.from_numpy(x), [float(k) for k in order])
    np.testing.assert_array_equal(answer.numpy(), x.transpose([k - 1 for k in order]))
    np.testing.assert_array_equal(RULES["aperm"](torch.from_numpy(x)).numpy(), x.T)


@pytest.mark.parametrize("name", ["c", "cbind", "rbind"])
def test_joined_tensors_share_a_device(name):
    near, far = torch.zeros(2), torch.zeros(2, device="meta")
    for parts in ((near, far), (far, near), (near, 1, far), (far, near, near)):
        with pytest.raises(ValueError, match="'cpu'.*'meta'|'meta'.*'cpu'"):
            RULES[name](*parts)
    assert RULES[name](far, 1, np.ones(2), far).device.type == "meta"
    assert RULES[name](1, far).device.type == "meta"


def test_the_first_tensor_says_device_and_dtype():
    x = torch.zeros(2, dtype=torch.float32, device="meta")
    parts = shapes.together([1, np.ones(2), x])
    assert [part.device.type for part in parts] == ["meta"] * 3
    assert [part.dtype for part in parts] == [torch.float32] * 3
    assert parts[2] is x


@pytest.mark.parametrize("name", ["c", "cbind", "rbind"])
def test_two_devices_are_refused(name):
    with pytest.raises(ValueError, match="'cpu'.*'meta'"):
        RULES[name](torch.zeros(2), torch.zeros(2, device="meta"))


def test_c_puts_all_elements_one_after_the_other(rng):
    x, y = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
    answer = RULES["c"](torch.from_numpy(x), 7.0, y)
    np.testing.assert_array_equal(answer.numpy(), [*x.ravel("F"), 7, *y.ravel("F")])


def test_c_answers_in_the_highest_kind():
    assert RULES["c"](torch.tensor([True]), False).dtype == torch.bool
    assert RULES["c"](torch.tensor([1]), torch.tensor([0.5])).dtype == torch.float32
    assert RULES["c"](torch.tensor([1]), 0.5).dtype == torch.float64
    assert RULES["c"](torch.tensor([1.0]), [np.ones(1), np.ones(1)]).tolist() == [1, 1 + 1j]


def test_cbind_puts_columns_side_by_side(rng):
    x, column = rng.normal(size=(4, 2)), rng.normal(size=4)
    answer = RULES["cbind"](torch.from_numpy(x), column, 1)
    np.testing.assert_array_equal(answer.numpy(), np.column_stack([x, column, np.ones(4)]))


def test_rbind_puts_rows_below_each_other(rng):
    x, row = rng.normal(size=(2, 4)), rng.normal(size=4)
    answer = RULES["rbind"](1, torch.from_numpy(x), row)
    np.testing.assert_array_equal(answer.numpy(), np.vstack([np.ones(4), x, row]))


def test_vectors_alone_recycle_to_the_longest():
    x = torch.tensor([1.0, 2.0, 3.0])
    assert RULES["cbind"](x, 5).tolist() == [[1, 5], [2, 5], [3, 5]]
    assert RULES["rbind"](x, np.array([4.0, 5.0])).tolist() == [[1, 2, 3], [4, 5, 4]]
    assert RULES["cbind"](torch.tensor(2.0)).tolist() == [[2]]


def test_empty_vectors_are_left_out_beside_others():
    assert RULES["cbind"](torch.zeros(0), np.ones(2)).shape == (2, 1)
    assert RULES["rbind"](torch.ones(2, 3), np.ones(0)).shape == (2, 3)
    assert RULES["cbind"](torch.zeros(0)).shape == (0, 1)


def test_matrices_have_to_fit():
    with pytest.raises(ValueError, match="number of rows of matrices must match"):
        RULES["cbind"](torch.zeros(2, 2), torch.zeros(3, 2))
    with pytest.raises(ValueError, match="number of columns of matrices must match"):
        RULES["rbind"](torch.zeros(2, 2), torch.zeros(2, 3))


@pytest.mark.parametrize("name", ["t", "rev", "aperm", "c", "cbind", "rbind"])
def test_gradients_flow(name):
    x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(RULES[name], (x,))
