"""All parameters of a model in one vector, so that an update is a few operations in all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import torch
from torch import nn

# Every parameter starts at a multiple of 64 bytes, as in memory of its own: its alignment, and
# with it the last digits of a product, do not depend on what lies before it.
ALIGN = 16


class Flat:
    """Parameters, and their gradients, as views of two vectors.

    Parameters
    ----------
    shapes : sequence of shapes
        Of the parameters, in order.
    lead : tuple of int, default ()
        Leading dimensions: `(R,)` for R replicas of the model side by side.
    dtype, device
        As torch takes them.

    Attributes
    ----------
    value, grad : Tensor (*lead, P)
        Between parameters there may be a few elements that belong to none and stay zero.
    values : list of Tensor (*lead, *shape)
        The parameters: views of `value`.
    """

    def __init__(
        self,
        shapes: Iterable[Sequence[int]],
        lead: tuple[int, ...] = (),
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ):
        self.shapes = [tuple(shape) for shape in shapes]
        # lengths of the pieces of the vector: each parameter, then the gap behind it
        self.cuts = [length for shape in self.shapes for length in _length_and_gap(shape)]
        self.value = torch.zeros((*lead, sum(self.cuts)), dtype=dtype, device=device)
        self.grad = torch.zeros_like(self.value)
        self.values = self.views(self.value)

    @classmethod
    def adopt(cls, module: nn.Module) -> Flat:
        """Move a module's trained parameters into one vector; the module goes on working on it."""
        parameters = [p for p in module.parameters() if p.requires_grad]
        first = parameters[0]
        flat = cls([p.shape for p in parameters], dtype=first.dtype, device=first.device)
        for parameter, place in zip(parameters, flat.values):
            place.copy_(parameter.detach())
            parameter.data = place
        return flat

    def views(self, vector: torch.Tensor) -> list[torch.Tensor]:
        """Cut a vector (..., P) into the parameters: (..., *shape) each."""
        parts = vector.split_with_sizes(self.cuts, -1)[::2]
        lead = vector.shape[:-1]
        return [part.view(*lead, *shape) for part, shape in zip(parts, self.shapes)]

    def on_weights(self, number: float | torch.Tensor, elsewhere: float = 0.0) -> torch.Tensor:
        """Make a vector (P,) with one number on weights and another on biases.

        Of a number for each of R replicas (R, 1), one for each of them: (R, P).
        """
        if isinstance(number, torch.Tensor):
            weights = self.on_weights(1.0).to(torch.bool)
            return torch.where(weights, number.to(self.value), self.value.new_tensor(elsewhere))
        vector = self.value.new_full(self.value.shape[-1:], elsewhere)
        for shape, place in zip(self.shapes, self.views(vector)):
            if len(shape) >= 2:
                place.fill_(number)
        return vector


def _length_and_gap(shape: Sequence[int]) -> tuple[int, int]:
    length = math.prod(shape)
    return length, -length % ALIGN
