"""A Parquet file of 5e6 rows by 20 doubles and an outcome (869 MB), and what is in it.

It is written once, and stays in the folder for temporary files, for the next run.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.append(str(Path(__file__).parents[2] / "python"))
from nnfit import core  # noqa: E402, F401 (for those beside this)

ROWS, COLUMNS, GROUP = 5_000_000, 20, 1_000_000
PATH = Path(tempfile.gettempdir(), f"nnfit-bench-{ROWS}x{COLUMNS}.parquet")
NETWORK = {"hidden_units": 32, "batch_size": 1024, "epochs": 1, "seed": 1}


def groups():
    """Draw the rows, a row group at a time."""
    rng = np.random.default_rng(1)
    slopes = rng.normal(size=COLUMNS)
    for _ in range(0, ROWS, GROUP):
        x = rng.normal(size=(GROUP, COLUMNS))
        y = x @ slopes + np.sin(3 * x[:, 0]) + rng.normal(size=GROUP)
        yield pa.table({"y": y, **{f"x{j}": x[:, j].copy() for j in range(COLUMNS)}})


def write():
    """Write the file, beside its place, which has all of it or nothing."""
    beside = PATH.with_suffix(f".{os.getpid()}")
    writer = None
    for table in groups():
        writer = writer or pq.ParquetWriter(beside, table.schema)
        writer.write_table(table)
    writer.close()
    beside.replace(PATH)


def in_memory():
    """Give x (n, p) and y (n,) as arrays."""
    table = pq.read_table(PATH)
    x = np.empty((ROWS, COLUMNS))
    for j in range(COLUMNS):
        x[:, j] = table[f"x{j}"].to_numpy()
    return x, table["y"].to_numpy()


if not PATH.exists():
    write()
