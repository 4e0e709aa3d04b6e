"""Whether the classes of a linear model can be told apart, so that its likelihood has no maximum.

Where a straight border has all rows of a class on its side, larger coefficients are always more
likely, and those of a fit are only where its training ended: Albert and Anderson (1984), On the
existence of maximum likelihood estimates in logistic regression models, Biometrika 71(1), 1-10.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from ..data.links import LINKS
from ..data.table import Batch
from ..engines.base import Job
from ..engines.derivatives import columns, counted, risk_derivatives, scores, summed
from ..options.families import LINKED_SOLVER
from .run_off import runs_off

LARGE = 10.0  # log-odds, below which no row of separated classes is once training has ended
MOVES = (
    0.5  # change of log-odds by a Newton step: about 1 where classes are separated, else about 0
)
MOST_PARAMETERS = 1000  # of which there are second derivatives
# optimizers that end by themselves at a maximum
SETTLING = ("lbfgs", "levenberg_marquardt", LINKED_SOLVER)


def separated(job: Job, stopped: str) -> str | None:
    """Look at a trained linear model.

    Parameters
    ----------
    job : Job
    stopped : str
        Why its training ended.

    Returns
    -------
    "separated", "nearly_separated", "infinite", "vanished" or None
        "separated": no row is on the wrong side. "nearly_separated": some rows are on the border,
        or some classes overlap while others do not. Seen where an optimizer that would have ended
        at a maximum has not: a Newton step would still move the log-odds of some rows. "infinite":
        the same of a model of risks; "vanished": of means that go to 0.
    """
    spec = job.spec
    bounded = spec.penalty or stopped == "early"
    look = LOOKS.get(spec.family.likelihood or "")
    return None if bounded or look is None else look(job)


def _classes_apart(job: Job) -> str | None:
    spec = job.spec
    if spec.linked and not LINKS[spec.link].always:  # where not all predictors have a probability
        return None
    apart, largest = job.over_rows(
        lambda batch: _sides(_margins(counted(batch), job)),
        lambda one, other: (one[0] & other[0], max(one[1], other[1])),
    )
    if bool(apart.any()):
        return "separated"
    if spec.linked or spec.family.outcome != "class":
        return "nearly_separated" if _looks_on(job) and runs_off(job) else None
    settling = _looks_on(job) and largest > LARGE
    return "nearly_separated" if settling and _newton_move(job) > MOVES else None


def _sides(margins: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Tell by outcome whether all rows are on their own side, and how far the farthest is."""
    return (margins > 0).all(dim=0), max(float(margins.max()), 0.0)


def _means_vanish(job: Job) -> str | None:
    return "vanished" if _looks_on(job) and runs_off(job) else None


def _looks_on(job: Job) -> bool:
    return settles(job) and job.spec.likelihood is not None


def settles(job: Job) -> bool:
    """Tell whether training ends by itself at a maximum, where there is one."""
    return job.spec.optimizer.name in SETTLING


def _margins(batch: Batch, job: Job) -> torch.Tensor:
    """Give how far, on the scale of the link, each row is on its own side (n, outcomes)."""
    output = scores(batch, job)
    if job.spec.family.outcome == "class":
        own = batch.y.reshape(-1, 1)
        return output.gather(1, own) - output.scatter(1, own, -math.inf).amax(1, keepdim=True)
    # A share between 0 and 1 is on no side.
    return output * torch.where(batch.y == batch.y.round(), 2 * batch.y - 1, 0)


def _newton_move(job: Job) -> float:
    """Say by how much a Newton step for the likelihood would change a score at most."""
    (layer,) = (part for part in job.network.modules() if isinstance(part, nn.Linear))
    if layer.weight.numel() + layer.out_features > MOST_PARAMETERS:
        return 0.0
    slope, curvature = summed(job)
    step = torch.linalg.lstsq(curvature, slope, driver="gelsd").solution
    step = step.reshape(layer.out_features, -1)
    return job.over_rows(
        lambda batch: float((columns(counted(batch), job) @ step.mT).abs().max()), max
    )


def _risks_apart(job: Job) -> str | None:
    """Look whether a Newton step for the partial likelihood would still move risks.

    So where at each event the row that has it has the largest value of some combination of the
    columns among those at risk.
    """
    if not settles(job) or job.spec.n_features > MOST_PARAMETERS:
        return None
    (batch,) = job.chunks()
    link = scores(batch, job)
    if float(link.max() - link.min()) <= LARGE:
        return None
    seen = risk_derivatives(job)
    step = torch.linalg.lstsq(seen.curvature, seen.slope[:, None], driver="gelsd").solution
    moves = seen.x @ step
    return "infinite" if float(moves.max() - moves.min()) > MOVES else None


# by the likelihood of a loss
LOOKS: dict[str, Callable[[Job], str | None]] = {
    "bernoulli": _classes_apart,
    "multinomial": _classes_apart,
    "partial": _risks_apart,
    "poisson": _means_vanish,
    "negative_binomial": _means_vanish,
    "tweedie": _means_vanish,
}
