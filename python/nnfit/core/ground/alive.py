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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

EVERY = 5.0  # seconds between two looks
SILENT = 30.0  # seconds without a sign of life, after which a process is lost
LEFT = 1 << 40  # what is added to the count of a process that has ended as it should


class Counts(Protocol):
    """Numbers that all processes see: torch.distributed's store."""

    def add(self, key: str, amount: int) -> int:
        """Add to a number, which begins with 0, and give it."""


class Looks:
    """What is known of the process that this one watches, and of the way to all.

    Parameters
    ----------
    counts : Counts
    own, following : str
        The names of the counts of this process and of the one that it watches.
    """

    def __init__(self, counts: Counts, own: str, following: str):
        self.counts, self.own, self.following = counts, own, following
        self.seen, self.left = -1, False
        self.since = self.answered = time.monotonic()

    def look(self) -> None:
        """Give a sign of life, and look for the other's. Where the network is cut it never ends."""
        self.counts.add(self.own, 1)
        now = self.counts.add(self.following, 0)
        self.answered = time.monotonic()
        if now != self.seen:
            self.seen, self.since = now, self.answered
        self.left = now >= LEFT

    def lost(self) -> str:
        """Say what is lost, if anything is."""
        now = time.monotonic()
        if now - self.answered > SILENT:
            return "no answer from where they meet"
        return "" if self.left or now - self.since <= SILENT else "no sign of life from {}"


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
    following = (rank + 1) % len(hosts)
    looks = Looks(counts, f"alive/{rank}", f"alive/{following}")
    done = threading.Event()
    asking = threading.Thread(target=_ask, args=(looks, done), daemon=True)
    words = f"process {following}, on {hosts[following]}"
    guarding = threading.Thread(target=_guard, args=(looks, done, words), daemon=True)
    asking.start()
    guarding.start()
    try:
        yield
    finally:  # after an error too: what is left to say of it is not to be cut short
        done.set()
    asking.join(SILENT)
    if not asking.is_alive():
        counts.add(looks.own, LEFT)


def _ask(looks: Looks, done: threading.Event) -> None:
    while not done.is_set():
        try:
            looks.look()
        except Exception:  # of the network: the guard notices that no answer has come
            time.sleep(EVERY)
        done.wait(EVERY)


def _guard(looks: Looks, done: threading.Event, words: str) -> None:
    """End this process where the others or the way to them are lost: it waits for what never comes.

    It ends at once, as it can not be told.
    """
    lost = ""
    while not (lost or done.wait(EVERY)):
        lost = looks.lost().format(words)
    if lost and not done.is_set():
        said = f"nnfit: the processes are apart: {lost}, for {SILENT:g} seconds."
        print(said, file=sys.stderr, flush=True)
        os._exit(1)
