import datetime
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.data import parquet
from nnfit.core.data.parquet import ParquetFiles, as_codes, as_numbers, chunk_rows

pa = pytest.importorskip("pyarrow")


def read(files, columns, pieces=None):
    chunks = list(files.chunks(columns, 1, pieces))
    return {
        name: np.concatenate([as_numbers(chunk.columns[name]) for chunk in chunks])
        for name in columns
    }


def test_columns_have_kinds(write_parquet):
    path = write_parquet(
        {
            "int": [1, 2],
            "float": pa.array([1.0, 2.0], pa.float32()),
            "text": ["a", "b"],
            "flag": [True, False],
            "factor": pa.array(["a", "b"]).dictionary_encode(),
            "rank": pa.DictionaryArray.from_arrays(pa.array([0, 1]), ["lo", "hi"], ordered=True),
            "day": [datetime.date(2020, 1, 1)] * 2,
        }
    )
    assert ParquetFiles(path).kinds == {
        "int": "number",
        "float": "number",
        "text": "text",
        "flag": "logical",
        "factor": "factor",
        "rank": "ordered",
        "day": "date32[day]",
    }


def test_rows_come_in_file_order_and_say_where_they_start(write_parquet):
    files = ParquetFiles(write_parquet({"a": np.arange(50), "b": np.arange(50.0)}))
    chunks = list(files.chunks(["a"], 1))
    ends = np.cumsum([chunk.rows for chunk in chunks]).tolist()
    assert [chunk.start for chunk in chunks] == [0, *ends[:-1]]
    np.testing.assert_array_equal(read(files, ["a"])["a"], np.arange(50))
    assert set(chunks[0].columns) == {"a"}


def test_small_row_groups_make_one_piece_large_ones_several(write_parquet, monkeypatch):
    path = write_parquet({"a": np.arange(50)}, row_group_size=10)
    assert len(ParquetFiles(path).pieces) == 1
    monkeypatch.setattr(parquet, "CHUNK_ROWS", (4, 20))
    files = ParquetFiles(path)
    assert [(piece.start, piece.rows) for piece in files.pieces] == [(0, 20), (20, 20), (40, 10)]
    assert max(chunk.rows for chunk in files.chunks(["a"], 1)) <= 20
    backwards = read(files, ["a"], files.pieces[::-1])["a"]
    np.testing.assert_array_equal(backwards, [*range(40, 50), *range(20, 40), *range(20)])


def test_files_are_read_alike_where_no_footers_are_kept(write_parquet, tmp_path, monkeypatch):
    for name in ("b", "a", "c"):
        write_parquet({"a": np.arange(20.0) + ord(name)}, f"h/{name}.parquet")
    files = ParquetFiles(str(tmp_path / "h"))
    order = [files.pieces[i] for i in (2, 0, 2, 1)]
    kept = read(files, ["a"], order)["a"]
    assert len(files.footers.kept) == 3
    monkeypatch.setattr(parquet, "FOOTER_BYTES", 0)
    np.testing.assert_array_equal(read(files, ["a"], order)["a"], kept)
    assert list(files.footers.kept) == [files.pieces[1].path]


def test_a_folder_is_read_by_name_and_its_partitions_are_columns(write_parquet, tmp_path):
    write_parquet({"a": [3.0, 4.0]}, "h/year=2021/part.parquet")
    write_parquet({"a": [1.0, 2.0]}, "h/year=2020/part.parquet")
    write_parquet({"a": [9.0]}, "h/_left_over.parquet")
    files = ParquetFiles(str(tmp_path / "h"))
    assert files.kinds == {"a": "number", "year": "number"}
    found = read(files, ["a", "year"])
    np.testing.assert_array_equal(found["a"], [1, 2, 3, 4])
    np.testing.assert_array_equal(found["year"], [2020, 2020, 2021, 2021])


def test_a_column_name_may_hold_a_dot_and_begin_another(write_parquet):
    files = ParquetFiles(write_parquet({"Sepal": [1.0], "Sepal.Length": [2.0]}))
    assert read(files, ["Sepal"])["Sepal"] == 1
    assert read(files, ["Sepal.Length"])["Sepal.Length"] == 2


def test_numbers_are_float64_with_nan_for_null():
    np.testing.assert_array_equal(as_numbers(pa.array([1, None, 3])), [1, np.nan, 3])
    assert as_numbers(pa.array([2**60])).dtype == np.float64


@pytest.mark.parametrize(
    ("array", "levels"),
    [
        (["b", None, "a", "c"], ["a", "b"]),
        (pa.array(["b", None, "a", "c"]).dictionary_encode(), ["a", "b"]),
        (pa.array([2, None, 1, 3]).dictionary_encode(), ["1", "2"]),
    ],
)
def test_codes_are_positions_among_the_levels(array, levels):
    np.testing.assert_array_equal(as_codes(pa.array(array), levels), [1, -1, 0, -1])


def test_logicals_are_classes_too():
    np.testing.assert_array_equal(as_codes(pa.array([True, False]), ["false", "true"]), [1, 0])


