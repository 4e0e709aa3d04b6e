"""The partial likelihood of Cox's proportional hazards, with its first and second derivatives.

Cox (1972), Regression models and life-tables, Journal of the Royal Statistical Society B 34,
187-220. A row's output is the logarithm of its risk, up to a constant that has no part: at each
event the risk of the row that has it is compared with those of all that might have had it. Ties,
strata, case weights and rows that start later are as survival's `coxph()` has them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..data.risk_sets import RiskSets


class Compared(NamedTuple):
    """What linear predictors are in their risk sets.

    Parameters
    ----------
    log_likelihood : Tensor ()
    largest : Tensor (S,)
        The largest linear predictor of each stratum, relative to which risks are.
    risk : Tensor (n,)
        Times weight.
    left : Tensor (events,)
        The risks with which each event is compared, in the order of the sets of ties.
    hazard : Tensor (G,)
        How much the cumulative baseline hazard grows at each set.
    gone : Tensor (G,)
        By how much less of it the events of the set themselves were at risk.
    """

    log_likelihood: Tensor
    largest: Tensor
    risk: Tensor
    left: Tensor
    hazard: Tensor
    gone: Tensor

    def spent(self, sets: RiskSets) -> Tensor:
        """Give the cumulative baseline hazard that each row has been under (n,)."""
        spent = sets.over_time(self.hazard)
        spent[sets.event] -= self.gone[sets.tie]
        return spent


def compare(sets: RiskSets, output: Tensor) -> Compared:
    """Compare linear predictors (n,) within the risk sets."""
    output = output.to(sets.weights.dtype)
    largest = output.new_full((sets.strata,), -torch.inf)
    largest.scatter_reduce_(0, sets.stratum, output, "amax")
    apart = output - largest[sets.stratum]
    risk = sets.weights * torch.exp(apart)
    tied = sets.per_set(risk[sets.event])
    at_risk = torch.maximum(sets.at_risk(risk), tied)  # of which the events are a part
    left = at_risk[sets.set_of] - sets.gone * tied[sets.set_of]
    value = (sets.weights * apart)[sets.event].sum() - (sets.weight * torch.log(left)).sum()
    each = sets.weight / left
    nothing = output.new_zeros(len(sets.ties))
    hazard = nothing.index_add(0, sets.set_of, each)
    gone = nothing.index_add(0, sets.set_of, each * sets.gone)
    return Compared(value, largest, risk, left, hazard, gone)


def slope(sets: RiskSets, compared: Compared) -> Tensor:
    """Differentiate the log-likelihood by the linear predictors (n,)."""
    return sets.weights * sets.event - compared.risk * compared.spent(sets)


def information(sets: RiskSets, compared: Compared, x: Tensor) -> Tensor:
    """Compute the observed information (p, p) of a linear predictor of columns x (n, p).

    It is the sum over events of the variance of x among those at risk, by their risks.
    """
    x = x.to(sets.weights.dtype)
    risks = compared.risk[:, None] * x
    tied = sets.per_set(risks[sets.event])
    at_risk = sets.at_risk(risks)
    means = at_risk[sets.set_of] - sets.gone[:, None] * tied[sets.set_of]
    means = means / compared.left[:, None]
    whole = x.mT @ ((compared.risk * compared.spent(sets))[:, None] * x)
    return whole - means.mT @ (sets.weight[:, None] * means)


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

    def forward(self, output: Tensor, target: Tensor, weights: Tensor | None) -> Tensor:
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
