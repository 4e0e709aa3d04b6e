"""The likelihoods of generalised linear models under links that are not the losses' own.

Minus a log-likelihood, up to what the mean has no part in: a function of the mean and its
logarithm, or of the logarithms of two probabilities, each computed from the linear predictor so
that no digits are lost far from its middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Optional

import torch
from torch import Tensor, nn

from ..data.links import LINKS
from .own_losses import inverse_gaussian_nll, log_count_of_ways, tweedie_nll

FLOOR = 1e-6  # the nearest that a linear predictor comes to where there is no mean
SHARE = 1e-2  # that of a usual linear predictor, where this is known: so gradients stay bounded

Arguments = Mapping[str, Any]

# -- of a mean above 0, with its logarithm --


def poisson(mean: Tensor, log_mean: Tensor, y: Tensor, args: Arguments) -> Tensor:
    """Compute mu - y log(mu); torch's `eps` is added to mu, and `full` adds Stirling's terms."""
    eps = args.get("eps")
    loss = mean - y * (log_mean if eps is None else torch.log(mean + eps))
    if not args.get("full"):
        return loss
    at_least_1 = y.clamp_min(1.0)
    stirling = y * torch.log(at_least_1) - y + torch.log(2 * math.pi * at_least_1) / 2
    return loss + torch.where(y > 1, stirling, 0.0)


def gamma(mean: Tensor, log_mean: Tensor, y: Tensor, args: Arguments) -> Tensor:
    """Compute log(mu) + y / mu."""
    return log_mean + y / mean


def inverse_gaussian(mean: Tensor, log_mean: Tensor, y: Tensor, args: Arguments) -> Tensor:
    """Compute what `own_losses.inverse_gaussian_nll` does."""
    return inverse_gaussian_nll(log_mean, y)


def negative_binomial(mean: Tensor, log_mean: Tensor, y: Tensor, args: Arguments) -> Tensor:
    """Compute what `own_losses.negative_binomial_nll` does from log(mu)."""
    dispersion = args["dispersion"]
    curve = (y + 1 / dispersion) * torch.log1p(dispersion * mean)
    return curve - y * (log_mean + math.log(dispersion)) - log_count_of_ways(y, dispersion)


def tweedie(mean: Tensor, log_mean: Tensor, y: Tensor, args: Arguments) -> Tensor:
    """Compute what `own_losses.tweedie_nll` does."""
    return tweedie_nll(log_mean, y, power=args["power"])


def normal(mean: Tensor, log_mean: Tensor, y: Tensor, args: Arguments) -> Tensor:
    """Compute (y - mu)^2."""
    return (y - mean).square()


OF_MEANS = {
    "normal": normal,
    "poisson": poisson,
    "gamma": gamma,
    "inverse_gaussian": inverse_gaussian,
    "negative_binomial": negative_binomial,
    "tweedie": tweedie,
}

LOG_MEANS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": torch.log,
    "log": lambda eta: eta,
    "sqrt": lambda eta: 2 * torch.log(eta),
    "inverse": lambda eta: -torch.log(eta),
    "1/mu^2": lambda eta: -torch.log(eta) / 2,
}


# -- of a probability --


class Sides(NamedTuple):
    """The logarithms of a probability, and of what it lacks of 1, from the linear predictor."""

    log_p: Callable[[Tensor], Tensor]
    log_q: Callable[[Tensor], Tensor]


def _log_of_p(eta: Tensor) -> Tensor:
    """Compute log(1 - exp(-exp(eta))), which is about eta where exp(eta) is nothing."""
    small = eta < -30
    rest = torch.log(-torch.expm1(-torch.exp(torch.where(small, 0.0, eta))))
    return torch.where(small, eta, rest)


SIDES = {
    "logit": Sides(nn.functional.logsigmoid, lambda eta: nn.functional.logsigmoid(-eta)),
    "probit": Sides(torch.special.log_ndtr, lambda eta: torch.special.log_ndtr(-eta)),
    "cauchit": Sides(
        lambda eta: torch.log(LINKS["cauchit"].mean(eta)),
        lambda eta: torch.log(LINKS["cauchit"].mean(-eta)),
    ),
    "cloglog": Sides(_log_of_p, lambda eta: -torch.exp(eta)),
    "log": Sides(lambda eta: eta, lambda eta: torch.log(-torch.expm1(eta))),
    "identity": Sides(torch.log, lambda eta: torch.log1p(-eta)),
}


def _bernoulli(eta: Tensor, y: Tensor, link: str) -> Tensor:
    log_p, log_q = SIDES[link]
    return -(y * log_p(eta) + (1 - y) * log_q(eta))


# -- where there is a mean --

Bounds = tuple[Optional[float], Optional[float]]

# by link: between which the linear predictor of a probability must be, so far from its ends
OF_PROBABILITIES: dict[str, Callable[[float], Bounds]] = {
    "log": lambda floor: (None, -floor),
    "identity": lambda floor: (floor, 1 - floor),
    "cloglog": lambda floor: (None, 600.0),
}
POSITIVE = ("identity", "sqrt", "inverse", "1/mu^2")  # the same of a mean above 0


def bounds(likelihood: str, link: str, floor: float = FLOOR) -> Bounds:
    """Give the least and the largest linear predictor at which a loss is computed."""
    if likelihood == "bernoulli":
        return OF_PROBABILITIES.get(link, lambda floor: (None, None))(floor)
    if likelihood == "normal" and link in ("identity", "inverse"):
        return None, None
    return (floor if link in POSITIVE else None), None


class LinkedLoss(nn.Module):
    """A loss under another link, called as torch's are with reduction "none".

    Where there is no mean, as below 0 under the identity of counts, the loss is that of the
    nearest place where there is one, and a square of the distance that leads back there.

    Parameters
    ----------
    likelihood : str
        As `families.csv` names it.
    link : str
    args : mapping
        Of the loss, with its defaults.
    usual : float, optional
        The size of a usual linear predictor, in parts of which "nearest" is meant.
    """

    def __init__(
        self, likelihood: str, link: str, args: Mapping[str, Any], usual: float | None = None
    ):
        super().__init__()
        self.likelihood, self.link, self.args = likelihood, link, args
        self.floor = SHARE * usual if usual else FLOOR
        self.least, self.most = bounds(likelihood, link, self.floor)

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each element of `target` (n, d) from `output` (n, d)."""
        if self.least is None and self.most is None:
            return self._within(output, target)
        inside = output.clamp(self.least, self.most)
        beyond = (output - inside).square() / (2 * self.floor)
        return self._within(inside, target) + beyond

    def _within(self, eta: Tensor, y: Tensor) -> Tensor:
        if self.likelihood == "bernoulli":
            return _bernoulli(eta, y, self.link)
        mean = LINKS[self.link].mean(eta)
        log_mean = mean if self.likelihood == "normal" else LOG_MEANS[self.link](eta)
        return OF_MEANS[self.likelihood](mean, log_mean, y, self.args)
