import numpy as np
import pytest

from nnfit.core.data import files
from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.design import Design
from nnfit.core.data.files import FileRows, FileSource, Summary, hold_out_rows, sources_of
from nnfit.core.data.holdout import Holdout
from nnfit.core.data.parquet import ParquetFiles
from nnfit.core.data.stream import FullBatch, MiniBatches
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.asked import Asked
from support import as_threads


def flat(lists):
    return [value for values in lists for value in values]


def weighted(rows):
    return FileRows(rows.files, Design.of_columns(["i"], ["y"], {}, "w"), rows.spec)


def source(rows, **options):
    spec = Asked.of({"loss": "mse", "dtype": "float64", **options}).resolved(1, 1)
    return FileSource(rows, spec)


def test_rows_of_weight_zero_are_left_out(rows, seen, file_spec):
    chunks = FileSource(weighted(rows), file_spec).whole(None)
    assert flat(seen(chunks)) == list(range(1, 100, 2))


def test_both_sides_of_the_holdout_are_all_rows(rows, seen, file_spec):
    holdout = Holdout(0.4, key=1)
    both = (FileRows(rows.files, rows.design, file_spec, holdout, side) for side in (False, True))
    sides = [flat(seen(FileSource(side, file_spec).whole(None))) for side in both]
    assert sorted(flat(sides)) == list(range(100))
    assert 20 < len(sides[1]) < 60


def test_a_summary_counts_and_measures(rows):
    summary = Summary()
    for table in weighted(rows).tables():
        summary.add(table)
    assert (summary.rows, summary.weight) == (50, 50.0)
    odd = np.arange(1, 100, 2.0)
    np.testing.assert_allclose(summary.x.spread(True)[1], odd.std(ddof=1))
    np.testing.assert_allclose(summary.y.mean, np.square(odd).mean())


def test_a_scaling_is_by_the_weights(rows, monkeypatch):
    table = next(weighted(rows).tables())
    weights = np.linspace(0.5, 2, len(table.x))
    monkeypatch.setattr(
        FileRows,
        "placed",
        lambda self, *a: iter([(np.arange(len(weights)), table._replace(weights=weights))]),
    )
    found = source(rows).scaling()
    spec = Asked.of({"loss": "mse"}).resolved(1, 1)
    expected = ArraySource(table._replace(weights=weights), spec).scaling()
    for one, other in zip(found.plain().values(), expected.plain().values()):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_the_scaling_is_that_of_the_rows(rows):
    scaling = source(rows).scaling()
    np.testing.assert_allclose(scaling.x_scale, np.arange(100.0).std(ddof=1))
    np.testing.assert_allclose(scaling.y_center, np.square(np.arange(100.0)).mean())
    assert source(rows, scale=False).scaling() is None


def test_one_reading_tells_all_that_is_asked(rows, monkeypatch):
    readings = []
    placed = FileRows.placed
    monkeypatch.setattr(FileRows, "placed", lambda self, *a: readings.append(1) or placed(self, *a))
    one = source(rows)
    one.triangle(), one.scaling(), one.rows, one.weight, one.terms
    assert len(readings) == 1
    other = source(rows)
    # the first chunk is looked at for aliases, and what was not reduced then is read again
    other.scaling(), other.triangle()
    assert len(readings) == 4


@pytest.fixture
def readings(monkeypatch):
    done = []
    tables = FileRows.tables
    monkeypatch.setattr(FileRows, "tables", lambda self, *a: done.append(1) or tables(self, *a))
    return done


def test_few_rows_are_read_once_and_many_each_time(rows, seen, readings, monkeypatch):
    for room, times in ((100, 1), (99, 3)):
        monkeypatch.setattr(files, "buffer_rows", lambda spec, room=room: room)
        some = source(rows)
        next(iter(some.whole(None)))  # cut short, it is of no use
        readings.clear()
        numbers = [flat(seen(some.whole(None))), flat(seen(some.batches(None)))]
        again = flat(seen(some.whole(None)))
        assert [*numbers, again] == [list(range(100))] * 3
        assert len(readings) == times


def test_rows_of_another_scaling_are_read_anew(rows, seen, readings):
    some = source(rows)
    scaling = some.scaling()
    readings.clear()
    assert flat(seen(some.whole(None))) == list(range(100))
    scaled = flat(seen(some.whole(scaling)))
    assert flat(seen(some.whole(scaling))) == scaled
    np.testing.assert_allclose(scaled, (np.arange(100) - 49.5) / scaling.x_scale)
    assert len(readings) == 2


