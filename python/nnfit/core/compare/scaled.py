"""Predictors as a method sees them, and coefficients back in the units of the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Union

import numpy as np


class Scaled(NamedTuple):
    """The design of a method, and what leads from its parameters to the coefficients.

    Attributes
    ----------
    x : array (n, p)
        The predictors, (value - center) / spread each, then ones for the intercept.
    back : array (p, p)
        `back @ params` are the coefficients in the units of the data, in the order of the terms:
        the intercept first.
    """

    x: np.ndarray
    back: np.ndarray

    def forth(self, coefficients: np.ndarray) -> np.ndarray:
        """Bring coefficients (p,) into the parameters that they are here."""
        return np.linalg.solve(self.back, coefficients)


# how predictors are scaled: see `scaled()`
Scale = Union[bool, float, Mapping[str, Any]]


def scaled(x: np.ndarray, weights: np.ndarray, intercept: bool, scale: Scale = False) -> Scaled:
    """Scale the predictors.

    Parameters
    ----------
    x : array (n, k)
        The predictors, without a column for the intercept.
    weights : array (n,)
        Sum to 1.
    intercept : bool
    scale : bool, float or mapping, default False
        True: to mean 0 and standard deviation 1 (without an intercept, which could not undo a
        shift, to root mean square 1). A number: every predictor times it, as in `0.1 * u`. False:
        as they are. A mapping: by its `center` and `spread`, arrays (k,).
    """
    k = x.shape[1]
    center, spread = np.zeros(k), np.ones(k)
    if isinstance(scale, Mapping):
        center, spread = (np.atleast_1d(scale[part]).astype(float) for part in ("center", "spread"))
    elif scale is True:
        if intercept:
            center = weights @ x
        spread = np.sqrt(weights @ (x - center) ** 2)
        spread[spread == 0] = 1
    elif scale is not False:
        spread = np.full(k, 1 / float(scale))
    design = (x - center) / spread
    slopes = np.diag(1 / spread)
    if not intercept:
        return Scaled(design, slopes)
    back = np.zeros((k + 1, k + 1))
    back[0, :k] = -center / spread
    back[0, k] = 1
    back[1:, :k] = slopes
    return Scaled(np.column_stack([design, np.ones(len(x))]), back)
