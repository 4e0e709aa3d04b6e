"""Whether the classes of a linear model can be told apart, so that its likelihood has no maximum.

Where a straight border has all rows of a class on its side, larger coefficients are always more
likely, and those of a fit are only where its training ended: Albert and Anderson (1984), On the
existence of maximum likelihood estimates in logistic regression models, Biometrika 71(1), 1-10.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from ..data.table import Batch
from ..engines.base import Job
from ..model.offset import OFFSETS

# log-odds of a probability that is 0 or 1 as far as numbers go, by the rule of R's glm()
EXTREME = -math.log(10 * np.finfo(np.float64).eps)
SETTLING = ("lbfgs", "levenberg_marquardt")  # optimizers that end by themselves at a maximum


def separated(job: Job, stopped: str) -> str | None:
    """Look at a trained linear model.

    Parameters
    ----------
    job : Job
    stopped : str
        Why its training ended.

    Returns
    -------
    "separated", "nearly_separated" or None
        "separated": no row is on the wrong side. "nearly_separated": probabilities are 0 or 1, and
        an optimizer that would have ended at a maximum has found none.
    """
    spec = job.spec
    bounded = spec.penalty or stopped == "early"
    if bounded or spec.family.likelihood not in ("bernoulli", "multinomial"):
        return None
    apart, largest = None, 0.0
    for batch in job.chunks():
        margins = _margins(job, batch)
        right = (margins > 0).all(dim=0)
        apart = right if apart is None else apart & right
        largest = max(largest, float(margins.max()))
    if apart is not None and bool(apart.any()):
        return "separated"
    unsettled = stopped == "epochs" and spec.optimizer.name in SETTLING
    return "nearly_separated" if unsettled and largest > EXTREME else None


def _margins(job: Job, batch: Batch) -> torch.Tensor:
    """Give how far, on the scale of the link, each row is on its own side (n, outcomes)."""
    if batch.weights is not None:
        counted = batch.weights.reshape(-1) > 0
        batch = batch.each(lambda values: values[counted])
    with torch.no_grad():
        output = job.network(batch.x)
    if batch.offset is not None:
        output = OFFSETS[job.spec.family.output](output, batch.offset)
    if job.spec.family.outcome == "class":
        own = batch.y.reshape(-1, 1)
        return output.gather(1, own) - output.scatter(1, own, -math.inf).amax(1, keepdim=True)
    if job.spec.family.link == "probability":
        output = torch.logit(output)
    # A share between 0 and 1 is on no side.
    return output * torch.where(batch.y == batch.y.round(), 2 * batch.y - 1, 0)
