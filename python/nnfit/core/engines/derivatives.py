"""Slope and curvature of the likelihood of a linear model's scores: of classes, and of risks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from ..data.compared import compare, information, slope
from ..data.links import LINKS
from ..data.risk_sets import RiskSets
from ..data.table import Batch
from ..ground.threads import threads_for
from .base import Job
from .one_layer import OneLayer, output_of


def counted(batch: Batch) -> Batch:
    """Leave out the rows of weight zero."""
    if batch.weights is None:
        return batch
    some = batch.weights.reshape(-1) > 0
    return batch.each(lambda values: values[some])


def scores(batch: Batch, job: Job) -> torch.Tensor:
    """Compute the log-odds, or the scores of the classes (n, k).

    Under another link of probabilities: how far the linear predictor is from where both classes
    are as probable.
    """
    output = output_of(batch, job)
    if job.spec.link == "probability":
        return torch.logit(output)
    if job.spec.linked:
        return output - LINKS[job.spec.link].of_mean(output.new_tensor(0.5))
    return output


def columns(batch: Batch, job: Job) -> torch.Tensor:
    """Give the columns of x, and one of ones for an intercept, in float64 on the CPU."""
    x = batch.x.cpu().double()
    return torch.cat([x, torch.ones(len(x), 1).double()], 1) if job.spec.bias[0] else x


def derivatives(batch: Batch, job: Job) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute the slope (k q, 1) and curvature (k q, k q) of the likelihood, q columns each."""
    x, output = columns(batch, job), scores(batch, job).cpu().double()
    if job.spec.family.outcome == "class":
        p = output.softmax(1)
        y = torch.zeros_like(p).scatter(1, batch.y.cpu().reshape(-1, 1), 1.0)
        shared = p.unsqueeze(1) * p.unsqueeze(2)
    else:
        p = output.sigmoid()
        y, shared = batch.y.cpu().double(), torch.diag_embed(p * p)
    between = torch.diag_embed(p) - shared
    if batch.weights is not None:
        weights = batch.weights.cpu().double().reshape(-1, 1)
        between, y, p = between * weights[..., None], y * weights, p * weights
    blocks = [[x.mT @ (column.unsqueeze(1) * x) for column in row.mT] for row in between.unbind(1)]
    slope = (y - p).mT @ x
    return slope.reshape(-1, 1), torch.cat([torch.cat(row, 1) for row in blocks])


def summed(job: Job) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute the slope and curvature of all rows that count, in memory or in files."""
    return job.over_rows(
        lambda batch: derivatives(counted(batch), job),
        lambda one, other: (one[0] + other[0], one[1] + other[1]),
    )


def of_scores(layer: OneLayer, scores: int) -> tuple[np.ndarray, np.ndarray]:
    """Give both for what is kept of a layer, for its first scores, each intercept first.

    Returns
    -------
    array (scores q,), array (scores q, scores q)
        Score after score.
    """
    slope, curvature = summed(layer.job)
    size = len(layer.kept)
    own = np.roll(np.arange(size), int(layer.has_bias))[layer.kept]  # there intercepts come last
    places = (np.arange(scores)[:, None] * size + own).ravel()
    return np.asarray(slope)[places, 0], np.asarray(curvature)[np.ix_(places, places)]


class RiskDerivatives(NamedTuple):
    """Of the partial likelihood of a linear model of risks, in float64 on the CPU.

    `x` (n, p), `slope` (p,) and `curvature` (p, p).
    """

    x: torch.Tensor
    slope: torch.Tensor
    curvature: torch.Tensor


def risk_derivatives(job: Job) -> RiskDerivatives:
    """Compute slope and curvature of the partial likelihood; rows are in memory."""
    with threads_for(job.rows.rows * job.spec.n_features):
        return _risk_derivatives(job)


def _risk_derivatives(job: Job) -> RiskDerivatives:
    (batch,) = job.chunks()
    ties = job.spec.loss.args.get("ties", job.spec.family.arguments["ties"])
    x = batch.x.cpu().double()
    link = output_of(batch, job).cpu().double()[:, 0]
    weights = None if batch.weights is None else batch.weights.cpu()
    sets = RiskSets(batch.y.cpu(), weights, ties == "breslow")
    compared = compare(sets, link)
    along = x.mT @ slope(sets, compared)
    return RiskDerivatives(x, along, information(sets, compared, x))
