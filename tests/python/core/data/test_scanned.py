import os

import numpy as np
import pytest

from nnfit.core import fit, fit_parquet, scan_parquet
from nnfit.core.data import products
from nnfit.core.data.files import FileRows
from nnfit.core.data.parquet import ParquetFiles
from nnfit.core.data.scan import scan
from nnfit.core.data.scanned import recall
from nnfit.core.ground.errors import NNFitError

NUMBERS = ["a", "b", "y"]


@pytest.fixture
def columns(rng):
    a, b = rng.normal(size=(2, 500)) * [[1.0], [10.0]] + 3
    y = a - b + rng.normal(size=500)
    return {"a": a, "b": b, "y": y, "w": np.ones(500), "k": ["u", "v"] * 250}


@pytest.fixture
def path(write_parquet, columns):
    return write_parquet(columns, row_group_size=60)


@pytest.fixture
def readings(monkeypatch):
    """Count the readings of the rows of a fit, the first chunk aside."""
    seen = []
    read = FileRows.placed

    def tables(self, *pieces):
        for number, table in enumerate(read(self, *pieces)):
            if number == 1:
                seen.append(1)
            yield table

    monkeypatch.setattr(FileRows, "placed", tables)
    return seen


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    from nnfit.core.data import parquet

    monkeypatch.setattr(parquet, "CHUNK_ROWS", (64, 64))
    monkeypatch.setattr(products, "FEW", 0)


def test_sums_are_those_of_the_rows(path, columns):
    files = ParquetFiles(path)
    scan(files, NUMBERS, measure=True)
    measured = recall(files, ["b", "y"])
    assert measured.ranges["a"] == [columns["a"].min(), columns["a"].max()]
    rows, x, y, builder = measured.sums(["b"], ["y", "a"])
    kept = np.column_stack([columns[name] for name in ("b", "y", "a")])
    assert rows == 500
    np.testing.assert_allclose(x.spread(True)[1], kept[:, 0].std(ddof=1), rtol=1e-12)
    np.testing.assert_allclose(y.mean, kept[:, 1:].mean(axis=0), rtol=1e-12)
    root, shift = builder.triangle()
    design = np.column_stack([np.ones(500), kept - shift])
    np.testing.assert_allclose(root.T @ root, design.T @ design, rtol=1e-10, atol=1e-9)


def test_they_are_kept_for_one_fit_to_the_same_files(path, columns, write_parquet):
    files = ParquetFiles(path)
    scan(files, NUMBERS)
    assert recall(files, NUMBERS) is None
    for ask in (["a", "w"], NUMBERS):
        scan(files, NUMBERS, measure=True)
        assert (recall(files, ask) is None) == (ask != NUMBERS)
        assert recall(files, NUMBERS) is None
    scan(files, NUMBERS, measure=True)
    write_parquet(columns, row_group_size=60)
    os.utime(path, ns=(1, 1))
    assert recall(files, NUMBERS) is None
    scan(files, [*NUMBERS, "k"], measure=True)
    assert recall(files, NUMBERS) is None


@pytest.mark.parametrize(
    ("options", "times"),
    [
        ({}, 0),
        ({"hidden_units": 2, "batch_size": 50, "epochs": 4, "seed": 1}, 1),
        ({"hidden_units": 2, "epochs": 4, "seed": 1, "dtype": "float64"}, 1),
        ({"weights": "w"}, 1),
        ({"validation": 0.2, "seed": 1}, 2),
        ({"columns": ["a", "b", "k"]}, 1),
        ({"columns": ["a", ("a", "b")]}, 1),
        ({"loss": "poisson_nll", "outcome": "w", "columns": ["a", "b"]}, None),
    ],
    ids=str,
)
def test_a_fit_reads_the_rows_no_more_often_than_it_must(path, readings, options, times):
    asked = {"outcome": "y", "columns": ["a", "b"], **options}
    fitted = fit_parquet(path, **asked)
    assert times is None or len(readings) == times
    scan(ParquetFiles(path), ["w"], measure=True)  # of no use to a fit of other columns
    design = fitted["design"]
    assert design["outcome"] == [asked["outcome"]]
    again = fit_parquet(path, **{**asked, "validation": options.get("validation", False) or 0})
    for name, value in fitted["parameters"].items():
        np.testing.assert_allclose(value, again["parameters"][name], rtol=1e-10, atol=1e-12)


def test_the_fit_is_that_in_memory(path, columns):
    x = np.column_stack([columns["a"], columns["b"]])
    for options in ({}, {"hidden_units": 3, "batch_size": 40, "epochs": 3, "dtype": "float64"}):
        here = fit(x, columns["y"], seed=2, **options)
        there = fit_parquet(path, "y", ["a", "b"], seed=2, **options)
        for name, value in here["parameters"].items():
            np.testing.assert_allclose(there["parameters"][name], value, rtol=1e-9, atol=1e-12)


def test_what_a_reading_refuses_is_refused_all_the_same(write_parquet, rng):
    path = write_parquet({"a": rng.normal(size=300), "y": np.r_[1e200, rng.normal(size=299)]})
    for options in ({}, {"hidden_units": 2, "epochs": 1}):
        with pytest.raises(NNFitError, match="y"):
            fit_parquet(path, "y", **options)
    with pytest.raises(NNFitError, match="missing or infinite"):
        fit_parquet(write_parquet({"a": [1.0, None, 2.0], "y": [1.0, 2.0, 3.0]}), "y")


def test_predictors_of_any_size_are_measured(write_parquet, rng):
    a = rng.normal(size=300)
    path = write_parquet({"a": 1e250 * a, "b": rng.normal(size=300), "y": a})
    fitted = fit_parquet(path, "y", hidden_units=2, epochs=1, seed=1)
    np.testing.assert_allclose(fitted["scaling"]["x_scale"][0], 1e250 * a.std(ddof=1), rtol=1e-12)


def test_other_callers_measure_if_they_ask(path):
    scan_parquet(path, NUMBERS)
    assert recall(ParquetFiles(path), NUMBERS) is None
    scan_parquet(path, NUMBERS, measure=True)
    assert recall(ParquetFiles(path), NUMBERS) is not None
