"""Linear predictors compared within risk sets: the partial likelihood of proportional hazards.

Cox (1972), Regression models and life-tables, Journal of the Royal Statistical Society B 34,
187-220. A row's linear predictor is the logarithm of its risk, up to a constant that has no part:
at each event the risk of the row that has it is compared with those of all that might have had it.
Ties, strata, case weights and rows that start later are as survival's `coxph()` has them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from .risk_sets import RiskSets


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
    largest.scatter_reduce_(0, sets.stratum, output.where(sets.counts, -torch.inf), "amax")
    # a risk that is no number more would be missing in its own risk set
    least = math.log(torch.finfo(output.dtype).tiny) / 2  # leaves room for its reciprocal
    apart = (output - largest[sets.stratum]).clamp(min=least, max=0.0)
    risk = sets.weights * torch.exp(apart)
    tied = sets.per_set(risk[sets.event])
    at_risk = torch.maximum(sets.at_risk(risk), tied)  # of which the events are a part
    left = at_risk[sets.set_of] - sets.gone * tied[sets.set_of]
    value = (sets.weights * apart)[sets.event].sum() - (sets.weight * torch.log(left)).sum()
    if len(left):  # where all risks of a set are too small, what they are to each other is lost
        lost = left.amin() <= 2 * len(output) * sets.weights.amax() * math.exp(least)
        value = torch.where(lost, -torch.inf, value)
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
