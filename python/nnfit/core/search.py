"""The function that R and Python users call to search for good options: `tune()`."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Callable, NamedTuple

import numpy as np
import torch
from torch import nn

from .api import Wanted, fit_read
from .data.frames import check_index
from .ground import forks
from .ground.errors import NNFitError
from .ground.interrupts import despite_interrupt, interrupted
from .ground.pieces import by_first
from .ground.processes import Processes
from .jobs.shared import alone_or, refuse_what_can_not_be_shared, shareable
from .model import network as networks
from .model.fit import Fit
from .options.asked import Asked
from .options.checks import check
from .options.metrics import check_metrics, metric_rows
from .options.rows import option_names
from .options.untuned import is_untuned
from .options.words import did_you_mean
from .repeats.absent import refuse_absent
from .repeats.repeats import Repeats
from .repeats.resampling import SEEDS
from .training.apart import keeping_apart
from .training.call import call_of
from .training.checkpoint import Keeper, NothingKept
from .tuned.candidates import Candidate, Maker, Rows
from .tuned.found import Search
from .tuned.judged import Judge, Result, chosen
from .tuned.search import Found, Plan, search
from .tuned.space import Choice, Range, Space

# what differs between losses, which are then no measure of candidates
OTHER_LOSSES = ("loss",)


@shareable(Search)
def tune(
    x: Any,
    y: Any,
    *,
    method: str = "random",
    candidates: int | None = None,
    folds: Any = None,
    repeats: int = 1,
    validation: Any = None,
    metric: str | None = None,
    select: str = "best",
    factor: int = 3,
    min_epochs: int | None = None,
    weights: Any = None,
    offset: Any = None,
    model: nn.Module | None = None,
    progress: Callable[..., Any] | None = None,
    checkpoint: Any = None,
    processes: int | Processes = 1,
    **options: Any,
) -> Search:
    """Search for good options, and fit all rows by them.

    Candidates are judged by rows that their fits have not seen, the same for all. Those whose
    networks have the same shape, and that differ in `penalty`, `mixture`, `learn_rate` or
    `momentum` alone, are trained side by side, as folds are.

    Parameters
    ----------
    x, y, weights, offset, model, progress, checkpoint
        As for `fit()`.
    method : "random", "grid" or "halving", default "random"
        How candidates are chosen: drawn at random; all combinations, of a `Range` its `levels`; or
        drawn, trained for some epochs, and the best of them trained on (successive halving:
        Jamieson and Talwalkar 2016; Li et al. 2018).
    candidates : int, default 30
        How many are drawn.
    folds : int or int array (n,), default 5
        As for `cross_validate()`.
    repeats : int, default 1
        How often the rows are dealt into folds anew.
    validation : float, pair or triple, optional
        In the place of folds the part of the rows to judge by, or other data, as for `fit()`.
    metric : name, optional
        What to judge by: a name that the option `metrics` takes. By default the loss.
    select : "best" or "one_std_err", default "best"
        Which candidate is fitted to all rows: the best, or, of those within one standard error of
        it, the one with the fewest parameters, then the largest penalty.
    factor : int, default 3
        Of halving: of so many candidates one is trained on.
    min_epochs : int, optional
        Of halving: the first stage is not shorter. By default a 27th of all epochs.
    processes : int, default 1
        In how many processes on this machine to train, as for `fit()`: each trains some of the
        candidates, or under "halving" some of the fits of a stage. One of them fits all rows.
    **options
        As for `fit()`; a `Range` or a `Choice` in the place of a value is searched.

    Returns
    -------
    Search
        A dict, with `best` (the options that were chosen), `best_score` and `fit` as attributes. Of
        the search: `names` (the options that are searched), `candidates` (a dict of options for
        each, in the order of the search) and their `points` (candidates, options), where a value
        of a `Choice` is its position; the `scores` (candidates, fits), NaN where a fit was not
        done and infinite where it has failed; their `mean` and `std_error`; the `epochs` that each
        was trained for; the `stage` of halving to which it came; why its fits `stopped`; how many
        of them have learned nothing (`dead`); the `order`, the best first, and which is `chosen`,
        from 0. The `metric` (None: the loss) and whether more of it is better (`maximize`).
        `stages`, pairs of candidates and epochs; None but for halving. `folds` (n, repeats), from
        0, or None; `validation_rows`, from 0, where some were held out once, else None. `seed`,
        `options`, `seconds`.

        `fit`: all rows, those to judge by too, fitted by the options that were chosen, as `fit()`
        gives it. With `stop_iter` it is trained for as many epochs as were best on average, after
        halving for those at which the candidate was best: `changed` has the options that it has
        otherwise than the candidate.

    Raises
    ------
    NNFitError
        Naming the argument that cannot work, and the candidate where it is one; before any is
        trained, the `metric` that needs rows of each class where a fold has none of some.
    KeyboardInterrupt
        If the user interrupts. Its attribute `fit` is the search as far as it went, without `fit`;
        of a candidate that was not done scores are NaN.

    Notes
    -----
    The score of the best of many candidates flatters it, as it is also the luckiest: Cawley and
    Talbot (2010), On over-fitting in model selection, JMLR 11, 2079-2107. Rows that take no part in
    the search judge fairly.

    It takes columns as they are; `nnfit.tune_formula()` makes them by a formula.
    """
    start = time.perf_counter()
    forks.settle()
    if model is not None:
        networks.check_module(model)
    space, fixed = _divided(options)
    asked_for = _Call(
        Plan(
            check("method", method),
            _number(method, candidates),
            check("factor", factor),
            check("min_epochs", min_epochs),
        ),
        _rows(x, y, weights, offset, model, (folds, check("repeats", repeats), validation)),
        check("metric", metric),
        check("select", select),
        check("progress", progress),
        space,
        fixed,
        start,
        alone_or(processes),
    )
    drawn = Asked(seed=check("seed", options.get("seed")))
    folder = check("checkpoint", checkpoint)
    with keeping_apart(folder, drawn, asked_for.processes) as (seeding, kept):
        return _tune(asked_for, seeding, kept)


class _Call(NamedTuple):
    """What a user asks for."""

    plan: Plan
    rows: Rows
    metric: str | None
    select: str
    progress: Callable[..., Any] | None
    space: Space
    fixed: dict[str, Any]
    start: float
    processes: Processes


def _divided(options: Mapping[str, Any]) -> tuple[Space, dict[str, Any]]:
    """Tell what is searched from what all candidates have in common."""
    known = option_names("training")
    for name in options:
        if name not in known:
            raise NNFitError(name, "is not an option.", did_you_mean("option", name, known))
    searched = {
        name: value for name, value in options.items() if isinstance(value, (Range, Choice))
    }
    if not searched:
        raise NNFitError(
            "options", "has nothing to search for: each is one value.",
            "Give a `Range` or a `Choice` as an option.",
        )  # fmt: skip
    fixed = {name: value for name, value in options.items() if name not in searched}
    if check("metrics", fixed.pop("metrics", None)):
        raise NNFitError(
            "metrics", "is measured in each epoch of one fit.", "Give the `metric` to judge by."
        )
    return Space(searched), fixed


def _number(method: str, candidates: int | None) -> int | None:
    if method == "grid" and candidates is not None:
        raise NNFitError(
            "candidates",
            'does not go with method "grid", which has all combinations.',
            'Leave it out, or choose method "random".',
        )
    number: int | None = check("candidates", candidates)
    return number


def _rows(
    x: Any, y: Any, weights: Any, offset: Any, model: nn.Module | None, judged: tuple[Any, int, Any]
) -> Rows:
    """Put together what is known of the rows: judged by folds, or by some that are held out."""
    folds, repeats, validation = judged
    if validation is None:
        folds = 5 if folds is None else folds
        check_index(x, folds, "folds")
        return Rows(x, y, weights, offset, model, folds, repeats, None)
    for name, given in (("folds", folds is not None), ("repeats", repeats > 1)):
        if given:
            raise NNFitError(
                name, "does not go with `validation`: rows are held out once.",
                "Leave one of the two out.",
            )  # fmt: skip
    return Rows(x, y, weights, offset, model, None, 1, validation)


def _tune(call: _Call, seeding: Asked, kept: Keeper | NothingKept) -> Search:
    kept.begin()
    seed = seeding.seed
    if seed is None:
        seed = int(torch.randint(SEEDS, (1,)))
    points = call.plan.points(call.space, seed)
    made = Maker(call.rows, call.fixed, call.space, seed).make(points)
    first = made[0]
    for one in made:
        refuse_what_can_not_be_shared(call.processes, None, one.spec.loss)
    _check_metric(call, first)
    call.plan.check(made)
    kept.settle(first.spec, lambda: _said(call, made))
    judge = Judge(call.metric, call.rows.model)
    found = search(made, call.rows.model, call.plan, judge, call.progress, call.processes)
    if not found.results:
        raise KeyboardInterrupt
    gathered, again = despite_interrupt(lambda: _gathered(call, made, found, seed))
    if found.interrupted or again:
        raise interrupted(gathered)
    best, result = made[gathered["chosen"]], found.results[gathered["chosen"]]
    changed = _changed(best, result, found.stages is not None)
    try:
        fit = by_first(call.processes, lambda: _fitted(call, best, changed))
    except KeyboardInterrupt:
        raise interrupted(gathered) from None
    seconds = time.perf_counter() - call.start
    return Search({**gathered, "fit": fit, "changed": changed, "seconds": seconds})


def _check_metric(call: _Call, first: Candidate) -> None:
    spec = first.spec
    if call.metric is None:
        differ = [name for name in OTHER_LOSSES if name in call.space.axes]
        if differ:
            raise NNFitError(
                "metric",
                "is the loss, and candidates differ in it: their losses are no measure of them.",
                "Name the metric to judge by.",
            )
        return
    kind = "survival" if spec.family.joint else "class" if spec.levels else "numeric"
    check_metrics("metric", (call.metric,), spec.family, kind)
    if spec.family.heads_by and len(spec.heads) > 1:
        raise NNFitError(
            "metric", f'does not go with several levels of the loss "{spec.loss.name}".',
            "Leave it out: the loss judges all of them.",
        )  # fmt: skip
    data = first.data
    refuse_absent(call.metric, spec.levels, data.table, data.replicas, data.beside)


def _said(call: _Call, made: Sequence[Candidate]) -> dict[str, Any]:
    """Say what the call is, for its checkpoint."""
    first = made[0]
    return {
        **call_of("tune()", first.asked, first.data.table, call.rows.model),
        "the candidates": [repr(one.values) for one in made],
        **call.plan._asdict(),
        "metric": call.metric,
        "select": call.select,
        "folds": first.data.folds,
        "validation": call.rows.validation,
    }


def _gathered(call: _Call, made: Sequence[Candidate], found: Found, seed: int) -> Search:
    """Put together what a search has found."""
    judge, results = Judge(call.metric), found.results
    fits = len(made[0].data.replicas)
    none = Result(np.full(fits, np.nan), 0, 0, [], [], 0, False)
    every = [results.get(one.number, none) for one in made]
    best = chosen(call.select, found.order, results, made)
    folds = made[0].data.folds
    return Search({
        "names": list(call.space.axes),
        "candidates": [one.values for one in made],
        "points": np.array([one.point for one in made]).reshape(len(made), -1),
        "scores": judge.sign * np.array([one.scores for one in every]),
        "mean": judge.sign * np.array([one.mean for one in every]),
        "std_error": np.array([one.std_error for one in every]),
        "epochs": np.array([one.epochs for one in every]),
        "stage": np.array([one.stage for one in every]),
        "stopped": [one.stopped for one in every],
        "dead": np.array([one.dead for one in every]),
        "order": np.array(found.order),
        "chosen": best,
        "metric": call.metric,
        "maximize": call.metric is not None and metric_rows()[call.metric].maximize,
        "stages": None if found.stages is None else np.array(found.stages),
        "folds": None if folds is None else folds.T.copy(),
        "validation_rows": made[0].data.validation_rows,
        "seed": seed,
        "options": made[best].spec.plain(),
        "seconds": time.perf_counter() - call.start,
    })  # fmt: skip


def _fitted(call: _Call, best: Candidate, changed: Mapping[str, Any]) -> Fit:
    """Fit all rows by the options of a candidate, in the way that its fits were judged."""
    asked = replace(best.asked, **changed)
    if asked.monitor is None:
        asked = replace(asked, metrics=())
    wanted = Wanted(best.data.table, call.rows.model, 0, True, Repeats(), call.progress)
    return fit_read(asked, wanted, NothingKept())


def _changed(best: Candidate, result: Result, staged: bool) -> dict[str, Any]:
    """Give the options that the fit to all rows has otherwise than the candidate."""
    changed: dict[str, Any] = {}
    if is_untuned(best.asked) and not result.tuned:
        changed["penalty"] = 0.0  # else all rows may be enough to choose one by
    if staged and result.epochs < best.spec.epochs:
        changed["epochs"] = result.epochs
    epochs = [epoch for epoch in result.best_epochs if epoch]
    if best.spec.stop_iter != math.inf and epochs:  # no rows are left to stop by
        mean = max(1, round(sum(epochs) / len(epochs)))
        changed.update(epochs=mean, stop_iter=math.inf)
        changed.update({"monitor": None} if best.asked.monitor else {})
    return changed
