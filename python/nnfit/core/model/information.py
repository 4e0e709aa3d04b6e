"""What a linear fit keeps of how sure its coefficients are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Information(NamedTuple):
    """What the rows of a linear fit say of its coefficients.

    Attributes
    ----------
    root : array (outputs or 1, coefficients, rank)
        Of each output, or of all alike: times its transpose it is the covariance of the
        coefficients in the user's units, the intercept first, per unit of dispersion. The rows of
        columns that take no part are 0. Of scores of classes there is one for all coefficients,
        class after class.
    gap : float
        How far a coefficient is at most from the maximum of the likelihood, by one Newton step, in
        standard errors.
    deviance : array (outcomes,) or None
        Sums over the rows; None where the likelihood has none.
    null_deviance : array (outcomes,) or None
        The deviance of the intercept alone, or of nothing where the model has none. None but under
        squared error.
    dispersion : array (outputs, outputs)
        What the covariance is multiplied by: where it is estimated, the sum of squared residuals,
        each over its variance, by `freedom`, otherwise 1. Of outputs with each other it is 0 but
        under squared error. NaN without degrees of freedom.
    scatters : bool
        Whether it is estimated.
    freedom : int
        The rows that count, less the rank.
    """

    root: np.ndarray
    gap: float
    deviance: np.ndarray | None
    null_deviance: np.ndarray | None
    dispersion: np.ndarray
    scatters: bool
    freedom: int

    def plain(self) -> dict[str, Any]:
        """Write it as a dict."""
        return self._asdict()
