from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core.data import parquet
from nnfit.core.data.dealt import Deal
from nnfit.core.data.design import Design
from nnfit.core.data.files import FileRows, FileSource
from nnfit.core.data.holdout import Holdout
from nnfit.core.data.parquet import ParquetFiles, Piece
from nnfit.core.data.place import Place
from nnfit.core.data.shared import SharedBatches, poured
from nnfit.core.data.stream import MiniBatches, Stream
from nnfit.core.data.table import Batch
from nnfit.core.options.asked import Asked
from support import OneOf, as_threads


class Case(NamedTuple):
    """Rows in pieces, of which some take part, and how they are cut.

    `pieces`: rows of each. `used`: of each row. `chunk`: rows that are read at once.
    """

    pieces: list
    used: list
    chunk: int
    batch: int
    buffer: int
    least: int
    weighted: bool

    @property
    def count(self):
        return sum(self.used)

    def files(self):
        starts = np.cumsum([0, *self.pieces]).tolist()
        pieces = [Piece("a", (), starts[i], rows) for i, rows in enumerate(self.pieces)]
        part = lambda piece, start, rows: piece._replace(start=start, rows=rows)  # noqa: E731
        return SimpleNamespace(rows=starts[-1], pieces=pieces, part=part)

    def reader(self, files):
        """Read rows, each of which is its number; nothing of those that do not take part."""
        used = torch.tensor(self.used)

        def read(pieces):
            for piece in files.pieces if pieces is None else pieces:
                for rows in torch.arange(piece.start, piece.start + piece.rows).split(self.chunk):
                    x = rows[used[rows]].double()[:, None]
                    if len(x):
                        yield Batch(x, x**2, x[:, 0] + 0.5 if self.weighted else None)

        return read

    def alone(self):
        files = self.files()
        rows = Stream(self.reader(files), 5)
        return MiniBatches(rows, self.batch, self.buffer, self.count, files.pieces, self.least)

    def shared(self, rank, size):
        files = self.files()
        deal = Deal(files, OneOf(rank, size))
        by_unit = np.histogram(np.flatnonzero(self.used), deal.starts)[0]
        read = self.reader(files)
        return SharedBatches(read, self.batch, self.buffer, deal, by_unit, self.least)


@st.composite
def cases(draw):
    pieces = draw(st.lists(st.integers(1, 40), min_size=1, max_size=6).filter(lambda p: sum(p) > 1))
    n, flag = sum(pieces), st.booleans()
    used = draw(st.one_of(st.just([True] * n), st.lists(flag, min_size=n, max_size=n)))
    used = [True, *used[1:-1], True]
    batch = draw(st.integers(1, sum(used) - 1))  # else all rows are one step
    buffer = draw(st.one_of(st.just(0), st.integers(1, 2 * n), st.just(10**6)))
    least = draw(st.sampled_from([1, 2])) if batch > 1 else 1
    return Case(pieces, used, draw(st.integers(1, 30)), batch, buffer, least, draw(flag))


def known(batch):
    """List what takes part in a batch: the rows by number, and what stands beside each."""
    if not len(batch.x):
        return []
    weights = torch.ones(len(batch.x)) if batch.weights is None else batch.weights
    rows = zip(batch.x[:, 0].tolist(), batch.y[:, 0].tolist(), weights.tolist())
    return sorted(row for row in rows if row[2] > 0)


def epochs(batches, number=2):
    """List the batches of some epochs from one seed, and where torch's generator is then."""
    torch.manual_seed(3)
    seen = [[known(batch) for batch in batches] for _ in range(number)]
    return seen, torch.rand(1).item()


@given(cases(), st.integers(1, 5))
def test_the_batches_are_those_of_one_process(case, size):
    (one, _), several = epochs(case.alone()), [epochs(case.shared(r, size)) for r in range(size)]
    for number, expected in enumerate(one):
        # each process has as many batches as the others wait for
        assert {len(seen[number]) for seen, _ in several} == {len(expected)}
        parts = zip(*(seen[number] for seen, _ in several))
        assert [sorted(sum(part, [])) for part in parts] == expected
        assert len(sum(expected, [])) == case.count
    assert len({drawn for _, drawn in several}) == 1  # they draw alike afterwards


