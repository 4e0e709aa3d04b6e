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
        self.known: tuple[Tensor, Tensor | None] | None = None
        self.sets: RiskSets

    def forward(self, output: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
        """Compute it from outputs (n, 1), the codes (n, 4) of times, and weights (n,)."""
        partial: Tensor = _Partial.apply(output[:, 0], self.sets_of(target, weights))
        return -partial

    def sets_of(self, target: Tensor, weights: Tensor | None) -> RiskSets:
        """Sort rows, unless they are those of the last time, as in full batch."""
        if self.known is None or not (
            _same(target, self.known[0]) and _same(weights, self.known[1])
        ):
            self.sets = RiskSets(target, weights, self.breslow)
            self.known = target.clone(), None if weights is None else weights.clone()
        return self.sets


def _same(one: Tensor | None, other: Tensor | None) -> bool:
    """Compare values: a tensor may be written over from batch to batch."""
    if one is None or other is None:
        return one is other
    return one.shape == other.shape and bool(torch.equal(one, other))


# the losses of a batch as a whole, by name; those for which `families.csv` says so
JOINT_LOSSES = {"cox": PartialLikelihood}
