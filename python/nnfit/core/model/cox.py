"""The loss of Cox's proportional hazards: minus the logarithm of a batch's partial likelihood."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ..data.compared import compare, slope
from ..data.risk_sets import RiskSets


class _Partial(torch.autograd.Function):
    """The log-likelihood, with a gradient that is computed along with it."""

    @staticmethod
    def forward(ctx: Any, output: Tensor, sets: RiskSets) -> Tensor:
        compared = compare(sets, output)
        ctx.save_for_backward(slope(sets, compared).to(output.dtype))
        return compared.log_likelihood.to(output.dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (gradient,) = ctx.saved_tensors
        return grads[0] * gradient, None


class PartialLikelihood(nn.Module):
    """Minus the logarithm of the partial likelihood of a batch, whose rows are its risk sets.

    Parameters
    ----------
    ties : "efron" or "breslow"
    """

    def __init__(self, ties: str):
        super().__init__()
        self.breslow = ties == "breslow"
        self.known: tuple[Any, ...] | None = None
        self.sets: RiskSets

    def forward(self, output: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
        """Compute it from outputs (n, 1), the codes (n, 4) of times, and weights (n,)."""
        if not self._has(target, weights):
            self.sets = RiskSets(target, weights, self.breslow)
            self.known = (target, _version(target), weights, _version(weights))
        partial: Tensor = _Partial.apply(output[:, 0], self.sets)
        return -partial

    def _has(self, target: Tensor, weights: Tensor | None) -> bool:
        """Tell whether these are the rows that were sorted last, as in full batch."""
        if self.known is None or _version(target) is None:
            return False
        before, version, weighed, of_weights = self.known
        return (
            before is target and version == _version(target)
            and weighed is weights and of_weights == _version(weights)
        )  # fmt: skip


def _version(tensor: Tensor | None) -> int | None:
    """Count how often a tensor was written to; None: it does not say, or is none."""
    return None if tensor is None or tensor.is_inference() else tensor._version


# the losses of a batch as a whole, by name; those for which `families.csv` says so
JOINT_LOSSES = {"cox": PartialLikelihood}
