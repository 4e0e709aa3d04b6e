"""Pieces of work that need nothing of each other, dealt among several processes.

Every process runs the same program on the same data. Where it comes to many pieces, such as fits,
each does those that it has been dealt; what all have come to is put together, and they go on alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from .processes import Processes

Piece = TypeVar("Piece")


def deal(costs: Sequence[float], size: int) -> list[list[int]]:
    """Deal pieces to so many processes, so that each has about as much to do.

    The dearest comes first, each to who has least so far: Graham (1969), Bounds on multiprocessing
    timing anomalies, SIAM Journal on Applied Mathematics 17(2), 416-429.

    Parameters
    ----------
    costs : list of float
        Of each piece, in any unit.
    size : int

    Returns
    -------
    list of list of int
        The pieces of each process by their positions, in order.
    """
    shares: list[list[int]] = [[] for _ in range(size)]
    load = [0.0] * size
    for piece in sorted(range(len(costs)), key=lambda one: (-costs[one], one)):
        least = min(range(size), key=lambda one: (load[one], len(shares[one]), one))
        shares[least].append(piece)
        load[least] += costs[piece]
    return [sorted(share) for share in shares]


def put_together(processes: Processes, mine: Mapping[int, Piece]) -> dict[int, Piece]:
    """Give what all processes have come to, by position, in order."""
    found = {place: one for part in processes.gather(dict(mine)) for place, one in part.items()}
    return dict(sorted(found.items()))


def by_first(processes: Processes, work: Callable[[], Piece]) -> Piece:
    """Have the first process do what can not be shared; the others wait for what it comes to.

    So they agree on it to the last bit, and on whether the user has interrupted it.
    """
    if not processes.several:
        return work()
    came: list[Piece] = []
    if processes.rank == 0:
        with suppress(KeyboardInterrupt):
            came.append(work())
    (came, *_) = processes.gather(came)
    if not came:
        raise KeyboardInterrupt
    return came[0]


def from_first(processes: Processes, value: Piece) -> Piece:
    """Give what the first process has, where all have computed the same: but for last digits."""
    return processes.gather(value)[0]
