import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core.data.batches import Batches, draw_in, sizes_of, to_batch, to_inputs
from nnfit.core.data.table import Batch, Table
from nnfit.core.options.asked import Asked


def test_tensors_are_copies_in_the_dtype_of_the_fit():
    spec = Asked.of({"loss": "mse", "dtype": "float32"}).resolved(2, 1)
    x, y = np.asfortranarray(np.ones((3, 2))), np.ones((3, 1))
    for array in (x, y):
        array.flags.writeable = False  # what R hands over: any write or warning shows
    batch = to_batch(Table(x, y, np.ones(3), np.ones((3, 1))), None, spec)
    batch.x.zero_()
    batch.y.zero_()
    assert x.all()
    assert y.all()
    assert {t.dtype for t in batch} == {torch.float32}


@given(st.integers(1, 40), st.integers(1, 45))
def test_batches_cover_every_row_once(n, size):
    rows = Batch(torch.arange(n)[:, None], torch.arange(n), None)
    batches = []
    for batch in Batches(rows, size):
        assert torch.equal(batch.x[:, 0], batch.y)
        batches.append(batch.y.tolist())
    assert sorted(sum(batches, [])) == list(range(n))
    assert [len(batch) for batch in batches[:-1]] == [min(size, n)] * (len(batches) - 1)


def test_batches_fill_the_same_tensors_again():
    batches = Batches(Batch(torch.ones(5, 1), torch.ones(5, 1)), 2)
    first, second = ([id(batch) for batch in batches] for _ in range(2))
    assert first == second
    assert len(set(first)) == 2  # the last is shorter


def test_batches_are_shuffled_anew_each_epoch():
    batches = Batches(Batch(torch.arange(50)[:, None], torch.arange(50), torch.arange(50)), 10)
    first, second = (torch.cat([batch.weights.clone() for batch in batches]) for _ in range(2))
    assert not torch.equal(first, second)


def test_the_full_batch_is_neither_shuffled_nor_copied():
    rows = Batch(torch.ones(5, 1), torch.ones(5, 1))
    for size in (None, 5, 99):
        assert list(Batches(rows, size))[0] is rows


@pytest.mark.parametrize(
    ("n", "size", "least", "sizes"),
    [
        (9, 4, 1, [4, 4, 1]),
        (9, 4, 2, [4, 5]),
        (8, 4, 2, [4, 4]),
        (10, 4, 2, [4, 4, 2]),
        (3, 2, 2, [3]),
        (5, 1, 1, [1] * 5),
    ],
)
def test_what_is_left_is_a_batch_or_joins_one(n, size, least, sizes):
    assert sizes_of(n, size, least) == sizes
    rows = Batch(torch.arange(float(n))[:, None], torch.arange(float(n))[:, None])
    batches = [(len(batch.x), batch.x.clone()) for batch in Batches(rows, size, least)]
    assert [length for length, _ in batches] == sizes
    assert sorted(torch.cat([x for _, x in batches]).ravel().tolist()) == list(range(n))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_columns_are_drawn_in_however_far_they_are(dtype):
    near = torch.tensor([-2.0, 0.0, 0.5, 4.0], dtype=dtype)
    torch.testing.assert_close(draw_in(near.clone()), near / torch.sqrt(1 + (near / 3) ** 2))
    far = torch.tensor([1e6, 1e30, -torch.finfo(dtype).max], dtype=dtype)
    torch.testing.assert_close(draw_in(far), torch.tensor([3.0, 3.0, -3.0], dtype=dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rows", [3, 1 << 19])
def test_tensors_of_any_size_begin_where_torch_has_them_begin(rows, dtype):
    x = np.arange(rows * 3, dtype=np.float64).reshape(rows, 3) % 1000
    inputs = to_inputs(x, None, Asked.of({"loss": "mse", "dtype": dtype}).resolved(3, 1))
    assert inputs.dtype == getattr(torch, dtype) and inputs.is_contiguous()
    assert inputs.data_ptr() % 64 == 0
    np.testing.assert_array_equal(inputs.numpy(), x)
