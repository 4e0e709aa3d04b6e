"""Parquet files by path: what their columns hold, and their rows in chunks. pyarrow reads them.

The only file that knows pyarrow, which is optional.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from ..ground.errors import NNFitError, did_you_mean

KINDS = ("number", "text", "factor", "ordered", "logical")
SUFFIXES = (".parquet", ".parq", ".pq")
CHUNK_BYTES = 16 << 20  # a chunk's size as float64: large beside a call, small beside memory
CHUNK_ROWS = (1_024, 65_536)
# Column chunks are read through buffers of this size. pyarrow's dataset scanner would read whole
# row groups ahead, and writers make those as large as they like: 700 MB where this takes 150.
# So would `pre_buffer`, on since pyarrow 25: https://github.com/apache/arrow/pull/49924
READ_BUFFER = 256 << 10
FOOTER_BYTES = 4 << 20  # as stored; pyarrow's objects are some ten times as large


class Chunk(NamedTuple):
    """Some rows: where they start among all, and their columns as arrow arrays."""

    start: int
    rows: int
    columns: dict[str, Any]


class Piece(NamedTuple):
    """A run of row groups of one file, the unit in which rows can be read out of order.

    Of the rows in its row groups the first `skip` are no part of it, nor are those after `rows`.
    """

    path: str
    row_groups: tuple[int, ...]
    start: int
    rows: int
    skip: int = 0


@contextmanager
def _reading(argument: str, path: str | None = None) -> Iterator[None]:
    """Refuse, by the user's argument, what pyarrow can not read; `path` where it does not say."""
    from pyarrow import ArrowException

    try:
        yield
    except (ArrowException, OSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        where = f'"{os.path.basename(path)}": ' if path else ""
        raise NNFitError(
            argument,
            f"can not be read as Parquet: {where}{reason}.",
            "Write that file anew, or leave it out.",
        ) from error


class Footers:
    """The footers of the files read last, as many as take little memory; others are read anew.

    Those of all files of a folder can take gigabytes: 2 KB and more for each column of a file.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}  # the one used last is last

    def of(self, path: str) -> Any:
        """Give a file's footer."""
        from pyarrow.parquet import read_metadata

        footer = self.kept.pop(path, None)
        self.kept[path] = read_metadata(path) if footer is None else footer
        while len(self.kept) > 1 and self._size() > FOOTER_BYTES:
            del self.kept[next(iter(self.kept))]
        return self.kept[path]

    def _size(self) -> int:
        return sum(footer.serialized_size for footer in self.kept.values())


def chunk_rows(width: int) -> int:
    """Choose the rows of a chunk by the numbers that a row becomes."""
    least, most = CHUNK_ROWS
    return min(max(CHUNK_BYTES // (8 * max(width, 1)), least), most)


class ParquetFiles:
    """A file, or a folder of files with one schema, perhaps in hive partitions.

    Parameters
    ----------
    path : str
    argument : str, default "path"
        The user's name for it, for errors.

    Attributes
    ----------
    kinds : dict
        Column -> "number", "text", "factor" (a dictionary), "ordered", "logical", or the arrow
        type of what can not be used.
    rows : int
    pieces : list of Piece
        In file order: by name, then by row group.
    """

    def __init__(self, path: str, argument: str = "path"):
        if not isinstance(path, (str, os.PathLike)):
            raise NNFitError(argument, f"must be a path, not of type {type(path).__name__}.")
        dataset = _dataset(os.path.expanduser(os.fspath(path)), argument)
        self.argument = argument
        self.kinds = {field.name: _kind(field.type) for field in dataset.schema}
        self.partitions: dict[str, dict[str, Any]] = {}
        self.footers = Footers()
        self.pieces: list[Piece] = []
        self.rows = 0
        for known in dataset.get_fragments():
            # the dataset holds on to its own fragments, and they to their footers
            self._add(
                dataset.format.make_fragment(
                    known.path, known.filesystem, known.partition_expression
                )
            )
        if self.rows == 0:
            raise NNFitError(argument, "holds no rows.")

    @property
    def stamps(self) -> list[tuple[str, int, int]]:
        """Give of each file where it is, its bytes, and when it was last changed."""
        stamps = []
        for path in self.partitions:
            known = os.stat(path)
            stamps.append((os.path.abspath(path), known.st_size, known.st_mtime_ns))
        return stamps

    def _add(self, fragment: Any) -> None:
        from pyarrow.dataset import get_partition_keys

        path = fragment.path
        self.partitions[path] = get_partition_keys(fragment.partition_expression)
        with _reading(self.argument, path):
            fragment.ensure_complete_metadata()
        self._check_schema(fragment)
        groups: list[int] = []
        rows = 0
        last = fragment.metadata.num_row_groups - 1
        for group in range(last + 1):
            groups.append(group)
            rows += fragment.metadata.row_group(group).num_rows
            if rows and (rows >= CHUNK_ROWS[1] or group == last):
                self.pieces.append(Piece(path, tuple(groups), self.rows, rows))
                self.rows, groups, rows = self.rows + rows, [], 0

    def _check_schema(self, fragment: Any) -> None:
        """Refuse a file that says something else than the first; pyarrow would skip columns."""
        kinds = {field.name: _kind(field.type) for field in fragment.physical_schema}
        kinds = {**kinds, **{name: self.kinds[name] for name in self.partitions[fragment.path]}}
        different = [name for name, kind in self.kinds.items() if kinds.get(name) != kind]
        if different:
            raise NNFitError(
                self.argument,
                f"must hold files with the same columns; {os.path.basename(fragment.path)} "
                f"differs in {different}.",
            )

    def check_columns(self, columns: Sequence[str]) -> None:
        """Refuse columns that are not there or can not be used."""
        for name in columns:
            if name not in self.kinds:
                raise NNFitError(
                    self.argument, f'has no column "{name}".', did_you_mean(name, self.kinds)
                )
            if self.kinds[name] not in KINDS:
                raise NNFitError(
                    self.argument,
                    f'has the column "{name}" of type {self.kinds[name]}, which is neither '
                    "numbers nor classes.",
                    "Leave it out, or store it as one of these.",
                )

    def chunks(
        self, columns: Sequence[str], width: int, pieces: Sequence[Piece] | None = None
    ) -> Iterator[Chunk]:
        """Read columns, chunk by chunk.

        Parameters
        ----------
        columns : sequence of str
        width : int
            How many numbers a row becomes, which bounds the rows of a chunk.
        pieces : sequence of Piece, optional
            What to read, in this order; by default everything in file order.
        """
        rows = chunk_rows(width)
        for piece in self.pieces if pieces is None else pieces:
            yield from self._piece(piece, columns, rows)

    def _piece(self, piece: Piece, columns: Sequence[str], rows: int) -> Iterator[Chunk]:
        import pyarrow as pa

        fixed = self.partitions[piece.path]
        stored = [name for name in columns if name not in fixed]
        start = piece.start
        for batch in _within(piece, self._batches(piece, stored, rows)):
            found = {name: batch.column(name) for name in stored}
            for name in set(columns) - set(stored):
                found[name] = pa.repeat(pa.scalar(fixed[name]), batch.num_rows)
            yield Chunk(start, batch.num_rows, found)
            start += batch.num_rows

    def part(self, piece: Piece, start: int, rows: int) -> Piece:
        """Give some of the rows of a piece, by their number among all; no row group in vain."""
        footer = self.footers.of(piece.path)
        groups: list[int] = []
        begins, skip = piece.start - piece.skip, 0
        for group in piece.row_groups:
            ends = begins + footer.row_group(group).num_rows
            if ends > start and begins < start + rows:
                skip = skip if groups else start - begins
                groups.append(group)
            begins = ends
        return Piece(piece.path, tuple(groups), start, rows, skip)

    def _batches(self, piece: Piece, columns: Sequence[str], rows: int) -> Iterator[Any]:
        from pyarrow.parquet import ParquetFile

        # checksums are there if the writer stored them
        how = {"buffer_size": READ_BUFFER, "pre_buffer": False, "page_checksum_verification": True}
        with _reading(self.argument, piece.path):
            file = ParquetFile(piece.path, metadata=self.footers.of(piece.path), **how)
        with file:
            batches = file.iter_batches(rows, list(piece.row_groups), columns=columns)
            while True:
                with _reading(self.argument, piece.path):
                    batch = next(batches, None)
                if batch is None:
                    return
                yield batch


def _within(piece: Piece, batches: Iterator[Any]) -> Iterator[Any]:
    """Leave out what is no part of a piece before its rows, and end after them."""
    skip, wanted = piece.skip, piece.rows
    for batch in batches:
        skipped = min(skip, batch.num_rows)
        skip -= skipped
        part = batch.slice(skipped, wanted)
        wanted -= part.num_rows
        if part.num_rows:
            yield part
        if not wanted:
            return


def _dataset(path: str, argument: str) -> Any:
    if not os.path.exists(path):
        raise NNFitError(argument, f'is "{path}", which does not exist.')
    try:
        import pyarrow
        import pyarrow.dataset
    except ImportError as error:
        raise NNFitError(
            argument,
            f"names Parquet files, and pyarrow, which reads them, does not load: {error}.",
            'Run: pip install "nnfit[parquet]".',
        ) from error
    files = _files(path, argument)
    if not files:
        raise NNFitError(argument, f'is "{path}", a folder without Parquet files.')
    where = {"partitioning": "hive", "partition_base_dir": path} if os.path.isdir(path) else {}
    with _reading(argument):
        return pyarrow.dataset.dataset(files, format="parquet", **where)


def _files(path: str, argument: str) -> list[str]:
    """List the Parquet files of a folder by name, or the one file, whatever its name."""
    if not os.path.isdir(path):
        return [path]

    def refuse(error: OSError) -> None:  # which walk() would pass over, and the rows in there
        raise NNFitError(argument, f'is the folder "{path}", which can not be read: {error}.')

    return sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(path, onerror=refuse)
        for name in names
        if name.lower().endswith(SUFFIXES) and not name.startswith((".", "_"))
    )


def _kind(kind: Any) -> str:
    from pyarrow import types

    if types.is_dictionary(kind):
        return "ordered" if kind.ordered else "factor"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_string(kind) or types.is_large_string(kind):
        return "text"
    return "logical" if types.is_boolean(kind) else str(kind)


# -- arrow arrays as NumPy's --


def as_numbers(array: Any) -> np.ndarray:
    """Read a numeric column as float64 (n,), with NaN where it is NULL."""
    from pyarrow import float64

    wide = array if array.type == float64() else array.cast(float64(), safe=False)
    return wide.to_numpy(zero_copy_only=False)


def as_codes(array: Any, levels: Sequence[str]) -> np.ndarray:
    """Read a column of classes as positions among `levels` (n,); -1: NULL, or not among them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = pc.index_in(as_strings(array), pa.array(levels, pa.string()))
    return codes.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def new_labels(array: Any, levels: Sequence[str]) -> set[str]:
    """Give the classes of a column that are not among `levels`."""
    return set(as_strings(array).unique().to_pylist()) - {None, *levels}


def as_strings(array: Any) -> Any:
    """Spell a column of classes out, as an arrow array of strings."""
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(pa.string())
