"""The bytes of tensors that R holds, so that R collects its garbage before they pile up.

R sees a tensor as a small handle: thousands of dead ones cost it nothing, and it does not collect
them, however many bytes torch keeps for each. The ledger counts these bytes, on every device by
themselves, and asks R for a collection when enough new ones have been made.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from weakref import ref

import torch
from torch import Tensor

MEBIBYTE = 2**20

# Smaller tensors are not entered: the handles of so many are garbage that R itself notices.
SMALL = 2**14

# New bytes between two collections: at the start and at least; at most a share of the memory.
LEAST = 256 * MEBIBYTE
MOST_SHARE = 1 / 16
MOST_UNKNOWN = 1024 * MEBIBYTE

# Shares of the time that collections take: above the one they become rarer, below the other more
# frequent. What counts is an average in which the last one has this weight.
TOO_BUSY, IDLE = 0.1, 0.025
WEIGHT = 0.5

# Growth of what is held, beyond which a quick collection was not enough.
GROWTH = 1.25


def memory_of(device: torch.device) -> float | None:
    """Give the bytes of memory that a device has, or None where they are not known."""
    if device.type == "cuda":
        return float(torch.cuda.get_device_properties(device).total_memory)
    names = getattr(os, "sysconf_names", {})
    if device.type == "cpu" and "SC_PHYS_PAGES" in names:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return None


@dataclass
class Account:
    """The bytes of one device.

    Parameters
    ----------
    most : float
        Upper bound of `limit`.
    limit : float
        New bytes after which R is asked to collect.
    made : float
        Bytes made since it did.
    held : float
        Bytes of the tensors that are alive.
    settled : float
        What `held` was after the last full collection.
    busy : float
        The share of the time that collections take.
    ended : float
        When the last collection ended, in seconds of the clock.
    """

    most: float
    limit: float = LEAST
    made: float = 0
    held: float = 0
    settled: float = 0
    busy: float = 0
    ended: float = 0

    def grown(self) -> bool:
        """Tell whether more is held than the last full collection left behind."""
        return self.held > GROWTH * self.settled + LEAST

    def adapt(self, began: float, ended: float) -> None:
        """Set the limit by the share of the time that collections take; one has just ended."""
        share = (ended - began) / max(ended - self.ended, 1e-9)
        self.busy += WEIGHT * (share - self.busy)
        self.ended = ended
        if self.busy > TOO_BUSY:
            self.limit = min(2 * self.limit, self.most)
        elif self.busy < IDLE:
            self.limit = max(self.limit / 2, LEAST)


class _Entry(ref):
    """A weak reference to a tensor, which strikes its bytes out when the tensor is gone."""

    __slots__ = ("account", "key", "size")
    account: Account
    key: int
    size: int


class Ledger:
    """The accounts of all devices.

    Parameters
    ----------
    collect : callable, optional
        Makes R collect; it is given whether in full. Without it nothing is counted.
    clock : callable, optional
        The time in seconds.
    """

    def __init__(
        self,
        collect: Callable[[bool], object] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.collect = collect
        self.clock = clock
        self.accounts: dict[torch.device, Account] = {}
        self._entries: dict[int, _Entry] = {}

    def note(self, x: Tensor) -> None:
        """Enter a tensor that R is about to hold. A view has no bytes of its own."""
        size = x.numel() * x.element_size()
        if size < SMALL or self.collect is None or x.is_meta or x._is_view():
            return
        if id(x) in self._entries:
            return
        account = self.account(x.device)
        entry = _Entry(x, self._strike)
        entry.account, entry.key, entry.size = account, id(x), size
        self._entries[entry.key] = entry
        account.held += size
        account.made += size
        if account.made > account.limit:
            self._settle(account, self.collect)

    def account(self, device: torch.device) -> Account:
        """Give the account of a device; a new one starts now."""
        if device not in self.accounts:
            memory = memory_of(device)
            most = MOST_UNKNOWN if memory is None else max(LEAST, MOST_SHARE * memory)
            self.accounts[device] = Account(most, ended=self.clock())
        return self.accounts[device]

    def _strike(self, entry: _Entry) -> None:
        del self._entries[entry.key]
        entry.account.held -= entry.size

    def _settle(self, account: Account, collect: Callable[[bool], object]) -> None:
        """Collect: quickly, which frees what died young, and in full where that was too little."""
        account.made = 0
        began = self.clock()
        collect(False)
        if account.grown():
            collect(True)
            account.settled = account.held
        account.adapt(began, self.clock())


LEDGER = Ledger()


def start(collect: Callable[[bool], object]) -> None:
    """Count from now on, and have R collect by this function of R's."""
    LEDGER.collect = collect
