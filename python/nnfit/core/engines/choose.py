"""The one place where it is decided how fits are trained: a table, tried in order."""

from __future__ import annotations

from ..ground.errors import NNFitError
from ..options import catalog
from . import autograd, least_squares, reweighted, span_of_rows, stacked, stream
from .base import DoesNotApply, Engine, EngineKind, Job
from .fused import engine as fused

ENGINES: tuple[EngineKind[Job, Engine], ...] = (
    EngineKind("least_squares", least_squares.check, least_squares.make),
    EngineKind("reweighted", reweighted.check, reweighted.make),
    EngineKind("span_of_rows", span_of_rows.check, span_of_rows.make),
    EngineKind("stream", stream.check, stream.make, also=("fused",)),
    EngineKind("fused", fused.check, fused.make),
    EngineKind("autograd", autograd.check, autograd.make),
)
# Trains several fits at once. It is tried first where there are several; where it does not apply,
# each of them is a job for one of the above.
TOGETHER = EngineKind("stacked", stacked.check, stacked.make, also=("fused",))


def choose(job: Job) -> Engine:
    """Make the engine of a job: the first that applies, among those that are asked for.

    Raises
    ------
    NNFitError
        If none does; the message has the reason.
    """
    wanted = job.spec.engine
    if wanted == TOGETHER.name:
        raise NNFitError(
            "engine",
            f'"{wanted}" does not apply: it is for several fits at once.',
            "Ask for `bootstrap` or `restarts`, or leave `engine` out.",
        )
    refused: dict[str, str] = {}
    for kind in ENGINES:
        if wanted not in ("auto", kind.name, *kind.also):
            continue
        try:
            return _made(kind, job)
        except DoesNotApply as reason:
            refused[kind.name] = str(reason)
    raise _refusal(job, refused)


def _made(kind: EngineKind[Job, Engine], job: Job) -> Engine:
    if job.fully_shard and kind.name != "autograd":
        raise DoesNotApply("of parameters that are shared out it would need all")
    kind.check(job)
    return kind.make(job)


def choose_together(group: stacked.Group) -> stacked.StackedEngine | None:
    """Make the engine that trains a group at once; None: they are to be trained in turn.

    Raises
    ------
    NNFitError
        If it is asked for by name and does not apply.
    """
    wanted = group.spec.engine
    if wanted not in ("auto", TOGETHER.name, *TOGETHER.also):
        return None
    try:
        TOGETHER.check(group)
        return TOGETHER.make(group)
    except DoesNotApply as reason:
        if wanted != TOGETHER.name:
            return None
        raise NNFitError(
            "engine", f'"{wanted}" does not apply: {reason}.', 'Use "auto".'
        ) from reason


def _refusal(job: Job, refused: dict[str, str]) -> NNFitError:
    """Say what can not be done, and the reason that is nearest to what was asked for."""
    optimizer, wanted = job.spec.optimizer.name, job.spec.engine
    fast = "stream" if job.rows.streamed and job.rows.full_batch else "fused"
    free = wanted in ("auto", "fused")  # then it is no engine's fault that an optimizer is refused
    if free and optimizer == "fisher_scoring":
        fast = "reweighted"
    reason = refused.get(fast if free else wanted, "")
    if free and catalog.lookup("optimizer", optimizer).torch is None:
        return NNFitError("optimizer", f'"{optimizer}" does not apply: {reason}.', 'Use "lbfgs".')
    return NNFitError("engine", f'"{wanted}" does not apply: {reason}.', 'Use "auto".')
