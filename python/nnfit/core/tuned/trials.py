"""Candidates are trained: those whose networks have the same shape side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from torch import nn

from ..engines.stacked import floats_of
from ..engines.strengths import alike
from ..ground.processes import ALONE, Processes
from ..model import network as networks
from ..model.start import Start
from ..options.resolved import Resolved
from ..repeats import replicas, tuning
from ..repeats.penalty_path import MOST_STEPS
from ..repeats.progress import SharedProgress
from ..repeats.replicas import Made, Replica, Task, train_all
from ..training.callbacks import Report
from ..training.trained import Trained
from .candidates import Candidate


class Trial(NamedTuple):
    """The fits of a candidate, all of which are done, and what they are."""

    candidate: Candidate
    spec: Resolved
    fits: list[Trained]


class Trials:
    """Trains candidates.

    Parameters
    ----------
    model : nn.Module or None
        The user's own.
    report : callable or None
        As for one fit.
    total : int
        Epochs of all fits, for the report.
    processes : Processes
        That share the fits.

    Attributes
    ----------
    interrupted : bool
    """

    def __init__(
        self,
        model: nn.Module | None,
        report: Report | None,
        total: int,
        processes: Processes = ALONE,
    ):
        self.model, self.report, self.total = model, report, total
        self.processes = processes
        self.done = 0
        self.interrupted = False

    def run(
        self,
        candidates: Sequence[Candidate],
        epochs: int | None = None,
        before: dict[int, list[Trained]] | None = None,
    ) -> Iterator[Trial]:
        """Train candidates, and give each as soon as its fits are done; until the user interrupts.

        Parameters
        ----------
        candidates : list of Candidate
        epochs : int, optional
            To train for; by default each candidate's own.
        before : dict of list of Trained, optional
            What each has come to, from where it goes on.
        """
        for group in _groups(candidates):
            for chunk in _chunks(group):
                made, tuned = self._train(chunk, epochs, before)
                number = len(chunk[0].data.replicas)
                done = made.ended
                for place, candidate in enumerate(chunk):
                    its = range(place * number, (place + 1) * number)
                    if all(one in done for one in its):
                        yield Trial(candidate, tuned or candidate.spec, [done[one] for one in its])
                if made.interrupted:
                    self.interrupted = True
                    return

    def _train(
        self,
        chunk: Sequence[Candidate],
        epochs: int | None,
        before: dict[int, list[Trained]] | None,
    ) -> tuple[Made, Resolved | None]:
        first = chunk[0]
        spec = first.spec if epochs is None else replace(first.spec, epochs=epochs)
        data = first.data
        sparing = spec.stop_iter == math.inf
        task = Task(data.settled, spec, self.model, data.beside, sparing, self.processes)
        wanted = [one for candidate in chunk for one in _replicas(candidate, spec.epochs, before)]
        if epochs is None and first.chooses_penalty:
            progress = self._progress(len(wanted), MOST_STEPS)
            made = tuning.tune_all(first.asked, task, wanted, progress.report)
            if made is not None:
                return made
        return self._in_order(task, wanted), None

    def _in_order(self, task: Task, wanted: Sequence[Replica]) -> Made:
        """Train those that go on by themselves after the others, but give all in their order."""
        alone = [place for place, one in enumerate(wanted) if isinstance(one.start, Start)]
        others = [place for place in range(len(wanted)) if place not in set(alone)]
        found: dict[int, Trained] = {}
        for places in (others, alone):
            if not places:
                continue
            progress = self._progress(len(places), task.spec.epochs)
            made = train_all(task, [wanted[place] for place in places], progress)
            found.update({places[own]: trained for own, trained in made.fits.items()})
            if made.interrupted:
                return Made(found, True)
        return Made(dict(sorted(found.items())), False)

    def _progress(self, fits: int, epochs: int) -> SharedProgress:
        """Make the report of some fits, which come after those that are done."""
        before, report, total = self.done, self.report, self.total
        self.done += fits * epochs
        if report is None:
            return SharedProgress(None, fits, epochs)

        def part(epoch: int, epochs: int, *losses: float | None) -> Any:
            return report(before + epoch, total, *losses)

        return SharedProgress(part, fits, epochs)


def _replicas(
    candidate: Candidate, epochs: int, before: dict[int, list[Trained]] | None
) -> Iterator[Replica]:
    own = replace(candidate.spec, epochs=epochs)
    for place, replica in enumerate(candidate.data.replicas):
        start = None if before is None else _start(before[candidate.number][place])
        yield replica._replace(own=own, start=start)


def _start(trained: Trained) -> Any:
    """Give what a fit goes on from: where it stands in its stack, or all that it remembers."""
    if trained.standing is not None:
        return trained.standing
    memory = trained.memory or {}
    return Start(trained.parameters, trained.scaling, memory.get("optimizer"), memory.get("random"))


def _groups(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Put those together that can stand side by side, in the order of the first of each group."""
    groups: dict[Any, list[Candidate]] = {}
    for one in candidates:
        apart = one.number if one.spec.members > 1 or one.chooses_penalty else None
        groups.setdefault((id(one.data), alike(one.spec), apart), []).append(one)
    return list(groups.values())


def _chunks(group: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
    """Cut a group into parts that are trained, and whose fits are kept, at once."""
    size = max(1, replicas.MOST_FLOATS // (_floats(group[0]) * len(group[0].data.replicas)))
    for start in range(0, len(group), size):
        yield group[start : start + size]


def _floats(candidate: Candidate) -> int:
    """Count the numbers that a fit of a candidate works on at once."""
    spec, rows = candidate.spec, len(candidate.data.table.x)
    return rows if spec.own_model else floats_of(spec, networks.build(spec, "meta"), rows)


def cost_of(candidate: Candidate) -> float:
    """Say what the fits of a candidate cost beside those of others, roughly."""
    return float(_floats(candidate)) * steps_of(candidate) * candidate.spec.members


def steps_of(candidate: Candidate) -> int:
    """Count the epochs of each fit of a candidate, at most."""
    return MOST_STEPS if candidate.chooses_penalty else candidate.spec.epochs
