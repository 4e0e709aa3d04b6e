"""Reading ahead: a thread of its own makes the next items while the caller works on the last.

Reading files, and NumPy's work on many numbers, leave Python to other threads meanwhile.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any, TypeVar

import numpy as np

Made = TypeVar("Made")

MOST = 2  # items that are made and not taken yet
NAME = "nnfit-ahead"

_END = object()


class _Failed:
    """Stands in the queue for what the thread met."""

    def __init__(self, error: BaseException):
        self.error = error


def ahead(items: Iterable[Made], most: int = MOST) -> Iterator[Made]:
    """Yield the same items, of which some are made ahead.

    What `items` raises is raised here, in its turn. When this ends, however it does, nothing more
    is made and the thread is gone: a caller that stops early closes it, as any generator. The
    thread draws no random numbers and calls nothing of the user's.

    Parameters
    ----------
    items : iterable
        Used by the thread alone, and closed there if it is a generator.
    most : int, default 2
        Items that may wait; that many, and the one in the making, take memory.
    """
    reader = _Reader(items, most)
    try:
        yield from reader.taken()
    finally:
        reader.end()


class _Reader:
    def __init__(self, items: Iterable[Any], most: int):
        self.items = items
        self.made: SimpleQueue[Any] = SimpleQueue()
        self.room = Semaphore(most)
        self.ended = False
        self.errors = np.geterr()  # NumPy has it for each thread
        # a daemon: if a second interrupt cuts `end()` short, Python does not wait for the thread
        self.thread = Thread(target=self._make, name=NAME, daemon=True)
        self.thread.start()

    def taken(self) -> Iterator[Any]:
        """Yield what is made, when it is."""
        while True:
            item = self.made.get()  # an interrupt gets through
            if item is _END:
                return
            if isinstance(item, _Failed):
                raise item.error
            self.room.release()
            yield item

    def end(self) -> None:
        """Have the thread end after what it is making, and wait for it."""
        self.ended = True
        self.room.release()
        if not sys.is_finalizing():  # then threads stand still, from Python 3.13 on for ever
            self.thread.join()

    def _make(self) -> None:
        items = iter(self.items)
        try:
            with np.errstate(**self.errors):
                while self._may_go_on():
                    item = next(items, _END)
                    self.made.put(item)
                    if item is _END:
                        return
        except BaseException as error:  # the caller's, whatever it is
            self.made.put(_Failed(error))
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()

    def _may_go_on(self) -> bool:
        self.room.acquire()
        return not self.ended
