"""Scores of classes are divided by a temperature, so that their probabilities hold.

Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, ICML; here it is
the one under which the loss is least on rows that the members have not seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from ..data.table import Table
from ..model.loss import Loss
from ..options.resolved import Resolved

# from half to twice, by steps of 2.5%
TEMPERATURES = np.geomspace(0.5, 2.0, 57)


def temperature(
    scores: np.ndarray, rows: Table, spec: Resolved, output: Callable[[torch.Tensor], torch.Tensor]
) -> float:
    """Find the temperature under which rows are predicted best.

    Parameters
    ----------
    scores : array (n, k)
        Of rows that the members giving them have not seen, before `output` and offset.
    rows : Table
        These rows.
    spec : Resolved
    output : callable
        What follows the scores in the network, such as a sigmoid.
    """
    loss = Loss(replace(spec, dtype="float64"), weighted=rows.weights is not None)
    target, weights, offset = (
        None if column is None else torch.from_numpy(np.ascontiguousarray(column))
        for column in (rows.y, rows.weights, rows.offset)
    )
    assert target is not None
    given = torch.from_numpy(scores)
    losses = [float(loss(output(given / one), target, weights, offset)) for one in TEMPERATURES]
    return float(TEMPERATURES[int(np.nanargmin(losses))])
