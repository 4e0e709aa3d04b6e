"""The engine for generalised linear models by Fisher scoring: a pass over the rows for each step.

See `fisher_scoring`. The rows may be in memory or in files.
"""

from __future__ import annotations

from ..model.generalised import LIKELIHOODS
from .base import DoesNotApply, Engine, Job
from .fisher_scoring import FisherScoringStep
from .validation import validation_of

MOST_COLUMNS = 1000


def check(job: Job) -> None:
    """Refuse all but linear models under a likelihood of one parameter, in full batch."""
    spec = job.spec
    if spec.optimizer.name != "fisher_scoring":
        raise DoesNotApply('it is for the optimizer "fisher_scoring"')
    if not spec.linear or spec.own_model:
        raise DoesNotApply("it is for linear models")
    if spec.likelihood not in LIKELIHOODS or spec.family.output:
        raise DoesNotApply("it is for losses that are the likelihood of a mean")
    if not job.rows.full_batch:
        raise DoesNotApply("it takes all rows at once, not batches")
    if spec.n_features > MOST_COLUMNS:
        raise DoesNotApply(f"it is for up to {MOST_COLUMNS} columns")


def make(job: Job) -> Engine:
    """Make the engine of a job."""
    batches = job.rows.batches(job.scaling)
    step = FisherScoringStep(job, batches.rows if job.rows.streamed else [batches.rows])
    return Engine(
        "reweighted",
        step,
        batches,
        step.criterion.factor,
        validation_of(job),
        step.converged,
        within=step,
    )
