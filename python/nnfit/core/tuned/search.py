"""The search itself: candidates are made, trained, judged, and one of them is chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import nn

from ..ground.errors import NNFitError
from ..ground.memory import check_room
from ..ground.pieces import deal, from_first, put_together
from ..ground.processes import ALONE, Processes
from ..model import network as networks
from ..repeats.progress import in_proportion
from ..repeats.replicas import numbers_kept
from ..training.callbacks import Report
from ..training.trained import Trained
from .candidates import Candidate
from .judged import Judge, Result, in_order
from .space import Point, Space
from .stages import Stage, spent, stages
from .trials import Trials, cost_of, steps_of

CANDIDATES = 30


class Plan(NamedTuple):
    """How a search goes.

    Parameters
    ----------
    method : "random", "grid" or "halving"
    candidates : int or None
        None: `CANDIDATES`, or all of a grid.
    factor, min_epochs
        Of halving: see `stages`.
    """

    method: str
    candidates: int | None
    factor: int
    min_epochs: int | None

    def points(self, space: Space, seed: int) -> list[Point]:
        """Choose the candidates."""
        if self.method == "grid":
            return space.grid()
        return space.draw(self.candidates or CANDIDATES, seed)

    def check(self, made: Sequence[Candidate]) -> None:
        """Refuse candidates that can not be searched in this way."""
        if self.method == "halving":
            _check_halving(made)

    def stages(self, made: Sequence[Candidate]) -> list[Stage] | None:
        """Plan the stages of halving; None: there are none."""
        if self.method != "halving":
            return None
        assert all(not one.chooses_penalty for one in made)  # how many epochs is said
        return stages(len(made), made[0].spec.epochs, self.factor, self.min_epochs)


@dataclass
class Found:
    """What a search has found, as far as it went.

    Attributes
    ----------
    results : dict of Result
        By the candidates' numbers.
    order : list of int
        The best first.
    stages : list of Stage or None
    interrupted : bool
    """

    results: dict[int, Result]
    order: list[int]
    stages: list[Stage] | None
    interrupted: bool


def search(
    made: Sequence[Candidate],
    model: nn.Module | None,
    plan: Plan,
    judge: Judge,
    report: Report | None,
    processes: Processes = ALONE,
) -> Found:
    """Train and judge candidates.

    Raises
    ------
    NNFitError
        If all of them fail.
    """
    planned = plan.stages(made)
    results: dict[int, Result] = {}
    if planned is None:
        results, stopped = _try_all(made, model, judge, report, processes)
    else:
        # the fits of a stage are shared: the last stages have few candidates
        trials = Trials(model, report, _total(made, planned), processes)
        try:
            _halve(made, planned, trials, judge, results)
            stopped = trials.interrupted
        except KeyboardInterrupt:
            stopped = True
    if not stopped:
        _check_some_left(results, judge)
    return Found(results, in_order(results), planned, stopped)


def _try_all(
    made: Sequence[Candidate],
    model: nn.Module | None,
    judge: Judge,
    report: Report | None,
    processes: Processes,
) -> tuple[dict[int, Result], bool]:
    """Train and judge each candidate in one of the processes; tell whether that was cut short."""
    shares = deal([cost_of(one) for one in made], processes.size)
    mine = [made[place] for place in shares[processes.rank]]
    total, own = _total(made, None), _total(mine, None)
    trials = Trials(model, in_proportion(report, total, own), own)
    results: dict[int, Result] = {}
    try:
        for trial in trials.run(mine):
            results[trial.candidate.number] = judge.result(trial, 1, 0)
    except KeyboardInterrupt:
        trials.interrupted = True
    return put_together(processes, results), processes.any(trials.interrupted)


def _halve(
    made: Sequence[Candidate],
    planned: Sequence[Stage],
    trials: Trials,
    judge: Judge,
    results: dict[int, Result],
) -> None:
    """Train all candidates a little, and go on with the best of them, stage after stage.

    A candidate's result is that of the stage at which it was best.
    """
    active: Sequence[Candidate] = made
    before: dict[int, list[Trained]] | None = None
    done = 0
    for number, (stage, after) in enumerate(zip(planned, [*planned[1:], None]), 1):
        fits: dict[int, list[Trained]] = {}
        now: dict[int, Result] = {}
        for trial in trials.run(active, stage.epochs - done, before):
            one = trial.candidate.number
            now[one], fits[one] = judge.result(trial, number, done), trial.fits
            results[one] = now[one].after(results.get(one))
        now, latest = from_first(trials.processes, (now, results))  # all go on with the same
        results.update(latest)
        if trials.interrupted or after is None:
            return
        fine = {one: result for one, result in now.items() if math.isfinite(result.mean)}
        best = sorted(in_order(fine)[: after.candidates])
        active, before = [made[one] for one in best], {one: fits[one] for one in best}
        done = stage.epochs


def _total(made: Sequence[Candidate], planned: Sequence[Stage] | None) -> int:
    """Count the epochs of all fits that are ahead."""
    if planned is not None:
        return spent(planned, len(made[0].data.replicas))
    return sum(len(one.data.replicas) * steps_of(one) for one in made)


def _check_halving(made: Sequence[Candidate]) -> None:
    """Refuse what can not be trained in stages."""
    whole = {
        "schedule": "changes the step size over the epochs of a whole fit",
        "stop_iter": "ends fits by themselves",
        "members": "has several networks in each fit",
    }
    for one in made:
        given = {
            "schedule": one.spec.schedule is not None,
            "stop_iter": one.spec.stop_iter != math.inf,
            "members": one.spec.members > 1,
        }
        for name in (name for name in whole if given[name]):
            raise NNFitError(
                name,
                f'{whole[name]}, and method "halving" trains them in stages.',
                'Leave it out, or choose method "random".',
            )
    if len({one.spec.epochs for one in made}) > 1:
        raise NNFitError(
            "epochs",
            'is what method "halving" gives to some candidates more of than to others.',
            "Give the number of a whole fit.",
        )
    first = made[0]
    if not first.spec.own_model:
        largest = max(numbers_kept(networks.build(one.spec, "meta")) for one in made)
        fits = len(made) * len(first.data.replicas)
        check_room("candidates", f"{fits:,} fits that go on", 4.0 * fits * largest)


def _check_some_left(results: dict[int, Result], judge: Judge) -> None:
    """Refuse to choose where no candidate has a score."""
    if any(math.isfinite(one.mean) for one in results.values()):
        return
    diverged = sum("diverged" in one.stopped for one in results.values())
    if not diverged and judge.metric is not None:
        raise NNFitError(
            "metric",
            f'is "{judge.metric}", which is not defined for what the candidates predict.',
            "Make fewer folds, so that each has rows of all kinds, or name another.",
        )
    raise NNFitError(
        "learn_rate",
        f"is too large, as it seems: all {len(results):,} candidates diverged, a loss is not "
        "finite.",
        "Give smaller step sizes to choose from.",
    )
