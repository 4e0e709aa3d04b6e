"""The two functions that R and Python users call: `fit()` and `predict()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Callable, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import nn

from .data.codes import check_new_levels, has_new
from .data.frames import check_index
from .data.given import SplitTable, hold_out, read
from .data.table import Table
from .data.unequal import tell_unequal
from .ground import forks
from .ground.errors import NNFitError, did_you_mean
from .ground.interrupts import despite_interrupt, interrupted
from .ground.processes import Processes
from .ground.seed import seeded
from .ground.threads import on_one_thread, threads_for
from .jobs.shared import alone_or, refuse_what_can_not_be_shared, shareable
from .model import network as networks
from .model.baseline import baseline_of
from .model.fit import Fit
from .model.predictions import Reopened, link_of, response_of
from .model.start import Start
from .model.user_loss import settled
from .options.asked import Asked
from .options.checks import check
from .options.documented import documented
from .options.ignored import refuse_ignored
from .options.resolved import Resolved
from .options.untuned import with_best_epoch
from .options.watch import Watch
from .repeats import tuning
from .repeats.averaged import members_in
from .repeats.repeats import Beside, RepeatedFits, Repeats, check_repeats, train_repeats
from .repeats.replicas import job_of
from .training.apart import keeping_apart
from .training.call import call_of
from .training.checkpoint import Keeper, NothingKept
from .training.fault import fault_of_module
from .training.rate_finder import RateCurve, with_found_rate
from .training.trained import Trained, fit_of


@shareable(lambda entries: Fit(**entries))
@documented(Asked)
def fit(
    x: Any,
    y: Any,
    *,
    weights: Any = None,
    offset: Any = None,
    validation: Any = 0,
    model: nn.Module | None = None,
    progress: Callable[..., Any] | None = None,
    callback: Any = None,
    checkpoint: Any = None,
    start: Any = None,
    bootstrap: int = 0,
    restarts: int = 1,
    processes: int | Processes = 1,
    **options: Any,
) -> Fit:
    """Train a linear model, a network or a module of your own.

    Parameters
    ----------
    x : array, tensor or data frame (n, p)
        Read only; copied once. Of a data frame (pandas, polars, pyarrow) the fit keeps the names
        of the columns, which must all be of numbers or booleans, or of classes or strings that
        are embedded (see `embed`): data that meet the fit later
        are matched by name, in any order and with further columns beside. A column that is
        constant in the training rows takes no part, in
        predictions neither; nor, in a linear model without penalty, one that follows from those
        before it, as in R's `lm()`. `scaling["x_scale"]` is infinite there. Without columns a
        linear model is its intercept alone.
    y : array, tensor, column or data frame (n,) or (n, d)
        Numbers, or classes: strings, booleans, categories (their order is that of the levels),
        integers under a loss for classes, or 0-based positions among `levels`. If x and y (or
        weights) are pandas', their rows must have the same labels in the same order. Or times to an
        event, some of them censored, as `surv(event, time)` makes them: the structured array of
        scikit-survival. They are fitted by Cox's partial likelihood ("cox"), without a bias of the
        output; without hidden units as R's `survival::coxph()` has it. In batches, each batch's
        own rows are its risk sets: see Tarkhan and Simon (2020), BigSurvSGD, arXiv:2003.00116,
        whose minimum is that of all rows where hazards are proportional, and Zeng, Tang, Ren and
        Ding (2024), Mini-batch estimation for deep Cox models, arXiv:2408.02839. "response" then
        is a risk, `predict_survival()` gives curves, and `baseline` has the cumulative hazard.
    weights : array (n,), optional
        Not negative. A row of weight zero takes no part.
    offset : array (n,) or (n, d), optional
        Added to the model's output on the scale of the link, as in R's `glm()`: to a mean, a
        logarithm of a mean, log-odds ("bce" too), or the score of each class (n, classes). Under
        "gaussian_nll" it moves the mean. Predictions for other rows need theirs.
    validation : float, pair or triple, default 0
        The part of the rows to hold out, drawn at random; or `(x, y)` held-out data, with an
        offset `(x, y, offset)`. A network of which nothing else is said that tells how to train it
        is the one of its best epoch.
    model : nn.Module, optional
        Trained instead of a network built here; copied, never changed. It must map (n, p) to
        (n, d), or to (n, number of classes). Where it has several outputs and `y` is one column of
        numbers, each is trained to it, and a warning says so.
    progress : callable, optional
        Called by the clock as `progress(epoch, epochs, train_loss, valid_loss_or_None)`.
    callback : callable or pair, optional
        Called with a dict: `epoch`, `epochs`, `train_loss`, `valid_loss`, the metrics (as
        `train_rmse`), under a schedule `learn_rate`, and `seconds`; at most ten times a second, or
        in a pair with `{"every": n}` after every n epochs. Where it returns False training ends,
        and the fit is as it is then.
    checkpoint : str or path, optional
        A folder, made where it is not there, in which the call is written down as it trains: every
        5 seconds, or more rarely where that takes long. After a crash, a power cut or an
        interrupt the same call on the same data goes on from there, to the same result, bit for
        bit, as if it had not been cut short; a seed that is left out is that of the first call. A
        checkpoint of another call, or of other data, is refused, and so is a folder that another
        session writes to. When the call is done its files are removed: the same call again fits
        anew. What a `callback`, or a module of your own, keeps outside of parameters and buffers
        is not written down. For training on the CPU.
    start : mapping, optional
        What `fit()` returned of the same network: its parameters are the initial values, its
        scaling is kept. The optimizer goes on with what it remembered, if it is the same one in
        the same engine and the earlier fit did not end by going back to its best epoch; batches go
        on in the order that they would have had. So two fits of 250 epochs are one of 500.
        L-BFGS begins anew.
    bootstrap : int, default 0
        Fit so many replicates too, 2 at least, each to as many rows drawn with replacement from
        the training rows (drawn as weights). Small networks are trained at once, by batched
        products.
    restarts : int, default 1
        Fit so many times, from other initial values, and keep the fit with the least loss in
        validation, or else in training.
    processes : int, default 1
        In how many processes on this machine to train replicates, restarts or `members`, which
        torchrun starts: each trains a share of them, with a share of the threads. The fit is that
        of one process but for rounding. Starting them takes some seconds. What they are given is
        plain data, or can be pickled; a `callback` and a `loss` that is a function are refused.
    **options
        As `Asked` has them.

    Returns
    -------
    Fit
        Plain types and NumPy arrays, as attributes and as a mapping: `fit["parameters"]`. Losses
        and predictions are in the user's units.

    Raises
    ------
    NNFitError
        Naming the argument that cannot work, and what to do.
    KeyboardInterrupt
        If the user interrupts (Ctrl-C). Its attribute `fit` is the `Fit` as it was then (at
        Python's prompt: `sys.last_value.fit`). Before the first epoch is done there is none.
    """
    forks.settle()
    if model is not None:
        networks.check_module(model)
    asked = Asked.of(options, own_model=model is not None)
    refuse_ignored(asked)
    coded = asked.levels is not None
    table, asked = read(x, y, weights, asked, offset)
    table, asked = networks.spread(model, table, asked)
    tell_unequal(table, asked)
    check("progress", progress)
    watch = check("callback", callback)
    together = alone_or(processes)
    refuse_what_can_not_be_shared(together, watch, asked.loss)
    repeats = Repeats(bootstrap, restarts, together)
    wanted = Wanted(table, model, validation, coded, repeats, progress, watch, start)
    with keeping_apart(check("checkpoint", checkpoint), asked, together) as (asked, kept):
        return fit_read(asked, wanted, kept)


class Wanted(NamedTuple):
    """Rows that are read, and what is to be made of them: as `fit()` has it."""

    table: Table
    model: nn.Module | None
    validation: Any
    coded: bool
    repeats: Repeats
    progress: Callable[..., Any] | None
    watch: Watch | None = None
    start: Any = None


@on_one_thread()
def fit_read(asked: Asked, wanted: Wanted, kept: Keeper | NothingKept) -> Fit:
    """Fit rows that are read, under a checkpoint if there is one."""
    table, model, repeats = wanted.table, wanted.model, wanted.repeats
    with seeded(asked.seed, asked.torch_device):
        kept.begin()
        spec = networks.resolve(model, table, asked)
        network = networks.make(model, table, spec)
        spec = settled(spec, table, bool(repeats.bootstrap))
        split, spec = hold_out(wanted.validation, table, spec, wanted.coded)
        asked_for = Beside(wanted.watch, _begin(wanted.start, network, spec, repeats))
        check_repeats(network, spec, model, repeats, asked_for)
        plan = Plan(model, network, spec, split, repeats, wanted.progress, asked_for)
        kept.settle(spec, lambda: _call_of(asked, plan, wanted.validation))
        done = _train(asked, plan)
    if model is not None and done.trained.fault is None:
        done = _looked_at(done, table)
    made, again = despite_interrupt(lambda: _fit_of(done, table, split))
    if done.trained.interrupted or again:
        raise interrupted(made)
    return made


class Plan(NamedTuple):
    """What is to be trained, and all that the training needs."""

    model: nn.Module | None
    network: nn.Module
    spec: Resolved
    split: SplitTable
    repeats: Repeats
    progress: Callable[..., Any] | None
    beside: Beside


def _call_of(asked: Asked, plan: Plan, validation: Any) -> dict[str, Any]:
    """Say what a call is, so that another can be told from it."""
    repeats, beside = plan.repeats, plan.beside
    share = validation if plan.split.beside is None else plan.split.beside
    return {
        **call_of("fit()", asked, plan.split.table, plan.model),
        "validation": share,
        "start": beside.start,
        "callback": None if beside.watch is None else ["a function", beside.watch.every],
        "bootstrap": repeats.bootstrap,
        "restarts": repeats.restarts,
    }


class Done(NamedTuple):
    """What training gave."""

    network: nn.Module
    spec: Resolved
    trained: Trained
    repeated: RepeatedFits
    rates: RateCurve | None
    tuned: tuning.Tuned | None = None


def _train(asked: Asked, plan: Plan) -> Done:
    """Find a step size where that is asked for; choose a penalty, or train as the user says."""
    network, split = plan.network, plan.split
    spec, rates = with_found_rate(
        asked,
        plan.spec,
        lambda: plan.beside.put_into(job_of(network, plan.spec, split.training, None)),
    )
    tuned = None
    if not (plan.repeats or any(plan.beside)) and tuning.applies(asked, spec, split):
        spec_of_path = tuning.tuned_spec(asked, spec, len(split.table.x))
        tuned = tuning.tune(split.table, spec_of_path, plan.progress)
    if tuned is None:
        spec = with_best_epoch(asked, spec, split.validates)
        trained, repeated = train_repeats(
            network, spec, plan.model, split, plan.repeats, plan.progress, plan.beside
        )
    else:
        trained, repeated, spec = tuned.trained, RepeatedFits(), tuned.spec
    if spec.members > 1:
        spec = replace(spec, members=members_in(trained))  # an interrupt may leave fewer
        network = networks.rebuild(spec, trained.parameters)
    return Done(network, spec, trained, repeated, rates, tuned)


def _looked_at(done: Done, table: Table) -> Done:
    """Look whether a module of the user's own has learned nothing."""
    network, spec, trained = done.network, done.spec, done.trained
    link = link_of(network, spec, trained.scaling, table.x)
    fault = fault_of_module(network, table, link, trained.scaling, spec)
    return done._replace(trained=trained._replace(fault=fault))


def _fit_of(done: Done, table: Table, split: SplitTable) -> Fit:
    spec, tuned = done.spec, done.tuned
    link = link_of(done.network, spec, done.trained.scaling, table.x, table.offset)
    return fit_of(
        done.trained,
        spec,
        layers=networks.layers(done.network),
        validation_rows=split.held_out,
        fitted=response_of(link, spec),
        fitted_link=link if spec.n_outputs > spec.n_responses else None,
        rates=None if done.rates is None else done.rates.plain(),
        tuning=None if tuned is None else tuned.path,
        held_out=None if tuned is None else tuned.held_out,
        replicates=done.repeated.replicates,
        restarts=done.repeated.restarts,
        baseline=_baseline(table, split, link, spec),
    )


def _baseline(
    table: Table, split: SplitTable, link: NDArray[Any], spec: Resolved
) -> dict[str, NDArray[Any]] | None:
    """Give the baseline hazard of a model of risks, of the rows that it was trained on."""
    if not spec.family.joint:
        return None
    rows = table.take(split.rows)
    with threads_for(rows.x.size):
        return baseline_of(rows, link if split.rows is None else link[split.rows], spec)


def _begin(start: Any, network: nn.Module, spec: Resolved, repeats: Repeats) -> Start | None:
    """Give a network the values of an earlier fit."""
    begun = Start.of(start, spec)
    if begun is None:
        return None
    if repeats:
        raise NNFitError(
            "start",
            "does not go with `bootstrap` and `restarts`, which begin anew.",
            "Leave it out.",
        )
    begun.load(network, spec.torch_device)
    return begun


# arguments of other functions than predict()
TAKEN_BY = {
    **dict.fromkeys(("times", "stratum"), "predict_survival()"),
    **dict.fromkeys(("interval", "level"), "predict_interval()"),
}


def _taken_by(name: str) -> str:
    if name in TAKEN_BY:
        return f"{TAKEN_BY[name]} takes it."
    return did_you_mean(name, ("type", "model", "offset", "new_levels"))


def predict(
    fit: Mapping[str, Any],
    x: Any,
    *,
    type: str = "response",
    model: nn.Module | None = None,
    offset: Any = None,
    new_levels: str = "mean",
    **unknown: Any,
) -> NDArray[Any]:
    """Predict from a fit. Nothing is kept between calls.

    Parameters
    ----------
    fit : mapping
        What `fit()` returned, or a mapping with its `parameters`, `scaling` and `options`.
    x : array, tensor or data frame (n, p)
        The columns of a data frame are found by name, if the fit was made on one; where only one of
        the two has names, columns count by their places, and an `NNFitWarning` says so, here and in
        all functions that take rows. Of a fit by a formula (of `fit_formula()`, or of R's that
        `load()` has read) also a data frame, or a dict of columns, with the variables of the
        formula.
    type : "response" or "link", default "response"
        "link": the model's output in the user's units; under "gaussian_nll" the means of all
        outcomes, then the logarithms of their variances, under "quantile" and "expectile" all
        outcomes for the first level, then for the next. "response": what follows from it
        through the inverse link: a mean, the probability of the second class, or one
        probability for each class (for "multi_margin": margins); of several levels those of
        an outcome in ascending order.
    model : nn.Module, optional
        Your own module again, where the fit came from one.
    offset : array (n,) or (n, d), optional
        Of these rows, as `fit()` takes it: needed where the fit was made with one, and refused
        where it was not.
    new_levels : "mean" or "missing", default "mean"
        How rows are answered that have a level which the fit has not seen, in a column that is
        embedded: by the mean of the vectors of its levels, or by NaN. An `NNFitWarning` names the
        column and the levels.
    **unknown
        Refused by name.

    Returns
    -------
    array (n, number of outcomes or classes), for "link" and of levels (n, number of outputs)
        In float64. Curves of survival are by `predict_survival()`, intervals by
        `predict_interval()`.
    """
    for name in unknown:
        raise NNFitError(name, "is not an argument of predict().", _taken_by(name))
    reopened = Reopened(fit, type, model)
    check_index(x, offset, "offset")
    check_new_levels(new_levels)
    rows, given = reopened.rows(x, offset)
    predicted = reopened.predict(rows, given)
    if new_levels == "missing":
        predicted[has_new(rows, reopened.spec.embedded)] = np.nan
    return predicted
