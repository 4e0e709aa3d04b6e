"""The processes that train one fit together: each has a share of the rows, all have the model.

Every process runs the same program. Where it comes to what is true of all rows (a sum, a gradient,
a triangle), the processes put together what each of them has, and go on with the same numbers. So
they take the same decisions, without a process that commands the others.

The only file that knows torch.distributed.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import reduce
from typing import Any, TypeVar

import numpy as np
import torch
from torch import distributed, nn

from .alive import SILENT, watching
from .errors import NNFitError, first_line
from .failures import check_clocks, errors_told, refuse_again
from .meeting import name_of_this_start
from .neighbours import SMALL, Neighbours, neighbours

LONGEST = timedelta(hours=6)  # that a process waits for another that is alive
JOINING = 300.0  # seconds that the first waits for the others when they are started

Part = TypeVar("Part")


class Processes:
    """One process by itself: what it has is all there is.

    Attributes
    ----------
    rank : int
        Which of the processes this is, from 0.
    size : int
        How many there are.
    """

    rank = 0
    size = 1

    @property
    def several(self) -> bool:
        """Whether there are others."""
        return self.size > 1

    def add_up(self, *values: torch.Tensor) -> None:
        """Add up what the processes have, in place."""

    def adds_quickly(self, values: Iterable[torch.Tensor]) -> bool:
        """Tell whether sums as large as some values together go from process to process."""
        return False

    def gather(self, value: Part) -> list[Part]:
        """Give what each of the processes has, in order: numbers, arrays, lists of these."""
        return [value]

    def share_out(self, module: nn.Module) -> None:
        """Leave to each of the processes a share of every parameter of a module, in place.

        Of a layer all parameters are there while it is computed, and no longer.
        """

    def joined(self, value: Part | None, join: Callable[[Part, Part], Part]) -> Part:
        """Join what the processes have, in order, two by two; None: one has nothing."""
        return reduce(join, (one for one in self.gather(value) if one is not None))

    def any(self, holds: bool) -> bool:
        """Tell whether something holds in any of them."""
        return any(self.gather(holds))

    def added(self, values: np.ndarray) -> np.ndarray:
        """Add up arrays of float64; what it is given stays as it is."""
        total = torch.from_numpy(np.array(values, dtype=np.float64))
        self.add_up(total)
        return total.numpy()


ALONE = Processes()


class Together(Processes):
    """Several processes, by torch.distributed, whose group has been begun.

    Attributes
    ----------
    messages, bytes : int
        How many sums this process has taken part in, and what it had to add.
    """

    def __init__(self, near: Neighbours | None = None) -> None:
        self.rank, self.size = distributed.get_rank(), distributed.get_world_size()
        self.messages = self.bytes = 0
        self.near = near
        speak = self.gather(near is None or near.first)  # for themselves, or for their machine
        self.machines = sum(speak)
        self.speakers = distributed.new_group([rank for rank, one in enumerate(speak) if one])

    def adds_quickly(self, values: Iterable[torch.Tensor]) -> bool:
        values = list(values)
        size = sum(value.numel() * value.element_size() for value in values)
        on_cpu = all(value.device.type == "cpu" for value in values)
        return self.near is not None and on_cpu and size <= SMALL

    def add_up(self, *values: torch.Tensor) -> None:
        for value in values:
            self.messages += 1
            self.bytes += value.numel() * value.element_size()
            if self.near is not None and self.adds_quickly([value]):
                self.near.add_up(value, self._across)
            else:
                distributed.all_reduce(value)

    def _across(self, value: torch.Tensor) -> None:
        if self.machines > 1:
            distributed.all_reduce(value, group=self.speakers)

    def any(self, holds: bool) -> bool:
        count = torch.tensor(int(holds))
        self.add_up(count)
        return bool(count)

    def share_out(self, module: nn.Module) -> None:
        device = next(module.parameters()).device.type
        mesh = distributed.device_mesh.init_device_mesh(device, (self.size,))
        for one in layers_apart(module):
            _fully_shard()(one, mesh=mesh, reshard_after_forward=True)

    def gather(self, value: Part) -> list[Part]:
        found: list[Any] = [None] * self.size
        distributed.all_gather_object(found, value)
        return found


def layers_apart(module: nn.Module) -> list[nn.Module]:
    """List the layers of a module that can be there one at a time, and last the module itself."""
    whole = [one for one in module.modules() if one is not module]
    owners = [one for one in whole if any(True for _ in one.parameters(recurse=False))]
    own = [id(value) for one in owners for value in one.parameters(recurse=False)]
    tied = len(own) > len(set(own))  # what two layers have in common has to be there for both
    return [*([] if tied else owners), module]


def _fully_shard() -> Callable[..., Any]:
    try:
        from torch.distributed.fsdp import fully_shard
    except ImportError as error:
        reason = f"needs torch 2.6 or later, and this is {torch.__version__}."
        raise NNFitError("fully_shard", reason, "Leave it out.") from error
    return fully_shard


@contextmanager
def joined_by_torchrun() -> Iterator[Processes]:
    """Join the processes that torchrun has started, for the length of a block; alone without it.

    torchrun says in the environment how many there are, and where they meet. Where one of them, or
    the way to it, is lost, all end: torchrun starts those anew that can be reached.
    """
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield ALONE
        return
    rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    board = _board(rank, LONGEST)
    refuse_again(board)
    name = name_of_this_start(board, rank, size, JOINING)
    store = distributed.PrefixStore(name, board)
    distributed.init_process_group(
        _backend(), store=store, rank=rank, world_size=size, timeout=LONGEST
    )
    try:
        own = f"process {rank}, on {socket.gethostname()}"
        with neighbours(store, *_place()) as near, errors_told(board, store, own):
            yield from _watched(Together(near), name)
    finally:
        distributed.destroy_process_group()


def _watched(processes: Together, name: str) -> Iterator[Processes]:
    hosts, clocks = zip(*processes.gather((socket.gethostname(), time.time())))
    check_clocks(hosts, clocks)
    counts = distributed.PrefixStore(name, _board(1, timedelta(seconds=SILENT)))
    with watching(counts, processes.rank, hosts):
        yield processes
        processes.gather(None)  # none leaves while another has something to do,
    processes.gather(None)  # nor the first, whose board it may be, while another is watching


def _place() -> tuple[int, int, int]:
    """Tell which machine this is, which of its processes, and how many these are."""
    machine, place, number = (
        int(os.environ[name]) for name in ("GROUP_RANK", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    )
    return machine, place, number


def check_meeting() -> None:
    """Refuse a build of torch in which processes can not meet, as Debian's 2.6: torchrun fails."""
    try:
        distributed.TCPStore("127.0.0.1", 0, world_size=1, is_master=True)
    except RuntimeError as error:
        raise NNFitError(
            "processes",
            f"do not work with this build of torch: {first_line(error)}",
            "Install torch by pip, or leave `processes` out.",
        ) from error


def _backend() -> str:
    """Name what adds tensors up: gloo, and NCCL those on a GPU, of which each process has one."""
    if not torch.cuda.is_available():
        return "gloo"
    torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % torch.cuda.device_count())
    return "cpu:gloo,cuda:nccl"


def _board(rank: int, limit: timedelta) -> distributed.TCPStore:
    """Connect to where the processes meet: at torchrun's, or else at the first of them."""
    address, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    own = rank == 0 and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True"
    return distributed.TCPStore(address, port, is_master=own, timeout=limit, multi_tenant=True)
