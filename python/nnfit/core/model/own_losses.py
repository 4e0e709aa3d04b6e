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
from ..options.ranges import as_list


def gaussian_nll(mean: Tensor, log_variance: Tensor, y: Tensor, *, full: bool) -> Tensor:
    """Compute minus the log-density of a normal distribution whose variance is modelled too.

    It is `torch.nn.functional.gaussian_nll_loss` at the variance exp(log_variance), but without
    that function's least variance, which depends on the outcome's units. `full` adds
    log(2 pi) / 2, as there.
    """
    loss = (log_variance + (mean - y).square() * torch.exp(-log_variance)) / 2
    return loss + math.log(2 * math.pi) / 2 if full else loss


def quantile(output: Tensor, y: Tensor, *, level: list[float]) -> Tensor:
    """Compute level * e where the error e = y - output is positive, else (level - 1) * e.

    The quantile at this level minimises its mean: Koenker and Bassett, Regression quantiles,
    Econometrica 46(1), 1978, 33-50. Of several levels it is their mean.
    """
    error, lean = _by_level(output, y, level)
    return (error.abs() / 2 + lean * error).mean(-2)


def expectile(output: Tensor, y: Tensor, *, level: list[float]) -> Tensor:
    """Compute the error's square, times level where it is positive, else times 1 - level.

    Newey and Powell, Asymmetric least squares estimation and testing, Econometrica 55(4), 1987,
    819-847. Of several levels it is their mean.
    """
    error, lean = _by_level(output, y, level)
    return ((0.5 + lean * error.detach().sign()) * error.square()).mean(-2)


def _by_level(output: Tensor, y: Tensor, level: list[float]) -> tuple[Tensor, Tensor]:
    """Give the errors (n, levels, d), and how far each level is from the middle (levels, 1)."""
    lean = output.new_tensor(level).unsqueeze(-1) - 0.5
    return y.unsqueeze(-2) - output.unflatten(-1, (len(level), -1)), lean


def gamma_nll(log_mean: Tensor, y: Tensor) -> Tensor:
    """Compute minus the log-density of a gamma distribution, up to its shape.

    With mean mu it is log(mu) + y / mu: exactly so for the shape 1. Another shape k multiplies it
    and adds what does not depend on mu, so that its minimum is the same (McCullagh and Nelder,
    Generalized Linear Models, 1989, section 8.3).
    """
    return log_mean + y * torch.exp(-log_mean)


def focal(scores: Tensor, y: Tensor, *, gamma: float, weight: list[float] | None = None) -> Tensor:
    """Compute -(1 - p)^gamma log(p), with p the probability of a row's class.

    Lin, Goyal, Girshick, He and Dollar, Focal loss for dense object detection, ICCV 2017. With
    gamma 0 it is cross-entropy.
    """
    log_p = torch.log_softmax(scores, dim=-1).gather(-1, y.unsqueeze(-1)).squeeze(-1)
    missed = -torch.expm1(log_p)
    # of a power below 1 the slope at 0 is no number
    loss = -missed.clamp_min(torch.finfo(scores.dtype).tiny).pow(gamma) * log_p
    return loss if weight is None else loss * scores.new_tensor(weight)[y]


def negative_binomial_nll(log_mean: Tensor, y: Tensor, *, dispersion: float) -> Tensor:
    """Compute minus the log-probability of a count with variance mu + dispersion * mu^2.

    Nothing is left out, so that fits with different dispersions can be compared. With
    theta = 1 / dispersion, it is (y + theta) log(1 + mu / theta) - y log(mu / theta) - log of
    gamma(y + theta) / (gamma(theta) gamma(y + 1)).
    """
    odds = log_mean + math.log(dispersion)  # of mu to theta, as a logarithm
    curve = (y + 1 / dispersion) * nn.functional.softplus(odds) - y * odds
    return curve - log_count_of_ways(y, dispersion)


def inverse_gaussian_nll(log_mean: Tensor, y: Tensor) -> Tensor:
    """Compute minus the log-density of an inverse Gaussian distribution, up to its dispersion.

    With mean mu it is y / (2 mu^2) - 1 / mu, half the unit deviance less 1 / (2 y).
    """
    inverse = torch.exp(-log_mean)
    return (y * inverse / 2 - 1) * inverse


def tweedie_nll(log_mean: Tensor, y: Tensor, *, power: float) -> Tensor:
    """Compute mu^(2 - p) / (2 - p) - y mu^(1 - p) / (1 - p), Tweedie's quasi-likelihood.

    For numbers of which some are 0, with the variance mu^p in parts of a dispersion, 1 < p < 2:
    half the unit deviance, less what depends on y alone (Jorgensen, The Theory of Dispersion
    Models, 1997, section 4.2).
    """
    grown = torch.exp((2 - power) * log_mean) / (2 - power)
    return grown - y * torch.exp((1 - power) * log_mean) / (1 - power)


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
    "quantile": quantile,
    "expectile": expectile,
    "gaussian_nll": gaussian_nll,
    "gamma_nll": gamma_nll,
    "negative_binomial_nll": negative_binomial_nll,
    "inverse_gaussian_nll": inverse_gaussian_nll,
    "tweedie_nll": tweedie_nll,
    "focal": focal,
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
        self.heads = 1 if known.heads_by else len(known.heads)  # all of one kind stay together
        self.args = {**known.arguments, **given}
        if known.heads_by:
            self.args[known.heads_by] = as_list(self.args[known.heads_by])

    @property
    def weight(self) -> list[float] | None:
        """Give the numbers by which classes count, if there are any."""
        weight: list[float] | None = self.args.get("weight")
        return weight

    def count(self, target: Tensor) -> Tensor | float:
        """Count the elements of a target by the weights of their classes, as torch does."""
        if self.weight is None:
            return float(target.numel())
        return torch.tensor(self.weight, device=target.device)[target].sum()

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each element of `target` (n, d) from `output` (n, heads * d).

        Of classes `target` is (n,), and `output` (n, k) has a score for each.
        """
        return self.function(*output.chunk(self.heads, dim=-1), target, **self.args)
