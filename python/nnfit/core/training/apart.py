"""The checkpoints of processes that share the fits of one call: each writes down its own.

What the first has to write lies in the folder itself, as that of a single process, so that one lock
is for all of them; the others have folders in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from ..ground.errors import NNFitError
from ..ground.fingerprint import in_words
from ..ground.processes import ALONE, Processes
from ..ground.rehearsal import Rehearsal, Rehearsed
from ..options.asked import Asked
from ..options.folder import Folder
from ..options.resolved import Resolved
from .checkpoint import Keeper, NothingKept, check_same, keeping, keeping_by, nothing_kept

NUMBER = "processes"  # which fits are whose follows from how many there are


class OneOf(Keeper):
    """The checkpoint of one of the processes.

    Parameters
    ----------
    folder : Folder
        The user's.
    seed : int or None
    processes : Processes
    """

    def __init__(self, folder: Folder, seed: int | None, processes: Processes):
        self.processes = processes
        super().__init__(_own(folder, processes.rank), seed)
        try:
            self._check_number()
        except NNFitError:
            self.lock.release()
            raise

    def _check_number(self) -> None:
        """Refuse a file of another number, before others make folders beside it."""
        before = self.found["call"] if self.found else {}
        if NUMBER in before:
            check_same({NUMBER: before[NUMBER]}, {NUMBER: in_words(self.processes.size)})

    def settle(self, spec: Resolved, call: Callable[[], Mapping[str, Any]]) -> None:
        if self.processes.rank:  # where the first refuses, the others write nothing
            self.processes.gather(None)
        super().settle(spec, lambda: {**call(), NUMBER: self.processes.size})
        if not self.processes.rank:
            self.processes.gather(None)

    def close(self, finished: bool) -> None:
        super().close(finished)
        if finished and self.processes.rank:
            with suppress(OSError):
                os.rmdir(self.folder.path)


class Rehearsing(NothingKept):
    """What stands for a keeper in a rehearsal, which ends where the call is known."""

    def settle(self, spec: Resolved, call: Callable[[], Mapping[str, Any]]) -> None:
        raise Rehearsed


def _own(folder: Folder, rank: int) -> Folder:
    return folder._replace(path=os.path.join(folder.path, f"process-{rank}")) if rank else folder


@contextmanager
def keeping_apart(
    folder: Folder | None, asked: Asked, processes: Processes = ALONE
) -> Iterator[tuple[Asked, Keeper | NothingKept]]:
    """Run a block as `keeping()` does, which is a call whose fits are dealt among processes."""
    if isinstance(processes, Rehearsal):
        with nothing_kept():
            yield asked, Rehearsing()
        return
    if folder is None:
        with keeping(None, asked) as both:
            yield both
        return
    keeper = None if processes.rank else OneOf(folder, asked.seed, processes)
    try:
        (seed, *_) = processes.gather(None if keeper is None else keeper.seed)
        if keeper is None:
            keeper = OneOf(folder, asked.seed, processes)
        keeper.seed = seed  # of the first, where the call has drawn one
    except BaseException:
        if keeper is not None:
            keeper.close(False)
        raise
    with keeping_by(keeper, asked) as kept:
        yield kept
        processes.gather(None)  # none removes its own while another may have to begin again
