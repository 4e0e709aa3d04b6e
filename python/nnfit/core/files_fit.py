"""A fit on rows that are read from files: what is asked of it, and its making."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from torch import nn

from .data.design import Design
from .data.files import FileRows, FileSource, hold_out_rows, sources_of
from .data.parquet import ParquetFiles
from .data.table import Table
from .data.unequal import tell_unequal
from .engines.base import Job
from .ground.errors import NNFitError
from .ground.interrupts import despite_interrupt, interrupted
from .ground.plain import plain
from .ground.seed import further_seed, seeded
from .model import network as networks
from .model.fit import Fit
from .model.predictions import link_of
from .model.start import Start
from .options.asked import FIND, Asked
from .options.checks import check
from .options.families import family
from .options.folder import Folder
from .options.ignored import refuse_ignored
from .options.resolved import Resolved, plain_options
from .options.rows import option_names, option_rows
from .options.untuned import with_best_epoch
from .options.watch import Watch
from .training.call import call_of
from .training.checkpoint import Keeper, NothingKept
from .training.fault import fault_of_module
from .training.informed import informed
from .training.rate_finder import RateCurve, with_found_rate
from .training.trained import Trained, fit_of
from .training.training import train_one


class FilesCall(NamedTuple):
    """Where the rows are, in which order they come, and who has the parameters."""

    path: str
    design: Design
    model: nn.Module | None
    validation: float | str
    shuffle: bool
    shuffle_buffer: float | None
    fully_shard: bool

    def check(self, asked: Asked, folder: Folder | None) -> None:
        """Refuse parameters that are shared out where that is not to be had."""
        if not check("fully_shard", self.fully_shard):
            return
        if self.model is None:
            raise NNFitError(
                "fully_shard", "is for a `model` of your own: nnfit's are small.", "Leave it out."
            )
        whole = {"checkpoint": folder is not None, "learn_rate": asked.learn_rate == FIND}
        for name in (name for name in whole if whole[name]):
            raise NNFitError(
                name,
                "does not go with `fully_shard`, where no process has all parameters.",
                "Leave one of the two out.",
            )


def job_arguments(asked: Asked, call: FilesCall, start: Any) -> dict[str, Any]:
    """Give what a process is to call `fit_design()` with, for the same fit."""
    seed = further_seed(None, 1) if asked.seed is None else asked.seed
    names = ("validation", "shuffle", "shuffle_buffer", "fully_shard")
    order = {name: getattr(call, name) for name in names}
    return {
        "path": os.fspath(call.path), "design": call.design.plain(), "model": call.model,
        "start": start, **order, **plain_options(asked), "seed": seed,
    }  # fmt: skip


def asked_of(options: Mapping[str, Any], design: Design, own_model: bool) -> Asked:
    """Check the options, and settle the loss and the levels, which depend on the outcome."""
    asked = Asked.of(options, own_model=own_model)
    refuse_ignored(asked)
    for name in option_names("training"):
        if not option_rows()[name].files and getattr(asked, name) not in (None, 1, ()):
            raise NNFitError(name, "needs the rows in memory.", "Leave it out.")
    if asked.loss is not None and family(asked.loss.name).joint:
        raise NNFitError(
            "loss",
            f'"{asked.loss.name}" compares rows with all others, which have to be in memory.',
            "Read the columns that are needed, and use `fit()`.",
        )
    if asked.loss is not None and family(asked.loss.name).own:
        raise NNFitError(
            "loss", "is a function, which needs the rows in memory.", "Give a loss by its name."
        )
    if not isinstance(asked.embed, tuple) or len(asked.embed) != len(design.embedded):
        raise NNFitError(
            "embed", "must be settled as the design is, with each column's levels and size."
        )
    levels = design.outcome_levels
    if levels is not None and len(levels) < 2:
        raise NNFitError("outcome", "holds a single class.", "Two are needed to tell apart.")
    known = asked.levels or (None if levels is None else tuple(levels))
    return asked.with_outcome(known, bool(design.offset)).reading()


class Given(NamedTuple):
    """What stands beside the rows."""

    watch: Watch | None
    start: Any


class Ready(NamedTuple):
    """What is to be trained, and on what."""

    network: nn.Module
    layers: list[dict[str, Any]]  # as they are called before they are shared out
    spec: Resolved
    first: Table
    training: FileSource
    held_out: FileSource | None
    begun: Start | None

    def job(self, beside: FileSource | None) -> Job:
        """Make the job of training, with rows to validate on beside it if there are any."""
        return Job(self.network, self.spec, self.training, beside, start=self.begun)


def fit_rows(
    asked: Asked,
    call: FilesCall,
    rows: FileRows,
    kept: Keeper | NothingKept,
    progress: Any,
    given: Given,
) -> Fit:
    """Fit rows that are read from files, under a checkpoint if there is one."""
    with seeded(asked.seed, asked.torch_device):
        kept.begin()
        ready = _ready(asked, call, replace(rows, spec=asked), given.start)
        kept.settle(ready.spec, lambda: _described(asked, call, rows, given, ready.begun))
        spec, rates = with_found_rate(asked, ready.spec, lambda: ready.job(None))
        ready = ready._replace(spec=spec)
        job = ready.job(ready.held_out)
        job.watch, job.fully_shard = given.watch, call.fully_shard and rows.processes.several
        trained = informed(train_one(job, progress), job)
    if call.model is not None and trained.fault is None:
        trained = _looked_at(trained, ready)
    made, again = despite_interrupt(lambda: _fit_of(trained, ready, rates, call.design))
    if trained.interrupted or again:
        raise interrupted(made)
    return made


def _ready(asked: Asked, call: FilesCall, rows: FileRows, start: Any) -> Ready:
    first = rows.first()
    tell_unequal(first, asked)
    spec = networks.resolve(call.model, first, asked)
    network = networks.make(call.model, first, spec).train()
    layers = networks.layers(network)
    sides = hold_out_rows(rows, call.validation)
    training, *held_out = sources_of(sides, spec, call.shuffle, call.shuffle_buffer)
    spec = with_best_epoch(asked, spec, bool(held_out))
    begun = Start.of(start, spec)
    if begun is not None:
        begun.load(network, spec.torch_device)
    return Ready(network, layers, spec, first, training, held_out[0] if held_out else None, begun)


def _looked_at(trained: Trained, ready: Ready) -> Trained:
    """Look whether a module of the user's own has learned nothing."""
    network, first, spec = ready.network, ready.first, ready.spec
    link = link_of(network, spec, trained.scaling, first.x)
    fault = fault_of_module(network, first, link, trained.scaling, spec)
    return trained._replace(fault=fault)


def _fit_of(trained: Trained, ready: Ready, rates: RateCurve | None, design: Design) -> Fit:
    held_out = 0 if ready.held_out is None else ready.held_out.rows
    return fit_of(
        trained,
        ready.spec,
        layers=ready.layers,
        validation_rows=None,
        fitted=None,
        rates=None if rates is None else rates.plain(),
        design=design.plain(),
        rows=plain({"train": ready.training.rows, "validation": held_out}),
    )


def _described(
    asked: Asked, call: FilesCall, rows: FileRows, given: Given, begun: Start | None
) -> dict[str, Any]:
    """Say what a call is, so that another can be told from it."""
    beside = call.validation
    if isinstance(beside, str):
        beside = str(ParquetFiles(beside, "validation").stamps)
    return {
        **call_of("fit_parquet()", asked, None, call.model),
        "the files": rows.files.stamps,
        "the design": call.design.plain(),
        "validation": beside,
        "shuffle": call.shuffle,
        "shuffle_buffer": call.shuffle_buffer,
        "fully_shard": call.fully_shard,
        "start": begun,
        "callback": None if given.watch is None else ["a function", given.watch.every],
    }
