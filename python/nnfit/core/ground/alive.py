"""Whether the processes that train together are still there.

A process that is killed closes its connections, which the others notice at once. A machine whose
network is cut closes none: the others would wait for it for hours. So each process counts up
somewhere that all can see, and watches the count of the next one. By their clocks they need not
agree.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

EVERY = 5.0  # seconds between two looks
SILENT = 30.0  # seconds without a sign of life, after which a process is lost
LEFT = 1 << 40  # what is added to the count of a process that has ended as it should


class Counts(Protocol):
    """Numbers that all processes see: torch.distributed's store."""

    def add(self, key: str, amount: int) -> int:
        """Add to a number, which begins with 0, and give it."""


class Neighbour:
    """What is known of the process that this one watches.

    Parameters
    ----------
    counts : Counts
    key : str
        Of its count.
    """

    def __init__(self, counts: Counts, key: str):
        self.counts, self.key = counts, key
        self.seen, self.since = -1, time.monotonic()

    def look(self) -> bool:
        """Look at its count; tell whether it is to be watched on."""
        now = self.counts.add(self.key, 0)
        if now != self.seen:
            self.seen, self.since = now, time.monotonic()
        return now < LEFT

    @property
    def silence(self) -> float:
        """Seconds since its last sign of life."""
        return time.monotonic() - self.since


@contextmanager
def watching(counts: Counts, rank: int, hosts: Sequence[str]) -> Iterator[None]:
    """Give signs of life during a block, and end this process where the next one gives none.

    Parameters
    ----------
    counts : Counts
        Of this start of the processes; used by nothing else, as it is asked in another thread.
    rank : int
    hosts : sequence of str
        The machines of all processes.
    """
    own = f"alive/{rank}"
    following = (rank + 1) % len(hosts)
    neighbour = Neighbour(counts, f"alive/{following}")
    done = threading.Event()
    words = f"process {following}, on {hosts[following]}"

    def watch() -> None:
        watched = True
        while not done.is_set():
            counts.add(own, 1)
            watched = watched and neighbour.look()
            if watched and neighbour.silence > SILENT:
                raise TimeoutError(f"no sign of life from {words}, for {SILENT:g} seconds")
            done.wait(EVERY)

    thread = threading.Thread(target=_or_end, args=(watch, done), daemon=True)
    thread.start()
    try:
        yield
    finally:  # after an error too: what is left to say of it is not to be cut short
        done.set()
    thread.join()
    counts.add(own, LEFT)


def _or_end(watch: Callable[[], None], done: threading.Event) -> None:
    """Watch; where that fails, the others or the way to them are lost, and this process ends.

    It ends at once, as it may be waiting for what never comes.
    """
    try:
        watch()
    except Exception as error:
        if not done.is_set():
            print(f"nnfit: the processes are apart: {error}.", file=sys.stderr, flush=True)
            os._exit(1)
