"""The loss of the mean of networks, which is that of the fit: each of them has more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from ..data.table import Table
from ..model import network as models
from ..model.loss import Loss
from ..model.members import at_average
from ..model.predictions import member_scores
from ..options.resolved import Resolved
from ..training.trained import Trained
from .penalty_path import Path
from .unseen import unseeing


def losses_of_mean(path: Path, trained: Trained, spec: Resolved) -> dict[str, float | None]:
    """Compute the losses of what the members give on average, in the user's units.

    Returns
    -------
    dict
        `mean_loss`, of the rows that were trained on, by all members; `unseen_loss`, of the same
        rows, each by the members that have not seen it. That of censored times is None: risks by
        different members are not relative to the same.
    """
    rows = path.table.take(path.rows)
    network = models.rebuild(spec, trained.parameters)
    scores = member_scores(network, spec, trained.scaling, rows.x)
    output = at_average(network)[1]
    unseen = None
    if not spec.family.joint:
        chosen = scores[unseeing(path).T, np.arange(len(rows.x))].mean(0)
        unseen = _loss(chosen, rows, spec, output)
    return {"mean_loss": _loss(scores.mean(0), rows, spec, output), "unseen_loss": unseen}


def _loss(scores: np.ndarray, rows: Table, spec: Resolved, output: nn.Module) -> float:
    """Compute the loss of scores in the user's units; `output`: what follows their mean."""
    loss = Loss(replace(spec, dtype="float64"), weighted=rows.weights is not None)
    target, weights, offset = (
        None if column is None else torch.from_numpy(np.ascontiguousarray(column))
        for column in (rows.y, rows.weights, rows.offset)
    )
    assert target is not None
    with torch.no_grad():
        return float(loss(output(torch.from_numpy(scores)), target, weights, offset))
