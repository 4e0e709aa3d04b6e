"""A generalised linear model's rows as those of a weighted least-squares problem."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from ..data.links import LINKS
from ..data.table import Batch, Table
from ..model.generalised import LIKELIHOODS, arguments_of, first_means, has_means
from ..options.resolved import Resolved
from .base import Job
from .one_layer import output_of

LEAST = 1e-20  # a weight below which a row says nothing


class Working(NamedTuple):
    """What some rows are to each output, and what the likelihood sums over them.

    Attributes
    ----------
    weights, residual : array (n, outputs)
        Fisher's information of the linear predictor, and the step to where that of the row has its
        largest likelihood.
    deviance, pearson : array (outcomes,) or None
        Sums over the rows of deviances, and of squared residuals over their variances.
    valid : array (outcomes,) of bool, or None
        Whether all rows that count have a mean that can be one.
    """

    weights: np.ndarray
    residual: np.ndarray
    deviance: np.ndarray | None
    pearson: np.ndarray | None
    valid: np.ndarray | None

    def tables(self, batch: Batch) -> list[Table]:
        """Give each output's least-squares problem."""
        x = batch.x.cpu().double().numpy()
        return [
            Table(x, residual[:, None], weights)
            for weights, residual in zip(self.weights.T, self.residual.T)
        ]


def working(batch: Batch, job: Job) -> Working:
    """Look at some rows of a model whose outputs say nothing of each other."""
    output = output_of(batch, job).cpu().double().numpy()
    y, prior = _outcome(batch)
    if job.spec.likelihood == "normal_by_row":
        return _by_row(output, y, prior)
    return _generalised(output, y, prior, job.spec)


def working_at_first(batch: Batch, job: Job) -> Working:
    """Look at some rows where their means are near their outcomes, whatever the model says.

    The residual is then the whole working response, without the offset.
    """
    y, prior = _outcome(batch)
    spec = job.spec
    mean = torch.from_numpy(first_means(spec.likelihood or "", y, prior))
    link = LINKS[spec.link]
    eta = link.of_mean(mean)
    # an outcome that is no mean under this link, as 0 under a logarithm, begins at a middling one
    middling = torch.nan_to_num(mean[mean > 0].mean(), nan=1.0)
    eta = torch.where(eta.isfinite() & (eta > link.above), eta, link.of_mean(middling))
    seen = _generalised(eta.numpy(), y, prior, spec)
    offset = 0.0 if batch.offset is None else batch.offset.cpu().double().numpy()
    return seen._replace(residual=seen.residual + eta.numpy() - offset)


def _outcome(batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """Give the outcome (n, d) and the weights of the rows (n, 1)."""
    y = batch.y.cpu().double().numpy()
    if batch.weights is None:
        return y, np.ones((len(y), 1))
    return y, batch.weights.cpu().double().numpy().reshape(-1, 1)


@np.errstate(all="ignore")  # what is no number is told by `valid`
def _generalised(output: np.ndarray, y: np.ndarray, prior: np.ndarray, spec: Resolved) -> Working:
    name, link, eta = spec.likelihood or "", LINKS[spec.link], torch.from_numpy(output)
    likelihood, arguments = LIKELIHOODS[name], arguments_of(spec)
    mean, slope = link.mean(eta).numpy(), link.slope(eta).numpy()
    variance = likelihood.variance(mean, arguments)
    deviance = likelihood.deviance(y, mean, arguments)
    known = np.square(slope) / variance
    says = (known > LEAST) & np.isfinite(known)
    counts = prior > 0
    used = counts.ravel()
    valid = [
        (link.always or has_means(name, mean[used, k]))
        and bool((output[used, k] > link.above).all())
        for k in range(y.shape[1])
    ]
    return Working(
        np.where(says & counts, prior * known, 0.0),
        np.where(says, (y - mean) / slope, 0.0),
        np.where(counts, prior * deviance, 0.0).sum(axis=0),
        np.where(counts & (variance > 0), prior * np.square(y - mean) / variance, 0.0).sum(axis=0),
        np.array(valid),
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
        None,
    )