def test_beside_a_shuffle_buffer_there_is_room_for_a_quarter(rows, seen, readings, monkeypatch):
    for room, times in ((400, 1), (399, 2)):
        monkeypatch.setattr(files, "buffer_rows", lambda spec, room=room: room)
        some = source(rows, batch_size=30, optimizer="adam")
        readings.clear()
        seen(some.whole(None)), seen(some.whole(None))
        assert len(readings) == times


def test_batches_are_whole_or_cut_by_the_number_of_rows(rows):
    assert isinstance(source(rows).batches(None), FullBatch)
    assert isinstance(source(rows, batch_size=100, optimizer="adam").batches(None), FullBatch)
    assert isinstance(source(rows, batch_size=99, optimizer="adam").batches(None), MiniBatches)


def test_a_share_or_a_path_is_held_out(rows, write_parquet, file_spec):
    assert hold_out_rows(rows, 0) == [rows]
    sides = sources_of(hold_out_rows(rows, 0.5), file_spec, True, None)
    assert sum(side.rows for side in sides) == 100
    beside = write_parquet({"i": [1.0, 2.0], "y": [3.0, 4.0]}, "beside.parquet")
    assert hold_out_rows(weighted(rows), beside)[1].design.weights is None
    for share in (1.0, -0.1):
        with pytest.raises(NNFitError, match="must be a share"):
            hold_out_rows(rows, share)


def test_a_side_without_rows_is_refused(rows, file_spec):
    empty = FileRows(rows.files, rows.design, file_spec, Holdout(0.0, key=1), held_out=True)
    for ask in (empty.first, lambda: FileSource(empty, file_spec).rows):
        with pytest.raises(NNFitError, match="one side without rows"):
            ask()


@pytest.mark.parametrize(
    ("shuffle", "buffer", "rows_"), [(False, None, 0), (False, 9, 0), (True, 9.0, 9)]
)
def test_the_shuffle_buffer_is_in_rows(rows, shuffle, buffer, rows_, file_spec):
    assert sources_of([rows], file_spec, shuffle, buffer)[0].buffer == rows_
    with pytest.raises(NNFitError, match="shuffle_buffer.*from 1 to"):
        sources_of([rows], file_spec, True, 0)


@pytest.mark.parametrize("size", [2, 3, 7])
def test_processes_come_to_the_summary_of_all_rows(rows, size):
    def summed_up(processes):
        file_rows = FileRows(
            rows.files, weighted(rows).design, rows.spec, Holdout(0.3, key=1), False, processes
        )
        return source(file_rows), source(file_rows)._summary(reduced=True)

    ((alone, expected),) = as_threads(1, summed_up)
    for one, found in as_threads(size, summed_up):
        assert (found.rows, found.weight) == (expected.rows, expected.weight)
        assert found.by_unit.sum() == expected.rows
        for mine, theirs in ((found.x, expected.x), (found.y, expected.y)):
            np.testing.assert_allclose(mine.spread(True), theirs.spread(True), rtol=1e-12)
        mine, theirs = (np.square(s.builder.triangle().root).sum() for s in (found, expected))
        assert np.isfinite([mine, theirs]).all()
        assert one.file_rows.width == alone.file_rows.width


def test_processes_without_rows_know_of_those_of_others(write_parquet, file_spec):
    files = ParquetFiles(write_parquet({"i": [1.0, 2.0, 4.0], "y": [1.0, 0.0, 2.0]}))

    def counted(processes):
        rows = FileRows(files, Design.of_columns(["i"], ["y"], {}), file_spec, processes=processes)
        made = source(rows)
        return len(list(rows.tables())), made.rows, made.scaling().x_center.tolist()

    found = as_threads(6, counted)
    assert sum(chunks for chunks, *_ in found) == 3
    assert {rows for _, rows, _ in found} == {3}
    np.testing.assert_allclose([center for *_, center in found], 7 / 3)


def test_a_side_without_rows_is_refused_by_all_processes(rows, file_spec):
    def ask(processes):
        empty = FileRows(rows.files, rows.design, file_spec, Holdout(0.0, key=1), True, processes)
        return FileSource(empty, file_spec).rows

    with pytest.raises(NNFitError, match="one side without rows"):
        as_threads(3, ask)
