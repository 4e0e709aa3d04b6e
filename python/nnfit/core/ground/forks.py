"""Forked processes: what torch can not do there.

A process that is forked (`os.fork()`, multiprocessing's "fork", R's `mclapply()`) has only one of
its parent's threads. The other threads that torch shares work with are not there, but torch does
not know: it gives them their share and waits for ever. On one thread it works.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from .errors import NNFitError

# the process that loaded torch
_home = os.getpid()

ELSEWHERE = (
    'Start a process that is not forked: multiprocessing\'s "spawn"; in R callr, '
    'makeCluster() or future\'s "multisession".'
)


def torch_began_in(process: int) -> None:
    """Say which process loaded torch, if it was not the one that loaded this module."""
    global _home
    _home = process


def is_forked() -> bool:
    """Tell whether torch was loaded by another process, from which this one was forked."""
    return os.getpid() != _home


def settle() -> None:
    """Have torch work on one thread if this process is forked, from now on.

    Everything that computes with torch calls this before: the first operation on many numbers
    would hang.
    """
    if is_forked() and torch.get_num_threads() > 1:
        torch.set_num_threads(1)


def check_device(argument: str, device: str) -> None:
    """Refuse an accelerator in a forked process: its driver does not survive a fork."""
    if device.partition(":")[0] != "cpu" and is_forked():
        raise NNFitError(
            argument, f'is "{device}", which does not work in a forked process.', ELSEWHERE
        )


@contextmanager
def refused_in_a_fork(argument: str) -> Iterator[None]:
    """Say it in our own words where torch refuses to work in a forked process.

    Some builds of torch keep threads for autograd, and refuse it in a child of a process that has
    used it.
    """
    try:
        yield
    except RuntimeError as error:
        if not (is_forked() and "fork" in str(error)):
            raise
        raise NNFitError(
            argument,
            "needs torch's autograd, which does not work in a process forked from one that has "
            "used it.",
            ELSEWHERE,
        ) from error
