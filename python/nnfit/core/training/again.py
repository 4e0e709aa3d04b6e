"""A network that has learned nothing is trained again, from other initial values."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..engines.base import Job
from ..ground.seed import further_seed, seeded
from ..model import network as networks
from ..options.catalog import differs
from .fault import Fault, fault_of
from .separated import separated
from .trained import Trained
from .worse import worse_than_one_number

MOST = 3  # further starts


def train_again_where_it_helps(job: Job, train: Callable[[], Trained]) -> Trained:
    """Train a job; where its network is found at fault, again from other initial values.

    These follow from the fit's seed. What was right at first is given back as it is.

    Parameters
    ----------
    job : Job
        Its network has its initial values.
    train : callable
        Trains the network from the values that it has.

    Returns
    -------
    Trained
        The first that is without fault, or else the one with the least loss; the network has its
        parameters. Its `fault` says what was wrong at first, and whether it still is.
    """
    trained = train()
    over = trained.interrupted or trained.stopped == "diverged"
    fault = None if over else fault_of(job)
    # other initial values do not help against "units", and there are none beside those of an
    # earlier fit, nor where all that are drawn are the same
    others = job.start is None and differs(job.spec.init)
    if fault is not None and fault.kind != "units" and others:
        again = _again(job, train, trained, fault)
        cured = again.fault is not None and again.fault.cured and not again.interrupted
        worse = cured and again.stopped != "diverged" and worse_than_one_number(job, again)
        return again._replace(fault=Fault("worse")) if worse else again
    if fault is None and not over and job.spec.linear:
        kind = separated(job, trained.stopped)
        fault = Fault(kind) if kind else None
    if fault is None and not over and worse_than_one_number(job, trained):
        fault = Fault("worse")
    return trained._replace(fault=fault)


def _again(job: Job, train: Callable[[], Trained], first: Trained, fault: Fault) -> Trained:
    tried: list[tuple[Trained, Fault | None]] = [(first, fault)]
    stopped = False
    while not stopped and len(tried) <= MOST and tried[-1][1] is not None:
        with seeded(further_seed(job.spec.seed, len(tried)), job.spec.torch_device):
            networks.redraw(job.network, job.spec)
        try:
            trained = train()
        except KeyboardInterrupt:
            stopped = True
            break
        stopped = trained.interrupted
        if trained.stopped != "interrupted":
            tried.append((trained, fault_of(job)))
    best, its = _choose(tried)
    best.load(job.network)
    last = fault if its is None else its
    return best._replace(
        interrupted=stopped,
        fault=last._replace(redrawn=len(tried) - 1, cured=its is None),
        seconds=sum(one.seconds for one, _ in tried),
    )


def _choose(tried: list[tuple[Trained, Fault | None]]) -> tuple[Trained, Fault | None]:
    """Choose what is without fault, unless all that was wrong was a line that nothing beats."""
    last = tried[-1]
    if last[1] is None and tried[0][1] is not None and tried[0][1].kind != "straight":
        return last
    return min(tried, key=lambda one: _loss(one[0]))


def _loss(trained: Trained) -> float:
    train, valid = trained.final_losses
    loss = train if valid is None else valid
    return loss if math.isfinite(loss) else math.inf