@given(cases(), st.integers(1, 3), st.data())
def test_batches_are_taken_up_where_they_were_left(case, size, data):
    for rank in range(size):
        torch.manual_seed(3)
        place, whole, cut = Place(), [], None
        at = data.draw(st.integers(0, len(list(case.shared(rank, size))) - 1))
        torch.manual_seed(3)
        for number, batch in enumerate(case.shared(rank, size).noting(place)):
            if number == at:
                cut = place.state()["drawn"], torch.get_rng_state()
            whole.append((known(batch), torch.rand(1).item()))
        after = torch.rand(1).item()
        torch.manual_seed(7)  # another process
        drawn, random = cut
        torch.set_rng_state(random)
        again = [
            (known(batch), torch.rand(1).item())
            for batch in case.shared(rank, size).noting(Place(at, drawn))
        ]
        assert again[at:] == whole[at:]
        assert torch.rand(1).item() == after


@given(cases(), st.integers(2, 5))
def test_what_a_network_draws_is_its_process_s_own(case, size):
    drawn = []
    for rank in range(size):
        torch.manual_seed(3)
        drawn += [torch.rand(1).item() for _ in range(2) for _ in case.shared(rank, size)]
    assert len(set(drawn)) > 0.99 * len(drawn)


@given(cases(), st.integers(1, 5))
def test_few_lengths_are_prepared_and_rows_beyond_have_no_weight(case, size):
    for rank in range(size):
        batches = case.shared(rank, size)
        for batch in batches:
            n = len(known(batch))
            assert n <= len(batch.x) < n + batches.quantum
            assert len(batch.x) in {0, *batches.rooms}
            if len(batch.x):
                assert bool((batch.weights[n:] == 0).all())
                assert bool(torch.isfinite(batch.x).all())
        assert all(length % batches.quantum == 0 for length in batches.rooms)


def test_rows_are_poured_into_blocks_of_given_lengths():
    x = torch.arange(12.0)[:, None]
    parts = iter([Batch(part, part) for part in x.split([3, 1, 6, 2])])
    blocks = [
        block.x[:, 0].tolist() if len(block.x) else [] for block in poured(parts, [0, 5, 0, 7])
    ]
    assert blocks == [[], [0, 1, 2, 3, 4], [], [5, 6, 7, 8, 9, 10, 11]]
    assert [len(block.x) for block in poured(iter([]), [0, 0])] == [0, 0]


@pytest.mark.parametrize("group", [3, 25, 1000])
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(
    ("shuffle", "buffer", "held_out"), [(True, None, 0.0), (True, 30, 0.3), (False, None, 0.2)]
)
def test_of_files_too_whatever_their_row_groups(
    write_parquet, monkeypatch, group, size, shuffle, buffer, held_out
):
    monkeypatch.setattr(parquet, "CHUNK_ROWS", (8, 16))
    monkeypatch.setattr(parquet, "CHUNK_BYTES", 1)
    columns = {"i": np.arange(100.0), "y": np.arange(100.0) ** 2, "w": [0.0, 1.0, 2.0, 0.5] * 25}
    path = write_parquet(columns, row_group_size=group)
    spec = Asked.of(
        {"loss": "mse", "dtype": "float64", "batch_size": 8, "optimizer": "adam", "scale": False}
    ).resolved(1, 1)
    room = (buffer or 10**6) if shuffle else 0

    def batches(processes):
        design = Design.of_columns(["i"], ["y"], {}, "w")
        holdout = Holdout(held_out, key=1) if held_out else None
        rows = FileRows(ParquetFiles(path), design, spec, holdout, processes=processes)
        return FileSource(rows, spec, room).batches(None, 2)

    (one,) = as_threads(1, batches)
    expected, _ = epochs(one)
    several = [epochs(made)[0] for made in as_threads(size, batches)]
    for number in range(2):
        parts = zip(*(seen[number] for seen in several))
        assert [sorted(sum(part, [])) for part in parts] == expected[number]
