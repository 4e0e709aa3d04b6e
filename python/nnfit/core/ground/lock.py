"""A lock on a folder, which a process that has ended does not hold."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


class Locked(Exception):
    """Says that somebody else holds a lock."""


class Lock:
    """A file that is locked for as long as it is open: the system lets go of it for the dead.

    Parameters
    ----------
    path : str
        Made where it is not there; its folder is there.

    Raises
    ------
    Locked
    OSError
        If the file can not be made.
    """

    def __init__(self, path: str):
        self.path = path
        self.file = _take(path)

    def release(self) -> None:
        """Let go of it, and leave no file."""
        if self.file < 0:
            return
        file, self.file = self.file, -1
        if os.name == "nt":  # where an open file can not be removed
            os.close(file)
            with suppress(OSError):
                os.unlink(self.path)
            return
        with suppress(OSError):
            os.unlink(self.path)
        os.close(file)


def _take(path: str) -> int:
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(file)
        except OSError as error:
            os.close(file)
            raise Locked from error
        if _is_there(file, path):
            return file
        os.close(file)  # who held it before has removed it in the meantime


def _is_there(file: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
