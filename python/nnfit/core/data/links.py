"""Links of generalised linear models: from a linear predictor to a mean, and back.

McCullagh and Nelder, Generalized Linear Models (1989), section 2.2.3; by the names that R has.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor


class Link(NamedTuple):
    """A link, as functions of tensors.

    Attributes
    ----------
    mean : callable
        From the linear predictor to the mean.
    slope : callable
        The derivative of the mean, from the linear predictor.
    of_mean : callable
        From the mean to the linear predictor.
    above : float
        The linear predictor has to be above this.
    always : bool
        Whether there is a mean for every linear predictor: a probability, which may round to 1.
    """

    mean: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    of_mean: Callable[[Tensor], Tensor]
    above: float = -math.inf
    always: bool = False


def _normal_density(eta: Tensor) -> Tensor:
    return torch.exp(-eta.square() / 2) / math.sqrt(2 * math.pi)


def _normal_probability(eta: Tensor) -> Tensor:
    """Compute it by the complement of the error function: torch's own is 0 far to the left."""
    return torch.special.erfc(-eta / math.sqrt(2)) / 2


def _logistic_slope(eta: Tensor) -> Tensor:
    return torch.sigmoid(eta) * torch.sigmoid(-eta)


LINKS = {
    "identity": Link(lambda eta: eta, torch.ones_like, lambda mean: mean),
    "log": Link(torch.exp, torch.exp, torch.log),
    "sqrt": Link(torch.square, lambda eta: 2 * eta, torch.sqrt, 0.0),
    "inverse": Link(torch.reciprocal, lambda eta: -eta.square().reciprocal(), torch.reciprocal),
    "1/mu^2": Link(torch.rsqrt, lambda eta: -eta.pow(-1.5) / 2, lambda mean: mean.pow(-2), 0.0),
    "logit": Link(torch.sigmoid, _logistic_slope, torch.logit, always=True),
    "probit": Link(_normal_probability, _normal_density, torch.special.ndtri, always=True),
    "cauchit": Link(
        # exact far from 0 too: atan(eta) / pi + 1 / 2 is not
        lambda eta: torch.atan2(torch.ones_like(eta), -eta) / math.pi,
        lambda eta: 1 / (math.pi * (1 + eta.square())),
        lambda mean: -1 / torch.tan(math.pi * mean),
        always=True,
    ),
    "cloglog": Link(
        lambda eta: -torch.expm1(-torch.exp(eta)),
        lambda eta: torch.exp(eta - torch.exp(eta)),
        lambda mean: torch.log(-torch.log1p(-mean)),
        always=True,
    ),
    # of a model that ends with a probability: the slope is that of its log-odds
    "probability": Link(lambda p: p, lambda p: p * (1 - p), lambda mean: mean),
}
