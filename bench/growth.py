"""How time and memory grow, over four decades: `python bench/growth.py`, in nnfit's environment.

Each size is a process of its own, which fits once for the peak of its memory and then for the
fastest of three. It writes growth.csv and draws growth.png; `--draw` draws what is written. Both
axes are logarithmic, and the grey line grows as the size does.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "python"))
TURNS, LONG = 3, 5.0  # a fit that takes so many seconds is not repeated


class Series(NamedTuple):
    """What grows, by which sizes, and the fit of one size: from its data to a call."""

    what: str
    sizes: tuple[int, ...]
    prepare: Callable[[int], Callable[[], object]]


def _rows(n: int, p: int):
    import numpy as np

    rng = np.random.default_rng(1)
    x = rng.standard_normal((n, p))
    return x, x[:, 0] + rng.standard_normal(n)


def _fit(n: int, p: int, **options) -> Callable[[], object]:
    from nnfit.core import fit

    x, y = _rows(n, p)
    return lambda: fit(x, y, seed=1, **options)


def rows_linear(n: int):
    """Solve a linear model of 20 columns."""
    return _fit(n, 20)


def rows_network(n: int):
    """Train 32 units in batches of 256, one epoch."""
    return _fit(n, 20, hidden_units=32, batch_size=256, epochs=1)


def columns(p: int):
    """Train 8 units on 1,000 rows."""
    return _fit(1000, p, hidden_units=8, optimizer="adam", epochs=20)


def units(k: int):
    """Train one hidden layer on 1,000 rows of 20 columns."""
    return _fit(1000, 20, hidden_units=k, optimizer="adam", epochs=20)


def epochs(number: int):
    """Train 13 units on 11 rows."""
    return _fit(11, 1, hidden_units=13, optimizer="sgd", epochs=number)


def replicas(number: int):
    """Train 13 units on 11 rows, and replicates by the bootstrap, 100 epochs."""
    return _fit(11, 1, hidden_units=13, optimizer="sgd", epochs=100, bootstrap=number)


def files(number: int):
    """Solve a linear model of Parquet files of 100 rows and 20 columns each."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from nnfit.core.files import fit_parquet

    folder = Path(tempfile.mkdtemp())
    x, y = _rows(100, 20)
    table = pa.table({"y": y, **{f"x{j}": x[:, j] for j in range(20)}})
    for k in range(number):
        pq.write_table(table, folder / f"{k:05d}.parquet")
    names = [f"x{j}" for j in range(20)]
    return lambda: fit_parquet(str(folder), outcome="y", columns=names)


def decades(first: int, number: int = 4) -> tuple[int, ...]:
    """Give the sizes of so many decades."""
    return tuple(first * 10**k for k in range(number + 1))


SERIES = {
    "rows_linear": Series("rows, linear", decades(100), rows_linear),
    "rows_network": Series("rows, network", decades(100), rows_network),
    "columns": Series("columns", decades(1), columns),
    "units": Series("units", decades(1), units),
    "epochs": Series("epochs", decades(10), epochs),
    "replicas": Series("replicas", decades(2), replicas),
    "files": Series("files", decades(1), files),
}


def resident(name: str) -> float:
    """Read a number of megabytes from what the system says of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {name}")


def measure(name: str, size: int) -> tuple[float, float]:
    """Fit one size here: seconds, and the megabytes at most above what was held before."""
    import nnfit.core
    import torch

    torch.set_num_threads(1)
    nnfit.core.fit(*_rows(20, 2), hidden_units=2, epochs=2, seed=1)  # what is loaded at first use
    run = SERIES[name].prepare(size)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew: proc(5)
    before, seconds = resident("VmRSS"), []
    while len(seconds) < TURNS and (not seconds or seconds[0] < LONG):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
        if len(seconds) == 1:
            peak = max(0.0, resident("VmHWM") - before)
    return min(seconds), peak


def measured() -> list[dict[str, object]]:
    """Measure all sizes, each in a process of its own."""
    rows = []
    for name, series in SERIES.items():
        for size in series.sizes:
            call = [sys.executable, __file__, name, str(size)]
            done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True)
            seconds, peak = done.stdout.split()[-2:]
            print(f"{name:14} {size:8} {seconds:>10} s {peak:>8} MB", flush=True)
            rows.append({"what": name, "size": size, "seconds": seconds, "MB": peak})
    return rows


def draw(rows: list[dict[str, str]]) -> None:
    """Draw time above memory, a column for each of what grows."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, len(SERIES), figsize=(16, 5.4), sharex="col", sharey="row")
    for column, (name, series) in zip(axes.T, SERIES.items()):
        own = [row for row in rows if row["what"] == name]
        sizes = [int(row["size"]) for row in own]
        for axis, of in zip(column, ("seconds", "MB")):
            values = [max(float(row[of]), 0.1 if of == "MB" else 1e-6) for row in own]
            line = [values[-1] * size / sizes[-1] for size in sizes]
            axis.loglog(sizes, line, color="#b0b0b0", linewidth=1.2)
            axis.loglog(sizes, values, color="#1f5fa8", marker="o", markersize=4, linewidth=1.6)
            axis.grid(color="#ececec", linewidth=0.6)
            ticks = [sizes[0], sizes[len(sizes) // 2], sizes[-1]]
            axis.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
            axis.minorticks_off()
            for side in ("top", "right"):
                axis.spines[side].set_visible(False)
        column[0].set_title(series.what, fontsize=11)
        column[1].set_xlabel("how many")
    axes[0, 0].set_ylim(5e-4, 200)
    axes[1, 0].set_ylim(0.08, 2000)
    axes[0, 0].set_ylabel("seconds")
    axes[1, 0].set_ylabel("megabytes above the data\n(0.1: as good as none)")
    figure.tight_layout()
    figure.savefig(HERE / "growth.png", dpi=110)


def main(arguments: list[str]) -> None:
    """Measure one size, draw, or do both for all."""
    if len(arguments) == 2:
        print(*(f"{value:.4g}" for value in measure(arguments[0], int(arguments[1]))))
        return
    table = HERE / "growth.csv"
    if arguments != ["--draw"]:
        rows = measured()
        with open(table, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    with open(table, newline="") as file:
        draw(list(csv.DictReader(file)))


if __name__ == "__main__":
    main(sys.argv[1:])
