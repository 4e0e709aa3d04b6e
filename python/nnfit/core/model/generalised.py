"""What the likelihood of a generalised linear model says of a row: variance, deviance, slope.

McCullagh and Nelder, Generalized Linear Models (1989), chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray as Array

from ..options.resolved import Resolved

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


def _tweedie_deviance(y: Array, mean: Array, arguments: Arguments) -> Array:
    one, two = 1 - arguments["power"], 2 - arguments["power"]
    at_y = np.where(y > 0, y, 1.0) ** two  # which has no part where y is 0
    by_y = np.where(y > 0, at_y, 0.0) * (1 / one - 1 / two)
    return 2 * (by_y - y * mean**one / one + mean**two / two)


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
    "inverse_gaussian": Likelihood(
        lambda mean, arguments: mean**3,
        lambda y, mean, arguments: np.square((y - mean) / mean) / y,
        True,
    ),
    "tweedie": Likelihood(
        lambda mean, arguments: mean ** arguments["power"],
        _tweedie_deviance,
        True,
    ),
    "negative_binomial": Likelihood(
        lambda mean, arguments: mean + arguments["dispersion"] * np.square(mean),
        _negative_binomial_deviance,
        False,
    ),
}


# by likelihood: how small a mean may be; the others have any mean
LEAST_MEANS = {"normal": -np.inf, "bernoulli": 0.0}


def arguments_of(spec: Resolved) -> Arguments:
    """Give the arguments of a loss, with its defaults."""
    return {**spec.family.arguments, **spec.loss.args}


def has_means(likelihood: str, mean: Array) -> bool:
    """Tell whether all of these can be means of a distribution."""
    above = LEAST_MEANS.get(likelihood, 0.0)
    below = 1.0 if likelihood == "bernoulli" else np.inf
    return bool(np.isfinite(mean).all() and (mean > above).all() and (mean < below).all())


def first_means(likelihood: str, y: Array, weights: Array) -> Array:
    """Give the means from which iterations start, as R's families have them in `mustart`."""
    if likelihood == "bernoulli":
        return (weights * y + 0.5) / (weights + 1)
    if likelihood == "poisson":
        return y + 0.1
    if likelihood in ("negative_binomial", "tweedie"):
        return y + (y == 0) / 6
    return y


def scatters(likelihood: str, arguments: Arguments) -> bool:
    """Tell whether a dispersion is estimated."""
    known = LIKELIHOODS.get(likelihood)
    return bool(arguments.get("scatter")) or (known is not None and known.scatters)
