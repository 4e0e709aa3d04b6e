"""How good candidates are: by rows that their fits have not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import nn

from ..model import network as networks
from ..options.metrics import metric_rows
from ..repeats.replicas import Replica, Task, loss_held_out
from ..training.measures import measured
from ..training.trained import Trained
from .candidates import Candidate
from .trials import Trial


@dataclass
class Result:
    """What the fits of a candidate have come to.

    Attributes
    ----------
    scores : array (F,)
        Of each fit, of which less is better; infinite: it diverged, or the metric is undefined.
    epochs : int
        That they had been trained for then, the most of them.
    stage : int
        Of halving, to which they came, from 1; 1 where there is none.
    stopped : list of str
    best_epochs : list of int
        0: there is none.
    dead : int
        Of how many it is known that they have learned nothing.
    tuned : bool
        Whether each has chosen its penalty.
    """

    scores: np.ndarray
    epochs: int
    stage: int
    stopped: list[str]
    best_epochs: list[int]
    dead: int
    tuned: bool

    @property
    def mean(self) -> float:
        """The mean over the fits: infinite where one of them has failed."""
        return float(self.scores.mean())

    @property
    def std_error(self) -> float:
        """Of the mean; NaN where there is one fit."""
        if len(self.scores) < 2 or not np.isfinite(self.scores).all():
            return math.nan
        return float(self.scores.std(ddof=1) / math.sqrt(len(self.scores)))

    @property
    def place(self) -> tuple[float, float]:
        """By which results are put in order, the best first."""
        return self.mean, -self.stage

    def after(self, earlier: Result | None) -> Result:
        """Give what counts after another stage: where its score was best, as in Hyperband."""
        if earlier is None or self.mean < earlier.mean:
            return self
        return replace(earlier, stage=self.stage)


class Judge:
    """Scores fits.

    Parameters
    ----------
    metric : str or None
        None: by the loss, which classes have their weights in, of what the fit predicts.
    model : nn.Module or None
        The user's own.
    """

    def __init__(self, metric: str | None, model: nn.Module | None = None):
        self.metric, self.model = metric, model
        self.sign = -1.0 if metric is not None and metric_rows()[metric].maximize else 1.0

    def result(self, trial: Trial, stage: int, before: int) -> Result:
        """Judge the fits of a candidate, which have been trained for some epochs before."""
        fits = trial.fits
        pairs = zip(trial.candidate.data.replicas, fits)
        scores = [self._score(trial, replica, trained) for replica, trained in pairs]
        return Result(
            np.array(scores),
            before + max(_epochs_of(trained) for trained in fits),
            stage,
            [trained.stopped for trained in fits],
            [trained.best_epoch or 0 for trained in fits],
            sum(trained.learned_nothing for trained in fits),
            trial.spec.tuned,
        )

    def _score(self, trial: Trial, replica: Replica, trained: Trained) -> float:
        if trained.stopped == "diverged":
            return math.inf
        if self.metric is None and trained.unseen is not None:
            score = trained.unseen
        else:
            network = networks.rebuild(trial.spec, trained.parameters, self.model)
            score = self._value(network, trial, replica, trained)
        return score if math.isfinite(score) else math.inf

    def _value(self, network: nn.Module, trial: Trial, replica: Replica, trained: Trained) -> float:
        data, spec = trial.candidate.data, trial.spec
        if self.metric is None:
            task = Task(data.settled, spec, self.model, data.beside)
            held_out = task.validation(replica)
            assert held_out is not None  # all are validated
            return loss_held_out(network, spec, task.training(replica), held_out)
        rows = data.beside if replica.valid_rows is None else data.table.take(replica.valid_rows)
        assert rows is not None
        return self.sign * measured([self.metric], network, spec, trained.scaling, rows)[0]


def _epochs_of(trained: Trained) -> int:
    losses = trained.history["train_loss"]
    assert losses is not None  # only validation may be missing
    return len(losses)


def in_order(results: dict[int, Result]) -> list[int]:
    """Put the numbers of candidates in order, the best first; of equals the one made first."""
    return sorted(results, key=lambda number: (*results[number].place, number))


def chosen(
    select: str, order: Sequence[int], results: dict[int, Result], made: Sequence[Candidate]
) -> int:
    """Choose a candidate: the best, or the simplest within one standard error of it.

    The rule of one standard error: Breiman, Friedman, Olshen and Stone (1984), Classification and
    regression trees, section 3.4.3. Simplest is what has the fewest parameters, then the largest
    penalty, then the best score.
    """
    best = results[order[0]]
    if select == "best" or not math.isfinite(best.std_error):
        return order[0]
    near = [number for number in order if results[number].mean <= best.mean + best.std_error]
    return min(near, key=lambda number: (*_complexity(made[number]), order.index(number)))


def _complexity(candidate: Candidate) -> tuple[Any, ...]:
    spec = candidate.spec
    if spec.own_model:
        return 0, -spec.penalty
    return networks.size_of(networks.build(spec, "meta")) * spec.members, -spec.penalty
