"""How many threads torch may use."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

from . import forks

# Below this many multiplications a step, sharing the work costs more than it saves,
# and on a busy machine the second thread's waiting makes it many times slower.
SMALL = 20_000_000
LARGE = 27  # a product of 2^27 multiplications takes milliseconds: enough to measure by
WORTH = 0.8  # of one thread's time, at most, or the other threads are left to others

_known = threading.local()  # `most`: what torch may use where it is on one thread, for a while


@contextmanager
def threads_for(multiplications: int) -> Iterator[None]:
    """Run a block on one torch thread if its steps are small; put the setting back after.

    Parameters
    ----------
    multiplications : int
        Size of one step: rows times parameters.
    """
    most = allowed()
    large = most > 1 and multiplications >= SMALL
    shared = large and pays(min(multiplications.bit_length() - 1, LARGE), most)
    with _torch_on(most if shared else 1):
        yield


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Run a block on one torch thread but for what it shares out, by any of this layer's ways.

    Torch by itself divides whatever is 32,768 numbers or more. Where another program has the other
    core its threads wait for each other, 10 ms for numbers that one would do in 50 us.
    """
    before, _known.most = getattr(_known, "most", None), allowed()
    try:
        with _torch_on(1):
            yield
    finally:
        _known.most = before


def allowed() -> int:
    """Count the threads that may work here: as many as torch may use, by what the user has set."""
    forks.settle()
    now = torch.get_num_threads()
    return 1 if forks.is_forked() else max(now, getattr(_known, "most", None) or 1)


@contextmanager
def _torch_on(threads: int) -> Iterator[None]:
    before = torch.get_num_threads()
    if before != threads:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)


@cache
def pays(power: int, threads: int) -> bool:
    """Tell whether sharing 2^power multiplications saves time here: tried once a session."""
    side = round(2 ** (power / 3))
    matrix = torch.ones(side, side)
    with _torch_on(threads):
        return _fastest(matrix, threads) < WORTH * _fastest(matrix, 1)


def _fastest(matrix: torch.Tensor, threads: int) -> float:
    torch.set_num_threads(threads)
    torch.mm(matrix, matrix)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        torch.mm(matrix, matrix)
        times.append(time.perf_counter() - start)
    return min(times)
