import numpy as np
import pytest
import torch

from nnfit.core.data import parquet
from nnfit.core.data.batches import Batches
from nnfit.core.data.design import Design
from nnfit.core.data.holdout import Holdout
from nnfit.core.data.parquet import ParquetFiles
from nnfit.core.data.stream import MiniBatches, Pool, Rows, Stream, Summary, buffer_rows
from nnfit.core.data.table import Batch
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named

SPEC = Asked(loss=Named("mse", {}), dtype="float64", device="cpu").resolved(1, 1)


@pytest.fixture
def rows(write_parquet, monkeypatch):
    """100 rows in chunks of at most 8 and pieces of 16 to 21; column i counts them."""
    monkeypatch.setattr(parquet, "CHUNK_ROWS", (8, 16))
    monkeypatch.setattr(parquet, "CHUNK_BYTES", 1)
    path = write_parquet({"i": np.arange(100.0), "y": np.arange(100.0) ** 2, "w": [0, 1] * 50})
    return Rows(ParquetFiles(path), Design.of_columns(["i"], ["y"], {}), SPEC)


def seen(batches):
    return [batch.x[:, 0].tolist() for batch in batches]


def flat(lists):
    return [value for values in lists for value in values]


def test_a_stream_reads_every_row_in_order(rows):
    chunks = seen(Stream(rows, None))
    assert len(chunks) > 12
    assert flat(chunks) == list(range(100))


def test_rows_of_weight_zero_are_left_out(rows):
    weighted = Rows(rows.files, Design.of_columns(["i"], ["y"], {}, "w"), SPEC)
    assert flat(seen(Stream(weighted, None))) == list(range(1, 100, 2))


def test_the_holdout_is_the_same_in_any_order():
    holdout = Holdout(0.3, key=2**62 + 5)
    whole = holdout.mask(0, 100_000)
    assert abs(whole.mean() - 0.3) < 0.005
    np.testing.assert_array_equal(holdout.mask(500, 40), whole[500:540])
    assert (Holdout(0.3, key=6).mask(0, 1000) != whole[:1000]).any()
    half = Holdout(0.5, key=1).mask(0, 100_001)
    assert abs((half[1:] == half[:-1]).mean() - 0.5) < 0.01


def test_both_sides_of_the_holdout_are_all_rows(rows):
    holdout = Holdout(0.4, key=1)
    sides = [
        flat(seen(Stream(Rows(rows.files, rows.design, SPEC, holdout, held_out), None)))
        for held_out in (False, True)
    ]
    assert sorted(flat(sides)) == list(range(100))
    assert 20 < len(sides[1]) < 60


def test_a_summary_counts_and_measures(rows):
    summary = Summary()
    for table in Rows(rows.files, Design.of_columns(["i"], ["y"], {}, "w"), SPEC).tables():
        summary.add(table)
    assert (summary.rows, summary.weight) == (50, 50.0)
    odd = np.arange(1, 100, 2.0)
    np.testing.assert_allclose(summary.x.spread(True)[1], odd.std(ddof=1))
    np.testing.assert_allclose(summary.y.mean, np.square(odd).mean())


def test_mini_batches_in_file_order(rows):
    batches = seen(MiniBatches(Stream(rows, None), 30, 0, 100))
    assert [len(batch) for batch in batches] == [30, 30, 30, 10]
    assert flat(batches) == list(range(100))


@pytest.mark.parametrize("buffer", [1, 45, 64, 99])
def test_shuffled_mini_batches_hold_each_row_once(rows, buffer):
    source = MiniBatches(Stream(rows, None), 10, buffer, 100)
    first, second = seen(source), seen(source)
    assert [len(batch) for batch in first] == [10] * 10
    assert sorted(flat(first)) == list(range(100))
    assert first != second
    assert sorted(flat(second)) == list(range(100))


def test_a_buffer_for_all_rows_gives_the_batches_of_rows_in_memory(rows):
    stream = Stream(rows, None)
    torch.manual_seed(3)
    streamed = seen(MiniBatches(stream, 30, 1000, 100))
    torch.manual_seed(3)
    x = torch.arange(100, dtype=torch.float64)[:, None]
    assert streamed == seen(Batches(Batch(x, x**2), 30))


def test_a_pool_regroups_batches_and_gives_the_same_tensors_again():
    x = torch.arange(25.0)[:, None]
    parts = [Batch(part, part) for part in x.split([3, 9, 1, 12])]
    pool = Pool(10)
    blocks = [(block, block.x[:, 0].tolist()) for block in pool.blocks(parts)]
    assert [len(values) for _, values in blocks] == [10, 10, 5]
    assert flat(values for _, values in blocks) == list(range(25))
    assert blocks[0][0] is blocks[1][0]
    assert next(pool.blocks(parts)) is blocks[0][0]


def test_the_buffer_is_chosen_by_size():
    wide = Asked(loss=Named("mse", {}), dtype="float32").resolved(1000, 1)
    assert buffer_rows(wide) * 4 * 1002 <= 128 << 20 < (buffer_rows(wide) + 1) * 4 * 1002
