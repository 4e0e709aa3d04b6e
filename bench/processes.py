"""Fits in several processes: what they say to each other, what that takes, and what follows.

    python bench/processes.py [rows]

makes a Parquet file of 1e6 x 28 numbers and trains 128 units on it, a batch of 4096 rows for each
process, in 1, 2 and 4 of them and as if on two machines, which is two starts of torchrun. It
measures sums of some sizes by themselves, and prints a model of the time of an epoch beside what
was measured: computing, of each row, and a sum, by a delay and by its bytes. One thread a process.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS, UNITS, BATCH, EPOCHS = 28, 128, 4096, 4
SIZES = (4, 1 << 10, 1 << 14, 1 << 18, 1 << 22)  # bytes of sums that are measured
PLACES = ((1, 1), (1, 2), (1, 4), (2, 1), (2, 2))  # machines, and processes on each
PACKAGE = str(Path(__file__).resolve().parents[1] / "python")


def write_rows(folder, rows):
    """Write a file of rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(1)
    x = draw.normal(size=(rows, COLUMNS)).astype(np.float32)
    columns = {f"x{number}": x[:, number] for number in range(COLUMNS)}
    columns["y"] = np.sin(x[:, 0]) + x[:, 1] * x[:, 2]
    pq.write_table(pa.table(columns), Path(folder) / "rows.parquet", row_group_size=1 << 16)


def work(folder, out):
    """Train, as one of the processes, and write down what was seen."""
    import numpy as np
    import torch
    from nnfit.core import fit_parquet
    from nnfit.core.ground.processes import Together, joined_by_torchrun
    from nnfit.core.training import loop, training

    torch.set_num_threads(1)
    spent, epochs = [], []
    plain, epoch = Together.add_up, loop.train_epoch

    def so_far():
        told = (processes.messages, processes.bytes) if processes.several else (0, 0)
        return np.array([time.perf_counter(), *told, sum(spent)])

    def timed(self, *values):
        began = time.perf_counter()
        plain(self, *values)
        spent.append(time.perf_counter() - began)

    def watched(run, *rest):
        before = so_far()
        epoch(run, *rest)
        epochs.append((so_far() - before).tolist())

    with joined_by_torchrun() as processes:
        sums = _sums(processes) if processes.several else {}
        Together.add_up, loop.train_epoch = timed, watched
        training.train.__globals__["train_epoch"] = watched
        fit = fit_parquet(
            folder, "y", hidden_units=[UNITS], batch_size=BATCH * processes.size, epochs=EPOCHS,
            seed=1, processes=processes,
        )  # fmt: skip
        if processes.rank == 0:
            numbers = sum(value.size for value in fit["parameters"].values())
            Path(out).write_text(json.dumps({"epochs": epochs, "bytes": 4 * numbers, "sums": sums}))


def _sums(processes):
    import torch

    found = {}
    for size in SIZES:
        value = torch.zeros(size // 4)
        times = []
        for _ in range(50):
            began = time.perf_counter()
            processes.add_up(value)
            times.append(time.perf_counter() - began)
        found[size] = sorted(times)[len(times) // 2]
    return found


def measure(folder, machines, processes):
    """Have so many processes train; give what the first of them has seen."""
    out = Path(folder) / f"out-{machines}-{processes}.json"
    command = [
        sys.executable, "-m", "torch.distributed.run", f"--nnodes={machines}",
        f"--nproc-per-node={processes}", "--rdzv-backend=c10d", f"--rdzv-id={out.stem}",
        "--rdzv-endpoint=localhost:29477", __file__, "work", str(Path(folder) / "rows"), str(out),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": PACKAGE, "OMP_NUM_THREADS": "1"}
    started = [
        subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        for _ in range(machines)
    ]
    ended = [one.wait() for one in started]
    if any(ended):
        sys.exit(f"{machines} x {processes}: torchrun has failed")
    return json.loads(out.read_text())


def main(rows):
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rows").mkdir()
        write_rows(Path(folder) / "rows", rows)
        seen = {place: measure(folder, *place) for place in PLACES}
    alone = min(one[0] for one in seen[1, 1]["epochs"][1:])
    print("| machines x processes | s an epoch | model | sums | their bytes | time in sums |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (machines, processes), found in seen.items():
        seconds, sums, added, waited = min(found["epochs"][1:])
        delay = _delay(found["sums"], found["bytes"]) if found["sums"] else 0.0
        model = alone / min(machines * processes, os.cpu_count()) + sums * delay
        print(
            f"| {machines} x {processes} | {seconds:.3f} | {model:.3f} | {sums:.0f} | "
            f"{added:,.0f} | {waited / seconds:.1%} |"
        )
    for (machines, processes), found in seen.items():
        told = ", ".join(f"{int(k):,}: {v * 1e6:.0f}" for k, v in found["sums"].items())
        if told:
            print(f"\nMicroseconds of a sum of so many bytes, {machines} x {processes}: {told}")


def _delay(sums, size):
    """Give the time of a sum of so many bytes, between those that were measured."""
    known = sorted((int(name), value) for name, value in sums.items())
    for (small, quick), (large, slow) in zip(known, known[1:]):
        if size <= large:
            return quick + (slow - quick) * max(size - small, 0) / (large - small)
    return known[-1][1] * size / known[-1][0]


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(*sys.argv[2:])
    else:
        main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000)
