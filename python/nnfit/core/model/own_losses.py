"""Losses that torch does not have, or has in another form: a function each.

A function takes the model's output, cut into the heads that `families.csv` names, then what the
outcome is compared as, then the loss's own arguments. It gives the loss of each element; sums,
means, weights and units are the work of `Loss`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Callable

import torch
from torch import Tensor, nn

from ..ground.devices import widest
from ..options.families import family


def gaussian_nll(mean: Tensor, log_variance: Tensor, y: Tensor, *, full: bool) -> Tensor:
    """Compute minus the log-density of a normal distribution whose variance is modelled too.

    It is `torch.nn.functional.gaussian_nll_loss` at the variance exp(log_variance), but without
    that function's least variance, which depends on the outcome's units. `full` adds
    log(2 pi) / 2, as there.
    """
    loss = (log_variance + (mean - y).square() * torch.exp(-log_variance)) / 2
    return loss + math.log(2 * math.pi) / 2 if full else loss


def gamma_nll(log_mean: Tensor, y: Tensor) -> Tensor:
    """Compute minus the log-density of a gamma distribution, up to its shape.

    With mean mu it is log(mu) + y / mu: exactly so for the shape 1. Another shape k multiplies it
    and adds what does not depend on mu, so that its minimum is the same (McCullagh and Nelder,
    Generalized Linear Models, 1989, section 8.3).
    """
    return log_mean + y * torch.exp(-log_mean)


def negative_binomial_nll(log_mean: Tensor, y: Tensor, *, dispersion: float) -> Tensor:
    """Compute minus the log-probability of a count with variance mu + dispersion * mu^2.

    Nothing is left out, so that fits with different dispersions can be compared. With
    theta = 1 / dispersion, it is (y + theta) log(1 + mu / theta) - y log(mu / theta) - log of
    gamma(y + theta) / (gamma(theta) gamma(y + 1)).
    """
    odds = log_mean + math.log(dispersion)  # of mu to theta, as a logarithm
    curve = (y + 1 / dispersion) * nn.functional.softplus(odds) - y * odds
    return curve - log_count_of_ways(y, dispersion)


def log_count_of_ways(y: Tensor, dispersion: float) -> Tensor:
    """Compute log(gamma(y + theta) / (gamma(theta) gamma(y + 1))), with theta = 1 / dispersion.

    In float64 where the device has it: theta is large where the dispersion is small, and the
    difference of large numbers small.
    """
    theta = 1 / dispersion
    wide = y.to(widest(y.device))
    ways = torch.lgamma(wide + theta) - math.lgamma(theta) - torch.lgamma(wide + 1)
    return ways.to(y.dtype)


OWN_LOSSES: dict[str, Callable[..., Tensor]] = {
    "gaussian_nll": gaussian_nll,
    "gamma_nll": gamma_nll,
    "negative_binomial_nll": negative_binomial_nll,
}


class OwnLoss(nn.Module):
    """A loss of ours, called as torch's are with reduction "none".

    Parameters
    ----------
    name : str
        In `families.csv`.
    given : mapping
        Arguments, checked; those that are missing have the table's defaults.
    """

    def __init__(self, name: str, given: Mapping[str, Any]):
        super().__init__()
        known = family(name)
        self.function = OWN_LOSSES[name]
        self.heads = len(known.heads)
        self.args = {**known.arguments, **given}

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each element of `target` (n, d) from `output` (n, heads * d)."""
        return self.function(*output.chunk(self.heads, dim=-1), target, **self.args)
