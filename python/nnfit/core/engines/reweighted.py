"""The engine for linear models by Fisher scoring, of classes and risks by Newton's steps.

See `fisher_scoring` and `newton`. Each step is a pass over the rows, in memory or in files.
"""

from __future__ import annotations

from ..model.generalised import LIKELIHOODS
from ..options.resolved import Resolved
from .base import DoesNotApply, Engine, Job
from .fisher_scoring import FisherScoringStep
from .newton import SYSTEMS, NewtonStep
from .validation import validation_of

MOST_COLUMNS = 1000


def check(job: Job) -> None:
    """Refuse all but linear models under a likelihood, in full batch."""
    spec = job.spec
    if spec.optimizer.name != "fisher_scoring":
        raise DoesNotApply('it is for the optimizer "fisher_scoring"')
    if not spec.linear or spec.own_model:
        raise DoesNotApply("it is for linear models")
    if not is_solvable(spec):
        raise DoesNotApply("it is for losses that are the likelihood of a mean, classes or risks")
    if spec.penalty and not _of_means(spec):
        raise DoesNotApply("of classes and risks it takes no penalty")
    if not job.rows.full_batch:
        raise DoesNotApply("it takes all rows at once, not batches")
    if spec.n_features > MOST_COLUMNS:
        raise DoesNotApply(f"it is for up to {MOST_COLUMNS} columns")


def is_solvable(spec: Resolved) -> bool:
    """Tell whether there are such steps for a loss."""
    return _of_means(spec) or spec.likelihood in SYSTEMS


def _of_means(spec: Resolved) -> bool:
    return spec.likelihood in LIKELIHOODS and not spec.family.output


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    batches = job.rows.batches(job.scaling)
    make_step = FisherScoringStep if _of_means(job.spec) else NewtonStep
    step = make_step(job, batches.rows if job.rows.streamed else [batches.rows])
    return Engine(
        "reweighted",
        step,
        batches,
        step.criterion.factor,
        validation_of(job),
        step.converged,
    )
