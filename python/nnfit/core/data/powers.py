"""Skewed columns, straightened by a power, so that few of their rows are far from the others.

Box and Cox (1964), An analysis of transformations, Journal of the Royal Statistical Society B
26(2), 211-252: of each column the likeliest power under a normal distribution, here on Tukey's
ladder of powers, which is counted from the least value of the column in units of its median.
Columns skewed to the left are counted from there too: counted from their largest value downwards
they would be straightened more, but networks on tables of the bench predicted worse by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

LADDER = (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
AS_IT_IS = 1.0
FARTHEST = 1e100  # a square of more would be beyond numbers
FEWEST = 3  # different values: with two there is nothing to straighten
NONE = 0.0, 1.0, AS_IT_IS
NAMES = {"low": "x_low", "unit": "x_unit", "power": "x_power"}


class Powers(NamedTuple):
    """What straightens columns: ((1 + z)^power - 1) / power of z = (x - low) / unit.

    With power 0 it is log(1 + z); where z is below 0, as it may be of new rows, z itself, which
    goes on with the same slope. A column of power 1 stays what it is.
    """

    low: np.ndarray  # (p,)
    unit: np.ndarray  # (p,)
    power: np.ndarray  # (p,)

    @classmethod
    def of_fit(cls, plain: Mapping[str, Any]) -> Powers | None:
        """Read back what `plain()` wrote, perhaps by way of R; None: there is nothing of it."""
        if NAMES["power"] not in plain:
            return None
        read = (np.atleast_1d(np.asarray(plain[name], dtype=float)) for name in NAMES.values())
        return cls(*read)

    def plain(self) -> dict[str, np.ndarray]:
        """Write them as a dict of arrays."""
        return {NAMES[name]: value for name, value in self._asdict().items()}

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Straighten columns (n, p), into an array of its own."""
        straight = np.array(x, dtype=np.float64)
        for column in np.flatnonzero(self.power != AS_IT_IS):
            z = _counted(straight[:, column], self.low[column], self.unit[column])
            straight[:, column] = _bent(z, self.power[column])
        return straight

    def slopes(self, x: np.ndarray) -> np.ndarray:
        """Compute how fast straightened columns move with the columns (n, p): the derivative."""
        slopes = np.ones(x.shape)
        for column in np.flatnonzero(self.power != AS_IT_IS):
            z = _counted(x[:, column], self.low[column], self.unit[column])
            bent = (1 + np.maximum(z, 0.0)) ** (self.power[column] - 1)
            slopes[:, column] = np.where(z < 0, 1.0, bent) / self.unit[column]
        return slopes


def powers_of(x: np.ndarray, which: np.ndarray) -> Powers:
    """Choose the power of columns of training rows (n, p): of those `which` (p,) varies."""
    columns = [
        _of_column(x[:, at].astype(np.float64)) if which[at] else NONE for at in range(x.shape[1])
    ]
    return Powers(*np.array(columns).reshape(-1, len(NONE)).T.copy())


@np.errstate(over="ignore", invalid="ignore")
def _of_column(x: np.ndarray) -> tuple[float, float, float]:
    low = float(x.min())
    unit = float(np.median(x)) - low or float(x.std())
    if len(np.unique(x)) < FEWEST or not 0 < unit < np.inf:
        return NONE
    z = _counted(x, low, unit)
    likeliest = max(LADDER, key=lambda power: _likelihood(z, power))
    return low, unit, likeliest


def _counted(x: np.ndarray, low: float, unit: float) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.minimum((x - low) / unit, FARTHEST)


def _bent(z: np.ndarray, power: float) -> np.ndarray:
    logs = np.log1p(np.maximum(z, 0.0))
    bent = logs if power == 0 else np.expm1(power * logs) / power
    return np.where(z < 0, z, bent)


def _likelihood(z: np.ndarray, power: float) -> float:
    """Give the log-likelihood of a power, up to a constant."""
    spread = float(np.var(_bent(z, power)))
    if not 0 < spread < np.inf:
        return -np.inf
    return -0.5 * len(z) * np.log(spread) + (power - 1) * float(np.log1p(z).sum())
