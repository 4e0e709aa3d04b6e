import numpy as np
import pytest
import torch

from nnfit.core.data.table import Batch, Table

X, Y, WEIGHTS = np.arange(8.0).reshape(4, 2), np.arange(4.0)[:, None], np.arange(4.0) / 4


@pytest.mark.parametrize(
    "rows", [np.array([0, 2]), np.array([True, False, True, False]), slice(0, 3, 2)]
)
def test_rows_are_taken_by_position_mask_or_slice(rows):
    taken = Table(X, Y, WEIGHTS).take(rows)
    np.testing.assert_array_equal(taken.x, X[::2])
    np.testing.assert_array_equal(taken.y, Y[::2])
    np.testing.assert_array_equal(taken.weights, WEIGHTS[::2])
    assert Table(X, Y).take(rows).weights is None


def test_without_a_choice_the_table_itself_is_given():
    table = Table(X, Y)
    assert table.take(None) is table


def test_each_tensor_of_a_batch_is_changed_and_missing_weights_stay_missing():
    batch = Batch(torch.ones(3, 2), torch.ones(3, 1), torch.ones(3), torch.ones(3, 1))
    halves = batch.each(lambda tensor: tensor[:2] / 2)
    assert [tuple(tensor.shape) for tensor in halves] == [(2, 2), (2, 1), (2,), (2, 1)]
    assert all((tensor == 0.5).all() for tensor in halves)
    assert batch._replace(weights=None).each(torch.zeros_like).weights is None


def test_rows_are_put_into_room_like_them():
    rows = Batch(torch.arange(6.0).view(3, 2), torch.arange(3), None, torch.ones(3, 1))
    room = rows.room(5)
    assert [None if one is None else tuple(one.shape) for one in room] == [
        (5, 2),
        (5,),
        None,
        (5, 1),
    ]
    assert room.y.dtype == torch.int64
    room.each(torch.Tensor.zero_)
    room.put(2, rows.part(slice(1, None)))
    assert room.x.tolist() == [[0, 0], [0, 0], [2, 3], [4, 5], [0, 0]]
    assert room.y.tolist() == [0, 0, 1, 2, 0]
    weighed = room._replace(weights=torch.ones(5))
    weighed.put(0, rows)  # that have none
    assert weighed.weights.tolist() == [1] * 5
