from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core.data.dealt import PARTS, Deal, owners
from nnfit.core.data.parquet import ParquetFiles, Piece
from support import OneOf


class Files:
    """Files of pieces with so many rows, without what is in them."""

    def __init__(self, sizes):
        starts = np.cumsum([0, *sizes]).tolist()
        self.pieces = [Piece("a", (i,), starts[i], rows) for i, rows in enumerate(sizes)]
        self.rows = starts[-1]

    def part(self, piece, start, rows):
        assert piece.start <= start
        assert start + rows <= piece.start + piece.rows
        return piece._replace(start=start, rows=rows)


def deals(files, size):
    return [Deal(files, OneOf(rank, size)) for rank in range(size)]


def rows_of(pieces):
    return [row for piece in pieces for row in range(piece.start, piece.start + piece.rows)]


SIZES = st.lists(st.integers(1, 300), min_size=1, max_size=12)


@given(SIZES, st.integers(1, 7))
def test_each_row_is_read_by_one_process_and_shares_are_even(sizes, size):
    files = Files(sizes)
    shares = [rows_of(deal.own()) for deal in deals(files, size)]
    # neighbours are together: the shares one after the other are the files
    assert [row for share in shares for row in share] == list(range(files.rows))
    even = files.rows / size
    assert max(map(len, shares)) <= even + max(even / PARTS, 1)
    assert min(map(len, shares)) >= even - max(even / PARTS, 1)


@given(SIZES, st.integers(1, 7))
def test_units_are_known_by_their_place_in_file_order(sizes, size):
    deal = Deal(Files(sizes), OneOf(0, size))
    in_order = deal.in_order()
    assert [deal.number_of(unit) for unit in in_order] == list(range(len(in_order)))
    assert [unit.start for unit in in_order] == sorted(unit.start for unit in in_order)
    assert np.diff(deal.starts).tolist() == [unit.rows for unit in in_order]
    backwards = deal.in_order(reversed(range(len(sizes))))
    assert sorted(backwards) == in_order
    assert [unit.piece for unit in backwards] == sorted((u.piece for u in in_order), reverse=True)


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 400), st.integers(1, 6))
def test_a_unit_is_owned_once_and_each_block_is_shared(rows, block, size):
    whose = owners(rows, block, size)
    assert len(whose) == len(rows)
    assert set(whose) <= set(range(size))
    total, most = sum(rows), max(rows, default=0)
    ends = np.cumsum(rows)
    shares = Counter()
    for number, end, one in zip(rows, ends, whose):
        shares[(end - number / 2) // block, one] += number
    for first in range(total // block):  # of whole blocks
        for one in range(size):
            assert abs(shares[first, one] - block / size) <= 2 * most


def test_one_process_has_all_units():
    assert set(owners([3, 1, 4], 8, 1)) == {0}
    assert owners([], 8, 3) == []
    assert owners([0, 0], 1, 3) == [0, 0]


@pytest.mark.parametrize("size", [2, 3, 5, 8])
@pytest.mark.parametrize("group", [1, 7, 40, 1000])
def test_hardly_a_row_group_is_read_twice(write_parquet, group, size):
    write_parquet({"i": np.arange(400)}, "files/a.parquet", row_group_size=group)
    path = write_parquet({"i": np.arange(400, 1000)}, "files/b.parquet", row_group_size=group)
    files = ParquetFiles(path.removesuffix("/b.parquet"))
    read = Counter()
    seen = []
    for deal in deals(files, size):
        for piece in deal.own():
            read.update((piece.path, number) for number in piece.row_groups)
            chunks = files.chunks(["i"], 1, [piece])
            seen += [row for chunk in chunks for row in chunk.columns["i"].to_pylist()]
    assert seen == list(range(1000))
    # only where a border between two processes is within one
    assert sum(read.values()) - len(read) < size
