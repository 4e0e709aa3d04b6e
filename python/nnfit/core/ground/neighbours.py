"""Sums among the processes of one machine, of numbers so few that to be woken is what takes time.

gloo leaves a sum to threads of its own, each of which waits to be woken: among processes that all
compute, a sum of 16 KB takes it a millisecond. Here each process writes what it has to the first
one of its machine, which adds up and answers: 0.06 ms, see bench/NOTES.md.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Client, Connection, Listener

import numpy as np
import torch

from .meeting import Board

SMALL = 1 << 19  # bytes of a sum; beyond it gloo's ring is as quick

Across = Callable[[torch.Tensor], None]  # adds up what the first ones of all machines have


class Neighbours:
    """The connections of a process to others on its machine.

    Parameters
    ----------
    first : bool
        Whether this is the one that adds up.
    connections : sequence of Connection
        Of the first one to each of the others, in their order; of these to the first one.
    """

    def __init__(self, first: bool, connections: Sequence[Connection]):
        self.first, self.connections = first, connections

    def add_up(self, value: torch.Tensor, across: Across) -> None:
        """Add up in place what the processes of all machines have.

        Raises
        ------
        ConnectionError
            Where another process is gone.
        """
        try:
            if self.first:
                part = torch.empty_like(value)
                for connection in self.connections:
                    _receive(connection, part)
                    value.add_(part)
                across(value)
            for connection in self.connections:
                connection.send_bytes(_bytes_of(value))
            if not self.first:
                _receive(self.connections[0], value)
        except EOFError as error:
            raise ConnectionError("another process on this machine is gone") from error


def _receive(connection: Connection, place: torch.Tensor) -> None:
    room = _bytes_of(place)
    if connection.recv_bytes_into(room) != len(room):
        raise AssertionError("processes add up different things")


def _bytes_of(value: torch.Tensor) -> memoryview:
    return value.detach().view(-1).numpy().view(np.uint8).data


@contextmanager
def neighbours(board: Board, machine: int, place: int, number: int) -> Iterator[Neighbours | None]:
    """Connect the processes of a machine, for the length of a block; None: it can not be done.

    Parameters
    ----------
    board : Board
        Of this start of the processes.
    machine : int
        Which of the machines this is.
    place, number : int
        Which of its processes this is, from 0, and how many there are.
    """
    name = f"neighbours/{machine}"
    connections = _accepted(board, name, number) if place == 0 else _asked(board, name, place)
    if not connections:
        yield None
        return
    try:
        yield Neighbours(place == 0, connections)
    finally:
        for connection in connections:
            connection.close()


def _accepted(board: Board, name: str, number: int) -> list[Connection]:
    """Let the others in; none where the system has no such connections, or no room for the name."""
    if number == 1 or not hasattr(socket, "AF_UNIX"):
        board.set(name, "")
        return []
    key = os.urandom(16)
    with tempfile.TemporaryDirectory(prefix="nnfit-") as folder:
        try:
            listener = Listener(os.path.join(folder, "first"), "AF_UNIX", number, key)
        except OSError:  # the name is too long
            board.set(name, "")
            return []
        with listener:
            board.set(name, json.dumps([listener.address, key.hex()]))
            come = [listener.accept() for _ in range(number - 1)]
            places = [int.from_bytes(connection.recv_bytes(), "big") for connection in come]
    return [come[places.index(place)] for place in range(1, number)]


def _asked(board: Board, name: str, place: int) -> list[Connection]:
    told = board.get(name)
    if not told:
        return []
    address, key = json.loads(told)
    connection = Client(address, "AF_UNIX", bytes.fromhex(key))
    connection.send_bytes(place.to_bytes(4, "big"))
    return [connection]
