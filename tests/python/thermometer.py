"""The thermometer's eleven readings, as `Rows` of a comparison."""

import numpy as np

from nnfit.core.compare.asked import Rows

CELSIUS = np.array([0.5, 14, 15, 28, 11, 8, 3, -4, 6, 13, 21])
UNKNOWN = np.array([35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4])


def least_squares(x, y):
    """Solve for the coefficients, the intercept first."""
    return np.linalg.lstsq(np.column_stack([np.ones(len(y)), x]), y, rcond=None)[0]


def rows(x=UNKNOWN, y=CELSIUS, target=None, **more):
    """Give rows whose target is that of least squares, to six digits."""
    target = least_squares(x, y) if target is None else np.asarray(target, dtype=float)
    return Rows.of(np.asarray(x).reshape(len(y), -1), y, target, 1e-6 * abs(target), **more)
