"""Whether the loss on rows held out has turned up: the network has begun to learn them by heart.

Prechelt (1998), Early stopping - but when?, in Neural networks: tricks of the trade.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

NOISE = 3.0  # standard deviations of an epoch's loss


class Turn(NamedTuple):
    """How a loss on rows held out has ended.

    Attributes
    ----------
    rise : float
        From its least to its end, in parts of its fall from the first epoch to its least.
    noise : float
        What that may be by the noise from epoch to epoch.
    best : int
        The epoch of its least, from 1.
    """

    rise: float
    noise: float
    best: int


def turn_of(valid: Any) -> Turn | None:
    """Look at losses (epochs,) on rows held out; None: they are too few, or some no numbers.

    The end is the median of the last twentieth, the least that of so many epochs in a row; noise is
    measured by how far an epoch is from the mean of those beside it.
    """
    losses = np.asarray(valid, dtype=float)
    if len(losses) < 3 or not np.isfinite(losses).all():
        return None
    width = max(1, len(losses) // 20)
    windows = np.lib.stride_tricks.sliding_window_view(losses, width)
    smooth = np.median(windows, axis=1)
    least = int(np.argmin(smooth))
    fall = float(losses[0] - smooth[least])
    if not fall > 0:  # it has never been better than at first
        fall = abs(float(losses[0])) or 1.0
    bends = losses[1:-1] - (losses[:-2] + losses[2:]) / 2
    noise = float(np.sqrt(np.mean(np.square(bends[-max(3, len(bends) // 2) :])) / 1.5))
    rise = float(smooth[-1] - smooth[least])
    best = int(np.argmin(losses)) + 1  # as the table of losses has it
    return Turn(rise / fall, NOISE * noise / math.sqrt(width) / fall, best)
