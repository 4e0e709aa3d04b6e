"""Whether several machines read the same files."""

from __future__ import annotations

import os
import socket
import zlib

from ..ground.errors import NNFitError
from ..ground.processes import Processes
from .parquet import ParquetFiles

TAIL = 64 << 10  # bytes at the end of a file: there its footer says what is where


def check_same(files: ParquetFiles, processes: Processes, argument: str) -> None:
    """Refuse files that are others for one of the processes, naming the machine and the file.

    They are compared by their names, sizes and footers.
    """
    if not processes.several:
        return
    own = [(os.path.basename(path), *_look(path)) for path in files.partitions]
    hosts, seen = zip(*processes.gather((socket.gethostname(), own)))
    for host, theirs in zip(hosts, seen):
        if theirs == seen[0]:
            continue
        number = next((i for i, two in enumerate(zip(seen[0], theirs)) if two[0] != two[1]), -1)
        which = (
            f"{len(theirs)} files there, and {len(seen[0])} on {hosts[0]}"
            if len(theirs) != len(seen[0])
            else f'"{theirs[number][0]}" there is not what it is on {hosts[0]}'
        )
        raise NNFitError(
            argument, f"is not the same on {host}: {which}.", "Copy the same files to all."
        )


def _look(path: str) -> tuple[int, int]:
    """Give the bytes of a file, and a checksum of its end."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        file.seek(max(size - TAIL, 0))
        return size, zlib.crc32(file.read())
