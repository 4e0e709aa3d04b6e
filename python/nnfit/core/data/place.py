"""How far an epoch is among its batches, so that it can go on there in another process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch


class Place:
    """The batches that are done, and what the order of all was drawn from.

    An order that was drawn before is drawn again, by a generator of its own: torch's is where
    training had it when the place was noted.

    Parameters
    ----------
    done : int, default 0
        Batches of the epoch that have been trained on.
    drawn : sequence of Tensor, default ()
        The states of torch's generator before each order that was drawn so far.
    """

    def __init__(self, done: int = 0, drawn: Sequence[torch.Tensor] = ()):
        self.done = done
        self.drawn = list(drawn)
        self.again = 0  # orders that have been drawn, in this process
        self.after: torch.Tensor  # where the last of these has left the generator

    def permuted(self, number: int) -> torch.Tensor:
        """Draw an order of so many, as torch's generator does, or as it did before."""
        self.again += 1
        if self.again <= len(self.drawn):
            generator = torch.Generator()
            generator.set_state(self.drawn[self.again - 1])
            order = _drawn(number, generator)
            self.after = generator.get_state()
            return order
        self.drawn.append(torch.get_rng_state())
        order = _drawn(number)
        self.after = torch.get_rng_state()
        return order

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        return {"done": self.done, "drawn": list(self.drawn)}


def permuted(number: int, place: Place | None) -> torch.Tensor:
    """Draw an order of so many; where a place is given, it is noted there."""
    return _drawn(number) if place is None else place.permuted(number)


def _drawn(number: int, generator: torch.Generator | None = None) -> torch.Tensor:
    """Draw an order, as numbers of 32 bits where they reach: half the memory, the same order."""
    dtype = torch.int32 if number <= torch.iinfo(torch.int32).max else torch.int64
    return torch.randperm(number, dtype=dtype, generator=generator)
