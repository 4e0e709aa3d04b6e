"""One side of a comparison: a file run by a worker process, on a quiet or a busy machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

BENCH = Path(__file__).parent
WORKERS = {".R": ["Rscript", BENCH / "worker.R"], ".py": [sys.executable, BENCH / "worker.py"]}


class Measurement(NamedTuple):
    """What one run of a contestant gave."""

    seconds: float
    result: float


class Left(Exception):
    """A contestant takes no part, or no longer: "skipped: REASON" or "failed"."""


class Contestant:
    """A process that holds its data and libraries ready between runs.

    Parameters
    ----------
    side : str
        A file below this folder, and what it is to be told: "FILE ARGUMENT ...". With "@busy"
        behind, it is measured while every other core is busy.
    """

    def __init__(self, side: str):
        told, _, condition = side.partition("@")
        file, *arguments = told.split()
        self.busy = condition == "busy"
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 (close() does)
        self.process = subprocess.Popen(
            [*WORKERS[Path(file).suffix], BENCH / file, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )

    def prepare(self) -> None:
        """Wait until it is ready, and let it run once unmeasured."""
        self._answer()
        self.measure()

    def measure(self) -> Measurement:
        """Run once."""
        with other_cores_busy(self.busy):
            self.process.stdin.write("run\n")
            self.process.stdin.flush()
            return Measurement(*map(float, self._answer()))

    def close(self) -> None:
        """End the process, also one that is in the middle of something."""
        self.process.kill()
        self.process.wait()
        self.log.close()

    def _answer(self) -> list[str]:
        kind, *words = self.process.stdout.readline().split() or ["broken"]
        if kind == "skip":
            raise Left("skipped: " + " ".join(words))
        if kind == "broken":
            self.process.wait()
            self.log.seek(0)
            print(self.log.read()[-2000:], file=sys.stderr)
            raise Left("failed")
        return words


@contextmanager
def other_cores_busy(busy: bool) -> Iterator[None]:
    """Keep every core but one at work."""
    cores = len(os.sched_getaffinity(0)) if busy else 1
    spinners = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(cores - 1)
    ]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()
