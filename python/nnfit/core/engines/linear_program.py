"""The linear programs that linear models under piecewise linear losses are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from ..data.table import Batch


class Task(NamedTuple):
    """What is solved for the outputs of a linear model, each by itself.

    Parameters
    ----------
    x : Tensor (n, q)
        With a column of ones where there is an intercept.
    y : Tensor (n, k)
        Of each output.
    above, below : Tensor (n, k)
        What an error of 1 and of -1 adds to the objective.
    ridge : Tensor (q,)
        Half of it times the square of a coefficient is added.
    back : callable
        From coefficients (k, q) to those of the rows as they were given: here they have a middle
        of 0, where there is an intercept, and a spread of about 1.
    """

    x: Tensor
    y: Tensor
    above: Tensor
    below: Tensor
    ridge: Tensor
    back: Callable[[Tensor], Tensor]


class Units(NamedTuple):
    """What the rows are standardised by."""

    center: Tensor  # (p,)
    scale: Tensor  # (p,)
    y_center: Tensor  # (d,)
    y_scale: Tensor  # ()

    @classmethod
    def of(cls, x: Tensor, y: Tensor, bias: bool) -> Units:
        """Measure them, of columns without intercept about 0."""
        centers = (x.mean(0), y.mean(0)) if bias else (x[0] * 0, y[0] * 0)
        spread, y_spread = (
            (values - center).abs().mean(0) for values, center in zip((x, y), centers)
        )
        y_scale = y_spread.mean()
        return cls(
            centers[0],
            torch.where(spread > 0, spread, 1.0),
            centers[1],
            torch.where(y_scale > 0, y_scale, 1.0),
        )

    def back(self, found: Tensor, times: int) -> Tensor:
        """Lead coefficients (times * d, p or p + 1), the intercept last, back to the rows'."""
        slopes = found[:, : len(self.scale)] * self.y_scale / self.scale
        if found.shape[1] == len(self.scale):
            return slopes
        start = found[:, -1] * self.y_scale + self.y_center.repeat(times) - slopes @ self.center
        return torch.cat([slopes, start.unsqueeze(1)], 1)


def tasks_of(
    rows: Batch, levels: list[float], times: float, share: Tensor, bias: bool, ridge: float
) -> Task:
    """Put together what is to be solved.

    Parameters
    ----------
    rows : Batch
    levels : list of float
        Each has an output for each outcome.
    times : float
        What the loss is, in that of a quantile.
    share : Tensor (n,)
        What a row's loss counts in the objective.
    bias : bool
        Whether there is an intercept.
    ridge : float
        The penalty on the other coefficients.
    """
    share = share.cpu().double()  # other devices may not have float64
    counted = share > 0
    x, y = (values.cpu().double()[counted] for values in (rows.x, rows.y))
    share = share[counted] * (times / len(levels))
    whole = share.sum() / len(share)  # so that a row counts about 1
    share, n_outcomes = (share / whole).unsqueeze(1), y.shape[1]
    units = Units.of(x, y, bias)
    x, y = (x - units.center) / units.scale, (y - units.y_center) / units.y_scale
    penalties = ridge / whole * units.y_scale / units.scale.square()
    if bias:
        x = torch.cat([x, x.new_ones(len(x), 1)], 1)
        penalties = torch.cat([penalties, penalties.new_zeros(1)])
    level = x.new_tensor(levels).repeat_interleave(n_outcomes)
    repeated, back = y.repeat(1, len(levels)), partial(units.back, times=len(levels))
    return Task(x, repeated, share * level, share * (1 - level), penalties, back)
