"""The loss of the mean of networks, which is that of the fit: each of them has more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from ..data.batches import to_targets
from ..data.links import LINKS
from ..data.table import Table
from ..model import network as models
from ..model.loss import Loss
from ..model.members import at_average
from ..model.predictions import member_scores
from ..options.resolved import Resolved
from ..training.trained import Trained
from .penalty_path import Path
from .unseen import unseeing


def losses_of_mean(
    path: Path, trained: Trained, spec: Resolved, unseen: Mapping[str, np.ndarray] | None
) -> dict[str, float | None]:
    """Compute the losses of what the members give on average, in the user's units.

    Parameters
    ----------
    unseen : mapping or None
        From `unseen.held_out()`.

    Returns
    -------
    dict
        `mean_loss`, of the rows that were trained on, by all members; `unseen_loss`, of the same
        rows, each by the members that have not seen it: of `unseen`, where it is there, so that it
        agrees with all else that is said of rows held out. That of censored times is None: risks by
        different members are not relative to the same.
    """
    rows = path.table.take(path.rows)
    network = models.rebuild(spec, trained.parameters)
    scores = member_scores(network, spec, trained.scaling, rows.x)
    output = at_average(network)[1]
    of_unseen = None
    if unseen is not None and spec.n_outputs == spec.n_responses:
        of_unseen = _loss(_scores_of(unseen, rows, spec), rows, spec, nn.Identity())
    elif not spec.family.joint:
        chosen = scores[unseeing(path).T, np.arange(len(rows.x))].mean(0)
        of_unseen = _loss(chosen, rows, spec, output)
    return {"mean_loss": _loss(scores.mean(0), rows, spec, output), "unseen_loss": of_unseen}


def _scores_of(unseen: Mapping[str, np.ndarray], rows: Table, spec: Resolved) -> np.ndarray:
    """Give the scores that what is predicted for unseen rows comes from, without their offset."""
    if spec.levels is None:
        mean = rows.y - unseen["residual"]
    else:
        mean = unseen["probability"][:, -spec.n_responses :]  # of two classes that of the second
    of_mean = torch.log if spec.link == "softmax" else LINKS[spec.link].of_mean
    link = of_mean(torch.from_numpy(mean)).numpy()
    return link if rows.offset is None else link - rows.offset


def _loss(scores: np.ndarray, rows: Table, spec: Resolved, output: nn.Module) -> float:
    """Compute the loss of scores in the user's units; `output`: what follows their mean."""
    wide = replace(spec, dtype="float64")
    loss = Loss(wide, weighted=rows.weights is not None)
    target = to_targets(rows.y, None, wide)
    weights, offset = (
        None if column is None else torch.from_numpy(np.ascontiguousarray(column))
        for column in (rows.weights, rows.offset)
    )
    with torch.no_grad():
        return float(loss(output(torch.from_numpy(scores)), target, weights, offset))
