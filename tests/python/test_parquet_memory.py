"""How far the peak of reading files lies above what is there before, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nnfit

pa = pytest.importorskip("pyarrow")
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process its peak"
)

CORE = Path(nnfit.__file__).parents[1]
ROWS, COLUMNS = 2_000_000, 20
ROW_GROUP = ROWS * (COLUMNS + 1) * 8  # bytes: the whole file is one

WRITE = """
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq

path, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
y = np.random.default_rng(1).standard_normal(rows)
table = pa.table({"y": y, **{f"x{i}": np.roll(y, 7 * i) for i in range(1, columns + 1)}})
for name, some in (("one.parquet", table), ("few.parquet", table.slice(0, 2000))):
    pq.write_table(some, path + name, row_group_size=rows, compression="none", use_dictionary=False)
"""

MEASURE = """
import re, sys
from nnfit.core import fit_parquet, predict_parquet, scan_parquet

def status(field):
    with open("/proc/self/status") as file:
        return 1024 * int(re.search(rf"^{field}:\\s+(\\d+)", file.read(), re.M)[1])

few, path, task = sys.argv[1:]
fit = fit_parquet(few, "y", hidden_units=16, epochs=1)
run = eval("lambda path: " + task)
run(few)  # what torch and pyarrow set up once is not counted
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # the peak counts from here
before = status("VmRSS")
answer = run(path)
print(status("VmHWM") - before - getattr(answer, "nbytes", 0))  # predictions are one array
"""


def in_python(program, *arguments):
    """Run a program in a process of its own; what it prints."""
    paths = [str(CORE), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("row-group")
    in_python(WRITE, f"{path}/", ROWS, COLUMNS)
    return path


@pytest.mark.parametrize(
    "task",
    [
        'fit_parquet(path, "y")',
        'fit_parquet(path, "y", hidden_units=16, batch_size=8192, epochs=1, shuffle_buffer=65536)',
        "predict_parquet(fit, path)",
    ],
)
def test_a_large_row_group_is_never_held(folder, task):
    peak = int(in_python(MEASURE, folder / "few.parquet", folder / "one.parquet", task))
    # 100 to 190 MB; from 380 MB on where pyarrow holds the row group of 336 MB
    assert peak < 0.8 * ROW_GROUP


def test_the_footers_of_many_files_are_not_all_held(folder):
    from pyarrow import parquet

    many = folder / "many"
    many.mkdir()
    parquet.write_table(pa.table({f"x{i}": [0.5, 1.5] for i in range(200)}), many / "0.parquet")
    for i in range(1, 500):
        os.link(many / "0.parquet", many / f"{i}.parquet")
    task = 'scan_parquet(path, ["x1"])'
    peak = int(in_python(MEASURE, folder / "few.parquet", many, task))
    assert peak < 100e6  # 40 MB; from 170 MB on where all are held
