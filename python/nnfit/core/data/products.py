"""The triangle of some rows by sums of products, where these lose no digits that count.

Rows are taken about their own means, so that columns far from zero keep theirs. The rule of when
that is good enough is the one of `reduction`, for each chunk: of the sum of what is far from
singular nothing is nearer to it.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from .moments import BLOCK, VALUES, Few, lengths
from .scaling import CONSTANT
from .table import Table

FEW = 1 << 18  # numbers in a chunk up to which orthogonal reduction takes no time
TALL = 16  # rows for each column, from which on sums of products are what takes time
STEEP = 1e3  # condition up to which sums of products lose 6 digits, of 16


class Products:
    """Sums of products of the columns of chunks; it keeps the room that it works in."""

    def __init__(self) -> None:
        self.room = torch.empty(0, 0, dtype=torch.float64)

    @np.errstate(over="ignore", invalid="ignore")
    def of(self, chunk: Table) -> Few | None:
        """Find few rows that stand for a chunk, whose outcome is columns of numbers.

        None: the chunk is small, or its columns are near-collinear or of unusual size.
        """
        n, width = len(chunk.x), 1 + chunk.x.shape[1] + chunk.y.shape[1]
        if n * width <= FEW or n < TALL * width:
            return None
        weight, means, products = self._sums(chunk)
        root = np.zeros((width, width))
        root[0, 0] = math.sqrt(weight)
        sizes = np.sqrt(products.diagonal())
        varying = ~(sizes <= CONSTANT * root[0, 0] * np.abs(means))
        inner = root_of(products[np.ix_(varying, varying)])
        if inner is None or not weight > 0:
            return None
        if not condition_of(inner[:, : varying[: chunk.x.shape[1]].sum()]) <= STEEP:
            return None
        places = 1 + np.flatnonzero(varying)
        root[np.ix_(places, places)] = inner
        return Few(root, weight, means, products.diagonal())

    def _sums(self, chunk: Table) -> tuple[float, np.ndarray, np.ndarray]:
        """Give weight, means, and sums of products about them (Chan, Golub and LeVeque)."""
        width = chunk.x.shape[1] + chunk.y.shape[1]
        if len(self.room) != width:
            self.room = torch.empty(width, BLOCK, dtype=torch.float64)
        whole, means = 0.0, np.zeros(width)
        # torch's memory begins where products always take the same way, to the last digit
        sums = torch.zeros(width, width, dtype=torch.float64)
        total = sums.numpy()
        for start in range(0, len(chunk.x), BLOCK):
            weight, middle, apart = self._apart(chunk.take(slice(start, start + BLOCK)))
            if not weight:
                continue
            sums.addmm_(apart, apart.T)  # torch's heeds the number of threads
            gap = middle - means
            total += np.outer(gap, gap) * (whole * weight / (whole + weight))
            whole += weight
            means += gap * (weight / whole)
        return whole, means, total

    def _apart(self, block: Table) -> tuple[float, np.ndarray, torch.Tensor]:
        """Give a block's weight and means, and its columns about these, each a row."""
        n, p = block.x.shape
        part = self.room[:, :n]
        filled = part.numpy()
        filled[:p], filled[p:] = block.x.T, block.y.T
        if block.weights is None:
            weight, means = float(n), filled.mean(axis=1)
        else:
            weight = float(block.weights.sum())
            means = filled @ block.weights / weight if weight else np.zeros(len(filled))
        filled -= means[:, None]
        if block.weights is not None:
            filled *= np.sqrt(block.weights)
        return weight, means, part


def root_of(products: np.ndarray) -> np.ndarray | None:
    """Factorise sums of products that are numbers of the usual size."""
    sizes = np.sqrt(products.diagonal())
    if not ((sizes > VALUES[0]) & (sizes < VALUES[1])).all():
        return None
    try:
        return np.asarray(np.linalg.cholesky(products).T)
    except np.linalg.LinAlgError:
        return None


def condition_of(x: np.ndarray) -> float:
    """Give the condition number of columns, brought to equal lengths."""
    length = lengths(x)
    if not length.size:
        return 1.0
    if not length.all():
        return math.inf
    values = np.linalg.svd(x / length, compute_uv=False)
    return float(values[0] / values[-1]) if values[-1] > 0 else math.inf
