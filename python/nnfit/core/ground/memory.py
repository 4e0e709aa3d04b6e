"""Whether there is room for what is asked, before any of it is taken."""

from __future__ import annotations

import os

from .errors import NNFitError

UNKNOWN = 64 << 30  # bytes, where the system does not say


def physical() -> int:
    """Give the bytes of memory that this machine has."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # as on Windows
        return UNKNOWN


def check_room(argument: str, what: str, numbers: float, size: int = 8) -> None:
    """Refuse what can not fit into memory.

    Parameters
    ----------
    argument : str
        The user's name for what asks for it.
    what : str
        What needs the memory, as in "10 replicates".
    numbers : float
        How many numbers it keeps at least.
    size : int, default 8
        Bytes of a number.

    Raises
    ------
    NNFitError
        Naming the argument.
    """
    needed, there = numbers * size, physical()
    if needed > there:
        raise NNFitError(
            argument,
            f"asks for {what}, which take {needed / 2**30:.3g} GB at least: this machine has "
            f"{there / 2**30:.3g}.",
            "Ask for less.",
        )
