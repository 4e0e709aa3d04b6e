"""Fits in several processes, of which some are killed; `make processes` kills more often."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import sharing
import together

from nnfit.core import cross_validate, fit_parquet

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc"),
    pytest.mark.usefixtures("meeting"),
]
KILLS = int(os.environ.get("NNFIT_PROCESS_KILLS", "0"))
NET = {"columns": ["a", "b"], "hidden_units": [4], "seed": 1}
# so long that some are killed behind a checkpoint, of which there is one every 5 seconds
HOW = {
    "batches": {**NET, "batch_size": 4, "validation": 0.2, "epochs": 1500},
    "dropout": {**NET, "batch_size": 4, "dropout": 0.3, "epochs": 1500},
    "whole": {**NET, "dropout": 0.3, "epochs": 12000},
}
EVERY = 6.0

WAITS = """
import sys
from nnfit.core import fit_parquet
if __name__ == "__main__":
    fit_parquet(sys.argv[1], "y", ["a", "b"], hidden_units=[4], batch_size=4, epochs=10**7, seed=1,
                processes=2)
"""


def descendants(pid):
    """List the processes that one has started, and those that these have, by id and command."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if stat[0] != "Z":
                parents[int(entry.name)] = int(stat[1])
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        children = [child for child, parent in parents.items() if parent == one]
        found += children
        waiting += children
    return found


def command(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def trainers(pid):
    found = {one: command(one) for one in descendants(pid)}
    return [one for one, words in found.items() if "nnfit.train" in words and "agent" not in words]


def runs(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.skipif(not KILLS, reason="takes minutes: make processes")
@pytest.mark.parametrize("number", range(max(KILLS, 1)))
def test_a_killed_process_changes_nothing(path, undisturbed, number):
    how = list(HOW)[number % len(HOW)]
    watch = Killing(random.Random(number), HOW[how]["epochs"])
    again = fit_parquet(path, "y", **HOW[how], processes=2, progress=watch)
    assert watch.killed
    kept = [epoch for moment, epoch in watch.before if moment < watch.killed - EVERY]
    print(f"{how}: killed at epoch {watch.before[-1][1]}, and on from before {watch.after[0]}")
    assert watch.after[0] >= max(kept, default=0)  # it is in the checkpoint
    whole = undisturbed(how)
    for kind in ("train_loss", "valid_loss"):
        np.testing.assert_array_equal(again["history"][kind], whole["history"][kind])
    for name, values in whole["parameters"].items():
        np.testing.assert_array_equal(again["parameters"][name], values)


class Killing:
    """Kills one of the processes at some epoch, as a report of progress."""

    def __init__(self, draw, epochs):
        self.draw, self.at = draw, draw.randrange(1, epochs * 9 // 10)
        self.killed, self.before, self.after = 0.0, [], []

    def __call__(self, epoch, *others):
        if self.killed:
            self.after.append(epoch)
            return
        self.before.append((time.monotonic(), epoch))
        if epoch >= self.at:
            os.kill(self.draw.choice(trainers(os.getpid())), signal.SIGKILL)
            self.killed = time.monotonic()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = str(tmp_path_factory.mktemp("killed") / "rows.parquet")
    parquet.write_table(pyarrow.table(together.rows(200)), path)
    return path


@pytest.fixture(scope="module")
def undisturbed(path):
    return cache(lambda how: fit_parquet(path, "y", **HOW[how], processes=2))


@pytest.mark.skipif(not KILLS, reason="takes minutes: make processes")
@pytest.mark.parametrize("number", range(max(KILLS, 1)))
def test_a_killed_process_changes_none_of_many_fits(number):
    epochs = 3000
    how = {"folds": 4, "hidden_units": 4, "batch_size": 8, "seed": 1, "epochs": epochs}
    whole = cross_validate(sharing.X, sharing.Y, **how, processes=2)
    watch = Killing(random.Random(number), 4 * epochs)
    again = cross_validate(sharing.X, sharing.Y, **how, processes=2, progress=watch)
    assert watch.killed
    sharing.assert_alike(again, whole, 0.0)


def test_who_started_them_is_killed_and_nothing_goes_on(write_parquet, tmp_path):
    path = write_parquet(together.rows(100))
    program = tmp_path / "waits.py"
    program.write_text(WAITS)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, str(program), path], env=environment) as starter:
        limit = time.monotonic() + 120
        while len(trainers(starter.pid)) < 2 and time.monotonic() < limit:
            time.sleep(0.1)
        started = descendants(starter.pid)
        assert len(trainers(starter.pid)) == 2
        starter.kill()
    limit = time.monotonic() + 60
    while any(map(runs, started)) and time.monotonic() < limit:
        time.sleep(0.1)
    assert not any(map(runs, started))
