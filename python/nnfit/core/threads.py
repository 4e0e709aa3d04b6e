"""How many threads torch may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

# Below this many multiplications a step, sharing the work costs more than it saves,
# and on a busy machine the second thread's waiting makes it many times slower.
SMALL = 20_000_000


@contextmanager
def threads_for(multiplications: int) -> Iterator[None]:
    """Run a block on one torch thread if its steps are small; put the setting back after.

    Parameters
    ----------
    multiplications : int
        Size of one step: rows times parameters.
    """
    before = torch.get_num_threads()
    if multiplications < SMALL and before > 1:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)
