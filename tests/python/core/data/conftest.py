"""A hundred rows in a file, in small pieces."""

import numpy as np
import pytest

from nnfit.core.data import parquet
from nnfit.core.data.design import Design
from nnfit.core.data.files import FileRows
from nnfit.core.data.parquet import ParquetFiles
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named


@pytest.fixture
def file_spec():
    return Asked(loss=Named("mse", {}), dtype="float64", device="cpu").resolved(1, 1)


@pytest.fixture
def rows(write_parquet, monkeypatch, file_spec):
    """100 rows in chunks of at most 8 and pieces of 16 to 21; column i counts them."""
    monkeypatch.setattr(parquet, "CHUNK_ROWS", (8, 16))
    monkeypatch.setattr(parquet, "CHUNK_BYTES", 1)
    path = write_parquet({"i": np.arange(100.0), "y": np.arange(100.0) ** 2, "w": [0, 1] * 50})
    return FileRows(ParquetFiles(path), Design.of_columns(["i"], ["y"], {}), file_spec)


@pytest.fixture
def seen():
    """List the values of column i in each batch."""
    return lambda batches: [batch.x[:, 0].tolist() for batch in batches]
