"""Gradients that are cut before a step.

By length: Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural
networks, ICML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import nn

from ..options.resolved import Resolved
from .base import Op

TINY = 1e-6  # torch's: added to a length before it divides


def cut_vector(spec: Resolved, gradient: torch.Tensor) -> list[Op]:
    """Make the operations that cut a gradient (..., P), each of several replicas by itself."""
    ops: list[Op] = []
    if spec.clip_value is not None:
        ops.append(partial(gradient.clamp_, -spec.clip_value, spec.clip_value))
    if spec.clip_norm is not None:
        ops.append(partial(_shorten, gradient, spec.clip_norm))
    return ops


def _shorten(gradient: torch.Tensor, length: float) -> None:
    own = torch.linalg.vector_norm(gradient, dim=-1, keepdim=True)
    gradient.mul_((length / (own + TINY)).clamp_(max=1.0))


def cutter(spec: Resolved) -> Callable[[Sequence[nn.Parameter]], None] | None:
    """Make what cuts the gradients of parameters, by torch's own functions; None: nothing does."""
    size, length = spec.clip_value, spec.clip_norm
    if size is None and length is None:
        return None

    def cut(parameters: Sequence[nn.Parameter]) -> None:
        if size is not None:
            nn.utils.clip_grad_value_(parameters, size)
        if length is not None:
            nn.utils.clip_grad_norm_(parameters, length)

    return cut
