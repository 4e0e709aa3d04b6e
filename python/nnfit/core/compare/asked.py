"""What is asked of a comparison: the rows, and a method with its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from ..ground.errors import NNFitError
from .losses import LOSSES, Link, link_of
from .problem import Problem
from .scaled import Scale, Scaled, scaled

DTYPES = {"float64": torch.float64, "float32": torch.float32}


class Asked(NamedTuple):
    """A method and its options; None: chosen by what the data are.

    Attributes
    ----------
    method : str
        One of `methods.METHODS`.
    learn_rate : float or None
    epochs : int or None
    scale : bool, float or mapping
        As of `scaled.scaled()`.
    momentum : float
        Of "sgd".
    dtype : str
        "float64" or "float32".
    start : None, float or array (p,)
        The first slopes, or all first parameters in the order of the terms, as the method sees
        them.
    hidden_units : int
        Of "network".
    seed : int or None
        Of "network".
    standard : bool or mapping
        What standardised predictors would be, for the cure.
    """

    method: str
    learn_rate: float | None = None
    epochs: int | None = None
    scale: Scale = True
    momentum: float = 0
    dtype: str = "float64"
    start: Any = None
    hidden_units: int = 13
    seed: int | None = None
    standard: Scale = True

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        """Read a dict, of which the entries that are None are as if left out, but for `seed`."""
        asked = cls(**{name: value for name, value in given.items() if value is not None})
        if asked.dtype not in DTYPES:
            raise NNFitError("dtype", "must be one of 'float64' and 'float32'.")
        return asked


class Rows(NamedTuple):
    """The data of a comparison, and what all methods are to reach.

    Attributes
    ----------
    x : array (n, k)
        The predictors, without a column for the intercept.
    y, weights, offset : array (n,)
        The weights sum to 1.
    intercept : bool
    link : Link
    target : array (p,)
        The coefficients of R's `lm()` or `glm()`, the intercept first.
    allowed : array (p,)
        By how much a coefficient may differ and be there.
    """

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    offset: np.ndarray
    intercept: bool
    link: Link
    target: np.ndarray
    allowed: np.ndarray

    @classmethod
    def of(
        cls,
        x: Any,
        y: Any,
        target: Any,
        allowed: Any,
        weights: Any = None,
        offset: Any = None,
        intercept: bool = True,
        family: str = "gaussian",
        link: str = "identity",
    ) -> Rows:
        """Read arrays, or what R makes of them."""
        y = _vector(y)
        n = len(y)
        weights = np.ones(n) if weights is None else _vector(weights)
        return cls(
            np.asarray(x, dtype=float).reshape(n, np.size(x) // n),
            y,
            weights / weights.sum(),
            np.zeros(n) if offset is None else _vector(offset),
            bool(intercept),
            link_of(family, link),
            _vector(target),
            _vector(allowed),
        )

    def seen(self, scale: Scale) -> tuple[Scaled, Problem]:
        """Give the problem as a method sees it, in float64."""
        design = scaled(self.x, self.weights, self.intercept, scale)
        x = torch.from_numpy(np.ascontiguousarray(design.x))
        y, weights, offset = map(torch.from_numpy, (self.y, self.weights, self.offset))
        loss = LOSSES[self.link.family, self.link.link]
        return design, Problem(x, y, weights, offset, loss, self.link)

    def start(self, given: Any = None, design: np.ndarray | None = None) -> np.ndarray:
        """Give the first parameters, in the order of the problem's columns: the intercept last.

        `design` (n, p) has those columns: with it, no mean is below 0, unless they are given.
        """
        k = self.x.shape[1]
        slopes, intercept = np.full(k, self.link.first_slope), 0.0
        if given is not None:
            values = _vector(given)
            if len(values) == k + self.intercept and (len(values) > 1 or k == 0):
                return np.roll(values, -1) if self.intercept else values
            slopes = np.full(k, values[0])
        elif self._above_zero:
            intercept = float(self.weights @ self.y)
        first = np.append(slopes, intercept) if self.intercept else slopes
        if given is None and self._above_zero and design is not None:
            if (design @ first + self.offset <= 0).any():
                return self._first_of_glm(design)
        return first

    @property
    def _above_zero(self) -> bool:
        """Whether linear predictors are means that must be above 0."""
        return self.link.family != "gaussian" and self.link.link == "identity"

    def _first_of_glm(self, design: np.ndarray) -> np.ndarray:
        """Compute where R's `glm()` is after one step from the outcomes themselves."""
        root = np.sqrt(self.weights / (self.y + 0.1))
        return np.linalg.lstsq(root[:, None] * design, root * (self.y - self.offset), rcond=None)[0]


def _vector(values: Any) -> np.ndarray:
    return np.atleast_1d(np.asarray(values, dtype=float)).reshape(-1)
