"""A process that serves another, and is not to go on without it."""

from __future__ import annotations

import os
import threading
import time

EVERY = 1.0  # seconds between two looks


def end_with_parent(parent: int) -> None:
    """End this process within a second or so after the process that started it has ended.

    Without it, what was training would train on for days, for nobody. It ends at once, without
    what a program does at its end: whoever would have wanted that is not there.

    Parameters
    ----------
    parent : int
        Id of the process that started this one. On Windows nothing is done: there the system ends
        the two together (they are of one job).
    """
    if os.name != "nt":
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os._exit(1)
