"""Weights into hidden units that are cut after a step.

Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout: a simple way to prevent
neural networks from overfitting, JMLR 15, section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import torch

from ..options.resolved import Resolved
from .base import Op


def shortenings(spec: Resolved, parameters: Iterable[torch.Tensor], lead: int = 0) -> list[Op]:
    """Make the operations that cut a network's weights.

    Parameters
    ----------
    spec : Resolved
    parameters : iterable of Tensor (*lead, ...)
        All of the network's, in order: the first matrices are the hidden layers'.
    lead : int, default 0
        How many leading dimensions they have.
    """
    if spec.max_norm is None:
        return []
    weights = [parameter for parameter in parameters if parameter.ndim - lead == 2]
    return [
        partial(_shorten, weight, spec.max_norm) for weight in weights[: len(spec.hidden_units)]
    ]


@torch.no_grad()
def _shorten(weight: torch.Tensor, length: float) -> None:
    own = torch.linalg.vector_norm(weight, dim=-1, keepdim=True)
    weight.mul_((length / own).clamp_(max=1.0))  # a row of zeros stays: infinity is cut to 1
