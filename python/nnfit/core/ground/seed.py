"""Random numbers: a seed for one fit alone."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(seed: int | None, device: torch.device) -> Iterator[None]:
    """Run a block under `seed`, and give torch's generators back as they were.

    Parameters
    ----------
    seed : int or None
        None: torch's own generator goes on, and is moved on by what the block draws.
    device : torch.device
        Whose generator to seed beside the CPU's.
    """
    if seed is None:
        yield
        return
    cuda = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda), _metal(seed, device):
        # torch.manual_seed() would also reseed the devices that this fit does not use
        torch.default_generator.manual_seed(seed)
        if cuda:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        yield


@contextmanager
def _metal(seed: int, device: torch.device) -> Iterator[None]:
    """Seed the generator of a Mac's device, of which `fork_rng()` knows nothing."""
    if device.type != "mps":
        yield
        return
    before = torch.mps.get_rng_state()
    torch.mps.manual_seed(seed)
    try:
        yield
    finally:
        torch.mps.set_rng_state(before)


def further_seed(seed: int | None, number: int) -> int:
    """Derive a seed for what a fit draws anew.

    Parameters
    ----------
    seed : int or None
        The fit's; None: it comes from torch's generator.
    number : int
        Which: 1 is the first.
    """
    if seed is None:
        return int(torch.randint(2**31 - 1, (1,)))
    return int(np.random.SeedSequence([seed, number], spawn_key=(1,)).generate_state(1)[0])


def seed_for(state: torch.Tensor, *numbers: int) -> int:
    """Derive a seed from where torch's generator is: one for each set of numbers."""
    entropy = [zlib.crc32(state.numpy().tobytes()), *numbers]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])


@contextmanager
def drawn_apart(rank: int) -> Iterator[None]:
    """Have each of several processes draw its own numbers in a block.

    All begin and end it with torch's generator in the same place, and one further than before: what
    one of them writes down of it is good for all.
    """
    torch.rand(())
    state = torch.get_rng_state()
    torch.default_generator.manual_seed(seed_for(state, rank))
    try:
        yield
    finally:
        torch.set_rng_state(state)