def test_wide_rows_come_in_short_chunks():
    assert chunk_rows(1) == 65_536
    assert chunk_rows(1_000) == 2_097
    assert chunk_rows(10**9) == 1_024


def test_what_can_not_be_read_is_refused(write_parquet, tmp_path):
    with pytest.raises(NNFitError, match="does not exist"):
        ParquetFiles(str(tmp_path / "nowhere"))
    with pytest.raises(NNFitError, match="a folder without Parquet files"):
        ParquetFiles(str(tmp_path))
    (tmp_path / "text.csv").write_text("a,b\n1,2\n")
    with pytest.raises(NNFitError, match="can not be read as Parquet"):
        ParquetFiles(str(tmp_path / "text.csv"))
    with pytest.raises(NNFitError, match="holds no rows"):
        ParquetFiles(write_parquet({"a": pa.array([], pa.float64())}))


def broken(path, how):
    """Damage a file: what is left of it, and what pyarrow says."""
    content = bytearray(path.read_bytes())
    if how == "page header":
        content[4:24] = b"\xff" * 20
    elif how == "truncated":
        content = content[:-20]
    elif how == "another format":
        content = bytearray(b"a,b\n1,2\n" * 10)
    elif how == "empty":
        content = bytearray()
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["page header", "truncated", "another format", "empty"])
@pytest.mark.parametrize("name", ["1.parquet", "2.parquet"])
def test_a_damaged_file_is_refused_by_name_wherever_it_is_read(write_parquet, tmp_path, how, name):
    for number in (1, 2):
        write_parquet({"a": np.arange(100.0)}, f"d/{number}.parquet")
    broken(tmp_path / "d" / name, how)
    with pytest.raises(NNFitError, match="`newdata` can not be read as Parquet: .*") as refusal:
        list(ParquetFiles(str(tmp_path / "d"), "newdata").chunks(["a"], 1))
    assert name in str(refusal.value)
    assert str(refusal.value).endswith(". Write that file anew, or leave it out.")


def test_a_page_whose_checksum_differs_is_refused(write_parquet):
    kept = {"use_dictionary": False, "compression": "none", "write_page_checksum": True}
    path = Path(write_parquet({"a": np.arange(100.0)}, **kept))
    content = path.read_bytes()
    value = np.float64(80).tobytes()
    assert content.count(value) == 1
    path.write_bytes(content.replace(value, np.float64(81).tobytes()))
    with pytest.raises(NNFitError, match="can not be read as Parquet: .*(?i:crc|checksum)"):
        list(ParquetFiles(str(path)).chunks(["a"], 1))


def test_what_may_not_be_read_is_refused_not_passed_over(write_parquet, tmp_path, monkeypatch):
    write_parquet({"a": [1.0]}, "d/1.parquet")
    write_parquet({"a": [1.0]}, "d/sub/2.parquet")
    scandir = os.scandir

    def forbidden(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(NNFitError, match=r"which can not be read: .*Permission denied.*sub"):
        ParquetFiles(str(tmp_path / "d"))


def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.parquet")
    with pytest.raises(NNFitError, match="can not be read as Parquet"):
        ParquetFiles(str(tmp_path))


def test_files_that_differ_are_refused(write_parquet, tmp_path):
    write_parquet({"a": [1.0], "b": [1.0]}, "d/1.parquet")
    write_parquet({"a": [1.0], "b": ["x"]}, "d/2.parquet")
    with pytest.raises(NNFitError, match=r"2\.parquet differs in \['b'\]"):
        ParquetFiles(str(tmp_path / "d"))


def test_columns_that_can_not_be_used_are_refused(write_parquet):
    files = ParquetFiles(write_parquet({"speed": [1.0], "day": [datetime.date(2020, 1, 1)]}))
    with pytest.raises(NNFitError, match='no column "sped". Did you mean "speed"'):
        files.check_columns(["sped"])
    with pytest.raises(NNFitError, match=r'"day" of type date32\[day\]'):
        files.check_columns(["day"])


def test_without_pyarrow_the_error_says_what_to_run(write_parquet, monkeypatch):
    path = write_parquet({"a": [1.0]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NNFitError, match=r'pip install "nnfit\[parquet\]"'):
        ParquetFiles(path)


def test_a_part_of_a_piece_has_its_rows_alone_and_reads_no_row_group_in_vain(write_parquet):
    files = ParquetFiles(write_parquet({"a": np.arange(100.0)}, row_group_size=7))
    (piece,) = files.pieces
    for start, rows in ((0, 100), (0, 7), (7, 7), (6, 2), (13, 1), (50, 50), (99, 1)):
        part = files.part(piece, start, rows)
        assert read(files, ["a"], [part])["a"].tolist() == list(range(start, start + rows))
        assert part.row_groups == tuple(range(start // 7, (start + rows - 1) // 7 + 1))
        (chunk, *_) = files.chunks(["a"], 1, [part])
        assert chunk.start == start
        of_it = files.part(part, start + rows // 2, rows - rows // 2)
        assert read(files, ["a"], [of_it])["a"].tolist() == list(
            range(start + rows // 2, start + rows)
        )
