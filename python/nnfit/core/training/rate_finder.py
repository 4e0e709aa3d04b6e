"""A step size that is found: a short run in which it grows from step to step.

Smith (2017), Cyclical learning rates for training neural networks, WACV, section 3.3.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch

from ..data.arrays import ArraySource
from ..engines.base import Job
from ..engines.choose import choose
from ..ground.errors import NNFitError
from ..ground.seed import further_seed, seeded
from ..ground.threads import threads_for
from ..model import network as networks
from ..options import catalog
from ..options.asked import FIND, Asked
from ..options.catalog import Named
from ..options.resolved import Resolved

LEAST, MOST, STEPS = 1e-6, 10.0, 100  # step sizes tried, each a constant times the one before
FAR = 4.0  # times the least loss: beyond, larger step sizes are of no use
ROWS = 2048  # that the loss is looked at on
NUMBER = 97  # of the seed that it draws by: what training itself draws is another


class RateCurve(NamedTuple):
    """The loss before a step of each size.

    Parameters
    ----------
    learn_rate, loss : array (steps,)
        On the same rows for all, in the user's units.
    """

    learn_rate: np.ndarray
    loss: np.ndarray

    @property
    def best(self) -> float | None:
        """Half way between two step sizes, by logarithms; None: the loss never falls.

        The first is that at which the loss falls fastest: steps as large as that in all of
        training are often too large. The second, a tenth of the one with the least loss, is often
        too small.
        """
        least = int(np.argmin(self.loss))
        if least < 2:
            return None
        before = slice(least + 1)
        slope = np.gradient(self.loss[before], np.log(self.learn_rate[before]))
        steepest = self.learn_rate[int(np.argmin(slope))]
        return math.sqrt(steepest * self.learn_rate[least] / 10)

    def plain(self) -> dict[str, Any]:
        """Write it as a dict."""
        return self._asdict()


def with_found_rate(
    asked: Asked, spec: Resolved, job: Callable[[], Job]
) -> tuple[Resolved, RateCurve | None]:
    """Find the step size, where that is asked for.

    Parameters
    ----------
    asked : Asked
    spec : Resolved
        With the optimizer's own step size, which stays where none is better.
    job : callable
        Gives a job with initial values, which is left as it is.
    """
    if asked.learn_rate != FIND:
        return spec, None
    entry = catalog.lookup("optimizer", spec.optimizer.name)
    if not entry.schedule:
        raise NNFitError(
            "learn_rate",
            f'"{FIND}" does not go with optimizer "{entry.name}", which sets the length of its '
            "steps by itself.",
            "Leave it out, or choose another optimizer.",
        )
    curve = rate_curve(job())
    return replace(spec, learn_rate=curve.best or spec.learn_rate), curve


def rate_curve(job: Job) -> RateCurve:
    """Train a copy of a job's network by steps that grow."""
    spec = replace(job.spec, schedule=Named("exponential", {}))  # so that an engine takes others
    some = ArraySource(job.rows.sample().take(slice(ROWS)), spec)
    trial = replace(job, network=copy.deepcopy(job.network).train(), spec=spec, held_out=some)
    rates = np.geomspace(LEAST, MOST, STEPS)
    seed = None if spec.seed is None else further_seed(spec.seed, NUMBER)
    with seeded(seed, spec.torch_device):
        losses = np.array(list(_losses(trial, rates)))
    found = losses if np.isfinite(losses[-1]) else losses[:-1]
    return RateCurve(rates[: len(found)], found)


def _losses(trial: Job, rates: np.ndarray) -> Iterator[float]:
    """Yield the loss before a step of each size, until it is far from the least."""
    engine = choose(trial)
    assert engine.set_rate is not None and engine.validation is not None
    size = trial.rows.step_rows * networks.size_of(trial.network)
    least = math.inf
    with torch.inference_mode(engine.bare), threads_for(size), np.errstate(all="ignore"):
        for rate, batch in zip(rates, _again_and_again(engine.batches)):
            loss = float(engine.validation()) * float(engine.factor)
            yield loss
            least = min(least, loss)
            if not math.isfinite(loss) or loss > FAR * least:
                return
            engine.set_rate(float(rate))
            engine.step(batch)


def _again_and_again(batches: Any) -> Iterator[Any]:
    while True:
        if batches.size is None:
            yield batches.rows
        else:
            yield from batches
