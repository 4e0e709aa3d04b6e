"""How an offset enters a model's output, which may have been through an activation already."""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor


def _to_log_probabilities(output: Tensor, offset: Tensor) -> Tensor:
    """Add to logarithms of probabilities, and make probabilities of them again."""
    return torch.log_softmax(output + offset, dim=-1)


def _to_probability(output: Tensor, offset: Tensor) -> Tensor:
    """Add to the log-odds of a probability p; written so that p may be 0 or 1."""
    return output / (output + (1 - output) * torch.exp(-offset))


# by the activation that ends a network for a loss, which `families.csv` names: what gives the
# output that the network would have, had the offset (n, k) been added before that activation
OFFSETS: dict[str | None, Callable[[Tensor, Tensor], Tensor]] = {
    None: torch.add,
    "log_softmax": _to_log_probabilities,
    "sigmoid": _to_probability,
}
