"""How many threads torch may use."""

from __future__ import annotations

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


@contextmanager
def threads_for(multiplications: int) -> Iterator[None]:
    """Run a block on one torch thread if its steps are small; put the setting back after.

    Parameters
    ----------
    multiplications : int
        Size of one step: rows times parameters.
    """
    forks.settle()
    before = torch.get_num_threads()
    if before > 1 and not (
        multiplications >= SMALL and pays(min(multiplications.bit_length() - 1, LARGE), before)
    ):
        torch.set_num_threads(1)
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
    try:
        return _fastest(matrix, threads) < WORTH * _fastest(matrix, 1)
    finally:
        torch.set_num_threads(threads)


def _fastest(matrix: torch.Tensor, threads: int) -> float:
    torch.set_num_threads(threads)
    torch.mm(matrix, matrix)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        torch.mm(matrix, matrix)
        times.append(time.perf_counter() - start)
    return min(times)
