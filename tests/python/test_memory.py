"""How far a fit's peak lies above what is there before, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROWS, COLUMNS = 500_000, 20

PROGRAM = """
import re, sys
import numpy as np
from nnfit.core import fit

def status(field):
    with open("/proc/self/status") as file:
        return 1024 * int(re.search(rf"^{field}:\\s+(\\d+)", file.read(), re.M)[1])

rows, columns, options = int(sys.argv[1]), int(sys.argv[2]), eval(sys.argv[3])
x = np.asfortranarray(np.random.default_rng(1).standard_normal((rows, columns)))
y = x.sum(axis=1)
fit(x[:2000], y[:2000], **options)  # what torch sets up once is not counted
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # the peak counts from here
before = status("VmRSS")
fit(x, y, **options)
print(status("VmHWM") - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process its peak"
)
@pytest.mark.parametrize(
    "options", [{}, {"hidden_units": 32, "batch_size": 1024, "epochs": 1}], ids=str
)
def test_a_fit_needs_little_more_than_its_data_in_float32(options):
    command = [sys.executable, "-c", PROGRAM, str(ROWS), str(COLUMNS), repr(options)]
    root = Path(__file__).parents[2] / "python"
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 2.5 * ROWS * COLUMNS * 4
