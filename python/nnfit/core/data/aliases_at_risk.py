"""Columns that a model of risks can not tell from others, as `coxph()` finds and leaves them out.

Such a column may be constant in every risk set, as what tells the strata apart is.
"""

from __future__ import annotations

import numpy as np
import torch

from ..ground.threads import threads_for
from .censored import codes_of
from .compared import compare, information
from .risk_sets import RiskSets
from .scaling import Scaling, encode
from .table import Table

TOLERANCE = 2e-12  # the share of its information that a column must have of its own: `coxph()`'s


def aliased_at_risk(rows: Table, scaling: Scaling | None) -> np.ndarray:
    """Find the columns that add no information where all risks are the same.

    Parameters
    ----------
    rows : Table
        Of censored times.
    scaling : Scaling or None
        What columns are standardised by.

    Returns
    -------
    array (p,) of bool
    """
    with threads_for(rows.x.size):
        return aliased_by(_information(rows, scaling))


def _information(rows: Table, scaling: Scaling | None) -> np.ndarray:
    center, scale = (None, 1.0) if scaling is None else (scaling.x_center, scaling.x_scale)
    x = torch.from_numpy(encode(rows.x, center, scale, np.empty(rows.x.shape)))
    weights = None if rows.weights is None else torch.tensor(rows.weights)
    sets = RiskSets(torch.from_numpy(codes_of(rows.y)), weights)
    offset = torch.zeros(len(x)) if rows.offset is None else torch.tensor(rows.offset[:, 0])
    known: np.ndarray = information(sets, compare(sets, offset), x).numpy()
    return known


def aliased_by(information: np.ndarray) -> np.ndarray:
    """Find the columns (p,) of which those before leave no information, by Gauss's elimination."""
    left = information.copy()
    least = TOLERANCE * left.diagonal().max(initial=0.0)
    found = np.zeros(len(left), dtype=bool)
    for j in range(len(left)):
        found[j] = left[j, j] <= least
        if not found[j]:
            left[j + 1 :, j + 1 :] -= np.outer(left[j + 1 :, j], left[j, j + 1 :]) / left[j, j]
    return found
