"""Whether several machines read the same files."""

from __future__ import annotations

import os
import socket
import zlib

from ..ground.errors import NNFitError
from ..ground.processes import Processes
from .parquet import ParquetFiles

SMALL = 4 << 20  # bytes of a file that is compared as a whole
BLOCKS, BLOCK = 64, 16 << 10  # of a larger one: so many blocks of so many bytes, the last its end


def check_same(files: ParquetFiles, processes: Processes, argument: str) -> None:
    """Refuse files that are others for one of the processes, naming the machine and the file.

    They are compared by their names and sizes, and by what is in them: small files as a whole,
    large ones here and there and at the end, where their footer is.
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
    """Give the bytes of a file, and a checksum of what is looked at."""
    size = os.path.getsize(path)
    length = BLOCK if size > SMALL else size
    places = range(BLOCKS) if size > SMALL else [0]
    checksum = 0
    with open(path, "rb") as file:
        for place in places:
            file.seek((size - length) * place // max(len(places) - 1, 1))
            checksum = zlib.crc32(file.read(length), checksum)
    return size, checksum
