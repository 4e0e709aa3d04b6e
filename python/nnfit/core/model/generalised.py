"""What the likelihood of a generalised linear model says of a row: variance, deviance, slope.

McCullagh and Nelder, Generalized Linear Models (1989), chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray as Array

Arguments = Mapping[str, Any]  # of the loss, with its defaults


class Likelihood(NamedTuple):
    """A distribution of the outcome about its mean.

    Attributes
    ----------
    variance : callable
        Of an outcome, per unit of dispersion: `variance(mean, arguments)`.
    deviance : callable
        Twice what the log-likelihood lacks of its largest, per unit of dispersion:
        `deviance(y, mean, arguments)`.
    scatters : bool
        Whether its dispersion is estimated; otherwise it is 1.
    """

    variance: Callable[[Array, Arguments], Array]
    deviance: Callable[[Array, Array, Arguments], Array]
    scatters: bool


def _times_log_ratio(y: Array, mean: Array) -> Array:
    """Compute y log(y / mean), which is 0 where y is 0."""
    return y * np.log(np.where(y > 0, y, 1.0) / np.where(y > 0, mean, 1.0))


def _negative_binomial_deviance(y: Array, mean: Array, arguments: Arguments) -> Array:
    size = 1 / arguments["dispersion"]
    return 2 * (_times_log_ratio(y, mean) - (y + size) * np.log((y + size) / (mean + size)))


# by the names that `families.csv` has in its column `likelihood`
LIKELIHOODS = {
    "normal": Likelihood(
        lambda mean, arguments: np.ones_like(mean),
        lambda y, mean, arguments: np.square(y - mean),
        True,
    ),
    "poisson": Likelihood(
        lambda mean, arguments: mean,
        lambda y, mean, arguments: 2 * (_times_log_ratio(y, mean) - (y - mean)),
        False,
    ),
    "gamma": Likelihood(
        lambda mean, arguments: np.square(mean),
        lambda y, mean, arguments: 2 * ((y - mean) / mean - np.log(y / mean)),
        True,
    ),
    "bernoulli": Likelihood(
        lambda mean, arguments: mean * (1 - mean),
        lambda y, mean, arguments: (
            2 * (_times_log_ratio(y, mean) + _times_log_ratio(1 - y, 1 - mean))
        ),
        False,
    ),
    "negative_binomial": Likelihood(
        lambda mean, arguments: mean + arguments["dispersion"] * np.square(mean),
        _negative_binomial_deviance,
        False,
    ),
}


# by link: the derivative of the mean by the linear predictor, where the mean is this
SLOPES: dict[str, Callable[[Array], Array]] = {
    "identity": np.ones_like,
    "log": lambda mean: mean,
    "logit": lambda mean: mean * (1 - mean),
    "probability": lambda mean: mean * (1 - mean),  # the model ends with the inverse of "logit"
}
