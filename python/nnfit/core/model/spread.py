"""How far outcomes scatter about their means, row by row, as the likelihood of a fit has it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..options.resolved import Resolved
from .generalised import LEAST_MEANS, LIKELIHOODS, arguments_of

EVEN = "normal"  # all rows alike
MODELLED = "normal_by_row"  # by a head of its own, the logarithm of the variance


def is_even(spec: Resolved) -> bool:
    """Tell whether all rows scatter alike, or nothing is known of how they do."""
    name = spec.likelihood
    return name == EVEN or (name not in LIKELIHOODS and name != MODELLED)


def spread_at(mean: NDArray[Any], link: NDArray[Any], spec: Resolved) -> NDArray[Any]:
    """Compute the standard deviation of outcomes (..., d), in parts of one that all have.

    Parameters
    ----------
    mean : array (..., d)
        What is predicted.
    link : array (..., k)
        On the scale of the link, with all heads.
    spec : Resolved
        One that is not `is_even()`.

    Returns
    -------
    array (..., d)
        Infinite where it is not known: where a mean is one that the distribution can not have.
    """
    name = spec.likelihood or ""
    with np.errstate(all="ignore"):  # what is no number is told below
        if name == MODELLED:
            found = np.exp(link[..., mean.shape[-1] :] / 2)
            possible = np.isfinite(mean)
        else:
            found = np.sqrt(LIKELIHOODS[name].variance(mean, arguments_of(spec)))
            possible = mean > LEAST_MEANS.get(name, 0.0)
    return np.where(possible & np.isfinite(found) & (found > 0), found, np.inf)
