import pytest
import torch

from nnfit.core.data.batches import Batches
from nnfit.core.data.files import FileSource
from nnfit.core.data.parquet import Piece
from nnfit.core.data.stream import FullBatch, MiniBatches, RowBuffer, Stream, buffer_rows
from nnfit.core.data.table import Batch
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named


def flat(lists):
    return [value for values in lists for value in values]


def mini(rows, size, buffer):
    stream = FileSource(rows, rows.spec).whole(None)
    return MiniBatches(stream, size, buffer, 100, rows.files.pieces)


def test_a_stream_reads_every_row_in_order(rows, seen, file_spec):
    chunks = seen(FileSource(rows, file_spec).whole(None))
    assert len(chunks) > 12
    assert flat(chunks) == list(range(100))


def test_the_whole_is_one_step_that_reads_them_again(rows, seen, file_spec):
    whole = FullBatch(FileSource(rows, file_spec).whole(None))
    assert whole.size is None
    assert flat(seen(whole)) == flat(seen(whole.rows)) == list(range(100))


def test_mini_batches_in_file_order(rows, seen):
    batches = seen(mini(rows, 30, 0))
    assert [len(batch) for batch in batches] == [30, 30, 30, 10]
    assert flat(batches) == list(range(100))


@pytest.mark.parametrize("buffer", [1, 45, 64, 99])
def test_shuffled_mini_batches_hold_each_row_once(rows, buffer, seen):
    source = mini(rows, 10, buffer)
    first, second = seen(source), seen(source)
    assert [len(batch) for batch in first] == [10] * 10
    assert sorted(flat(first)) == list(range(100))
    assert first != second
    assert sorted(flat(second)) == list(range(100))


def test_a_buffer_for_all_rows_gives_the_batches_of_rows_in_memory(rows, seen):
    torch.manual_seed(3)
    streamed = seen(mini(rows, 30, 1000))
    torch.manual_seed(3)
    x = torch.arange(100, dtype=torch.float64)[:, None]
    assert streamed == seen(Batches(Batch(x, x**2), 30))


@pytest.mark.parametrize(("buffer", "times"), [(1000, 1), (100, 1), (90, 3), (0, 3)])
def test_a_buffer_for_all_rows_is_filled_once(rows, seen, buffer, times):
    read, readings = FileSource(rows, rows.spec).whole(None).read, []

    def counted(pieces):
        readings.append(pieces)
        return read(pieces)

    batches = MiniBatches(Stream(counted, 8), 30, buffer, 100, rows.files.pieces)
    next(iter(batches)), seen(batches), seen(batches)  # the first epoch is cut short
    assert len(readings) == times


def test_a_buffer_regroups_batches_and_gives_the_same_tensors_again():
    x = torch.arange(25.0)[:, None]
    parts = [Batch(part, part) for part in x.split([3, 9, 1, 12])]
    buffer = RowBuffer(10)
    blocks = [(block, block.x[:, 0].tolist()) for block in buffer.blocks(parts)]
    assert [len(values) for _, values in blocks] == [10, 10, 5]
    assert flat(values for _, values in blocks) == list(range(25))
    assert blocks[0][0] is blocks[1][0]
    assert next(buffer.blocks(parts)) is blocks[0][0]


def test_the_buffer_is_chosen_by_size():
    wide = Asked(loss=Named("mse", {}), dtype="float32").resolved(1000, 1)
    assert buffer_rows(wide) * 4 * 1002 <= 128 << 20 < (buffer_rows(wide) + 1) * 4 * 1002


@pytest.mark.parametrize("buffer", [0, 4, 8, 100])
@pytest.mark.parametrize("count", [9, 13, 17, 16, 18])
@pytest.mark.parametrize("chunk", [1, 3, 7, 50])
def test_a_single_row_joins_the_batch_before_it(buffer, count, chunk):
    numbers = torch.arange(float(count))[:, None]

    def read(pieces):
        return (Batch(part, part) for part in numbers.split(chunk))

    batches = MiniBatches(Stream(read, 5), 4, buffer, count, [Piece("", (0,), 0, count)] * 2, 2)
    for _ in range(2):
        seen = [batch.x.clone() for batch in batches]
        assert min(map(len, seen)) >= 2
        assert max(map(len, seen)) <= 5
        assert sorted(torch.cat(seen).ravel().tolist()) == numbers.ravel().tolist()
        if not buffer:
            assert torch.cat(seen).ravel().tolist() == numbers.ravel().tolist()
