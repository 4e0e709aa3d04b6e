import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.data import scan
from nnfit.core.data.parquet import ParquetFiles

pa = pytest.importorskip("pyarrow")


def test_levels_ranges_and_rows(write_parquet):
    ranks = pa.DictionaryArray.from_arrays(pa.array([2, 0, 2] * 5), ["z", "unused", "a"])
    files = ParquetFiles(
        write_parquet(
            {"n": np.arange(15) - 3, "s": ["b", "a", "c"] * 5, "d": ranks, "l": [True] * 15}
        )
    )
    found = scan.scan(files, ["n", "s", "d", "l"])
    assert found["rows"] == 15
    assert found["ranges"] == {"n": [-3.0, 11.0]}
    assert found["levels"] == {"s": ["a", "b", "c"], "d": ["z", "a"], "l": ["false", "true"]}
    assert found["bad_rows"] == 0


def test_missing_values_are_counted_by_column_and_row(write_parquet):
    files = ParquetFiles(
        write_parquet(
            {
                "a": [1.0, None, np.nan, np.inf, 5.0, 6.0] * 4,
                "g": ["x", "y", None, "x", None, "y"] * 4,
                "ok": range(24),
            }
        )
    )
    found = scan.scan(files, ["a", "g", "ok"])
    assert found["bad"] == {"a": 12, "g": 8, "ok": 0}
    assert found["bad_rows"] == 16
    assert found["ranges"]["a"] == [1.0, 6.0]
    with pytest.raises(NNFitError, match=r"16 row\(s\) with missing .* in a \(12\), g \(8\)"):
        scan.check_complete(found, "path")


def test_a_column_of_names_is_not_a_class(write_parquet, monkeypatch):
    monkeypatch.setattr(scan, "MOST_LEVELS", 20)
    files = ParquetFiles(write_parquet({"id": [f"person {i}" for i in range(30)]}))
    with pytest.raises(NNFitError, match='more than 20 levels in its column "id"'):
        scan.scan(files, ["id"])
