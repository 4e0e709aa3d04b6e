"""A generalised linear model's rows as those of a weighted least-squares problem."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from ..data.table import Batch
from ..engines.base import Job
from ..model.generalised import LIKELIHOODS, SLOPES
from ..model.loss import RESPONSES
from ..options.resolved import Resolved
from .derivatives import output_of

LEAST = 1e-150  # a weight below which a row says nothing


class Working(NamedTuple):
    """What some rows are to each output, and what the likelihood sums over them.

    Attributes
    ----------
    weights, residual : array (n, outputs)
        Fisher's information of the linear predictor, and the step to where that of the row has its
        largest likelihood.
    deviance, pearson : array (outcomes,) or None
        Sums over the rows of deviances, and of squared residuals over their variances.
    """

    weights: np.ndarray
    residual: np.ndarray
    deviance: np.ndarray | None
    pearson: np.ndarray | None


def working(batch: Batch, job: Job) -> Working:
    """Look at some rows of a model whose outputs say nothing of each other."""
    output = output_of(batch, job).cpu().double().numpy()
    y = batch.y.cpu().double().numpy()
    prior = np.ones((len(y), 1))
    if batch.weights is not None:
        prior = batch.weights.cpu().double().numpy().reshape(-1, 1)
    if job.spec.family.likelihood == "normal_by_row":
        return _by_row(output, y, prior)
    return _generalised(output, y, prior, job.spec)


def _generalised(output: np.ndarray, y: np.ndarray, prior: np.ndarray, spec: Resolved) -> Working:
    likelihood = LIKELIHOODS[spec.family.likelihood or ""]
    arguments = {**spec.family.arguments, **spec.loss.args}
    mean = RESPONSES[spec.link](torch.from_numpy(output)).numpy()
    slope, variance = SLOPES[spec.link](mean), likelihood.variance(mean, arguments)
    deviance = likelihood.deviance(y, mean, arguments)
    known = np.square(slope) / variance
    says = known > LEAST
    return Working(
        np.where(says, prior * known, 0.0),
        np.where(says, (y - mean) / slope, 0.0),
        (prior * deviance).sum(axis=0),
        (prior * np.square(y - mean) / variance).sum(axis=0),
    )


def _by_row(output: np.ndarray, y: np.ndarray, prior: np.ndarray) -> Working:
    """Of a mean and the logarithm of a variance: what is known of one says nothing of the other."""
    mean, log_variance = np.split(output, 2, axis=1)
    squares = np.square(y - mean) * np.exp(-log_variance)
    return Working(
        np.hstack([prior * np.exp(-log_variance), np.broadcast_to(prior / 2, y.shape)]),
        np.hstack([y - mean, squares - 1]),
        None,
        None,
    )
