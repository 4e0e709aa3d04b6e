"""The problem that every method solves: rows, outcome, loss, and first parameters."""

from __future__ import annotations

from typing import NamedTuple

import torch

from .losses import Link, Loss


class Problem(NamedTuple):
    """A linear model on rows, as one method sees it.

    Attributes
    ----------
    x : tensor (n, p)
        A column for each parameter: the predictors as they were scaled, then ones for the
        intercept, if there is one.
    y, weights, offset : tensor (n,)
        The weights sum to 1, so that losses are means.
    loss : Loss
    link : Link
    """

    x: torch.Tensor
    y: torch.Tensor
    weights: torch.Tensor
    offset: torch.Tensor
    loss: Loss
    link: Link

    def to(self, dtype: torch.dtype) -> Problem:
        """Give the same in another precision."""
        return self._replace(
            x=self.x.to(dtype),
            y=self.y.to(dtype),
            weights=self.weights.to(dtype),
            offset=self.offset.to(dtype),
        )

    def outputs(self, params: torch.Tensor) -> torch.Tensor:
        """Compute the linear predictor of each row."""
        return self.x @ params + self.offset

    def value(self, params: torch.Tensor) -> torch.Tensor:
        """Compute the mean loss."""
        return self.weights @ self.loss.value(self.outputs(params), self.y)

    def hessian(self, params: torch.Tensor) -> torch.Tensor:
        """Compute the second derivatives of the mean loss (p, p)."""
        curvature = self.weights * self.loss.curvature(self.outputs(params), self.y)
        return self.x.T @ (curvature[:, None] * self.x)
