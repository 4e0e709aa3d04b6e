"""Which rows are held out of training.

There are two ways to draw them. In memory (`split`) an exact share is drawn, which takes a
permutation of all rows. Files (`Holdout`) may have more rows than a permutation has room for, and
are read piece by piece in any order: there each row is drawn for itself, from its number alone,
and the share comes out as it falls.
"""

from __future__ import annotations

import numpy as np
import torch

from ..ground.errors import NNFitError


def split(
    weights: np.ndarray | None, n: int, fraction: float
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Choose training and validation rows; torch's generator draws them.

    Parameters
    ----------
    weights : array (n,) or None
        Rows of weight zero take part in neither, as in `lm()`.
    n : int
    fraction : float
        In [0, 1): the part of the rows held out, rounded down.

    Returns
    -------
    train, valid : int arrays, 0-based, or None
        None for `train`: all rows; for `valid`: no fraction asked for.
    """
    used = None if weights is None or weights.all() else np.flatnonzero(weights)
    if fraction == 0:
        return used, None
    pool = np.arange(n) if used is None else used
    held_out = int(fraction * len(pool))
    if held_out == 0:
        raise NNFitError(
            "validation", f"of {fraction:g} holds out none of {len(pool)} rows.", "Ask for more."
        )
    shuffled = pool[torch.randperm(len(pool)).numpy()]
    return shuffled[:-held_out], shuffled[-held_out:]


def split_by_rows(
    weights: np.ndarray | None, n: int, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Choose training and validation rows, where the latter are given.

    Parameters
    ----------
    weights : array (n,) or None
        Rows of weight zero take part in neither.
    n : int
    chosen : array (n,) of bool, or (k,) of int
        Which rows are held out, or their positions from 0.
    """
    held_out = np.zeros(n, dtype=bool)
    if chosen.dtype == bool and len(chosen) == n:
        held_out = chosen
    elif chosen.dtype.kind in "iu" and len(chosen) and 0 <= chosen.min() <= chosen.max() < n:
        held_out[chosen] = True
    else:
        raise NNFitError(
            "validation",
            f"by rows must be positions from 0 to {n - 1}, or a boolean for each of {n} rows.",
        )
    used = np.ones(n, dtype=bool) if weights is None else weights > 0
    train, valid = np.flatnonzero(used & ~held_out), np.flatnonzero(used & held_out)
    if not (len(train) and len(valid)):
        raise NNFitError(
            "validation",
            f"by rows leaves {len(train)} rows in training and {len(valid)} in validation.",
            "Both need some of a weight above 0.",
        )
    return train, valid


class Holdout:
    """Draws the held-out rows: each for itself, the same ones in whatever order they are read.

    A row's number and a key are hashed to a number in [0, 1) (the mix of SplitMix64).
    """

    def __init__(self, fraction: float, key: int):
        self.fraction = fraction
        self.key = np.uint64(key)

    def mask(self, start: int, rows: int) -> np.ndarray:
        """Tell which of the rows from `start` on are held out."""
        z = (np.arange(start, start + rows, dtype=np.uint64) + self.key) * np.uint64(
            0x9E3779B97F4A7C15
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        return (z >> np.uint64(11)) * 2.0**-53 < self.fraction
