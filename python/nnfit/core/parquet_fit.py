"""Fits on Parquet files by path: nothing larger than a buffer is held in memory."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Callable

import torch
from torch import nn

from .data.design import Design, Term, columns_of
from .data.holdout import Holdout
from .data.parquet import ParquetFiles
from .data.scan import check_complete, scan
from .data.stream import Rows, buffer_rows
from .ground import seed
from .ground.errors import NNFitError
from .ground.threads import threads_for
from .model import loss as losses
from .model import network as models
from .options.asked import Asked
from .options.checks import as_list, check
from .options.resolved import Resolved
from .training import loop as train
from .training import stream_run
from .training.fitting import learned, make_network, resolve


def fit_parquet(
    path: str,
    outcome: str | Sequence[str],
    columns: Sequence[Term] | None = None,
    *,
    weights: str | None = None,
    **arguments: Any,
) -> dict[str, Any]:
    """Train on Parquet files that need not fit into memory.

    Without `batch_size` an epoch is one step on all rows, as it is on arrays. A linear model with
    the squared error needs the rows once for all of its epochs; others read them in every epoch.

    Parameters
    ----------
    path : str
        A file, or a folder of files with the same columns, perhaps in hive partitions.
    outcome : str or list of str
        A column of numbers or of classes (strings, a dictionary, booleans), or several of numbers.
    columns : list of str or tuple of str, optional
        The predictors; a tuple is the product of its columns. Classes become indicators of all
        levels but the first. By default every other column.
    weights : str, optional
        A column.
    validation : float or str, default 0
        The share of the rows to hold out, each drawn for itself; or the path of held-out files.
    shuffle : bool, default True
        Under `batch_size`: shuffle the rows in each epoch? Else they come in file order.
    shuffle_buffer : int, optional
        Rows that are shuffled together; by default as many as take 128 MB.
    model, progress, **options
        As `fit()` takes them.

    Returns
    -------
    dict
        As from `fit()`, with `design` (what the columns became) and `rows` (how many are in
        training and in validation). `fitted` and `validation_rows` are None.
    """
    files = ParquetFiles(path)
    outcome = as_list(outcome)
    terms = columns
    if columns is None:
        terms = [name for name in files.kinds if name not in (*outcome, weights)]
    needed = [name for term in terms for name in columns_of(term)]
    found = scan(files, list(dict.fromkeys([*needed, *outcome, *as_list(weights)])))
    check_complete(found, "path")
    _check_weights(weights, found["ranges"])
    design = Design.of_columns(terms, outcome, found["levels"], weights)
    return fit_design(path, design, **arguments)


def scan_parquet(
    path: str, columns: Sequence[str] | None = None, argument: str = "path"
) -> dict[str, Any]:
    """Say what `columns` hold, as `scan()` does; without them, the `kinds` of all columns."""
    files = ParquetFiles(path, argument)
    return {"kinds": files.kinds} if columns is None else scan(files, as_list(columns))


def fit_design(
    path: str,
    design: Design | Mapping[str, Any],
    *,
    validation: float | str = 0,
    shuffle: bool = True,
    shuffle_buffer: int | None = None,
    model: nn.Module | None = None,
    progress: Callable[..., Any] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Train as `fit_parquet()` does, on a design that is ready: R makes it from a formula.

    Its columns have been scanned: nothing is missing.
    """
    files = ParquetFiles(path)
    design = design if isinstance(design, Design) else Design.of(design)
    asked = _asked(options, design, own_model=model is not None)
    check("progress", progress)
    with seed.seeded(asked.seed, asked.torch_device):
        first = next(Rows(files, design, asked).tables())
        spec = resolve(model, first, asked)
        network = make_network(model, first, spec)
        sides = _sides(Rows(files, design, spec), validation)
        buffer = _buffer(shuffle, shuffle_buffer, spec)
        start = time.perf_counter()
        with threads_for((spec.batch_size or len(first.x)) * models.size_of(network)):
            prepared = stream_run.prepare(network.train(), sides, buffer, progress)
            stopped = train.train(prepared.run)
    return {
        **learned(network, prepared.run, prepared.scaling, stopped),
        "layers": models.layers(network),
        "validation_rows": None,
        "fitted": None,
        "options": {**spec.plain(), **prepared.used},
        "seconds": time.perf_counter() - start,
        "design": design.plain(),
        "rows": dict(zip(("train", "validation"), [*prepared.rows, 0])),
    }


def _asked(options: Mapping[str, Any], design: Design, own_model: bool) -> Asked:
    """Check the options, and settle the loss and the levels, which depend on the outcome."""
    spec = Asked.of(options, own_model=own_model)
    levels = design.outcome_levels
    if levels is not None and len(levels) < 2:
        raise NNFitError("outcome", "holds a single class.", "Two are needed to tell apart.")
    loss = spec.loss or losses.default_loss(len(levels or ()))
    return replace(spec, loss=loss, levels=spec.levels or (levels and tuple(levels)))


def _check_weights(weights: str | None, ranges: Mapping[str, Sequence[float]]) -> None:
    if weights is None:
        return
    least, largest = ranges.get(weights, (-1.0, -1.0))
    if least < 0 or largest == 0:
        raise NNFitError("weights", "must be a column of numbers, not negative, nor all zero.")


def _buffer(shuffle: bool, rows: float | None, spec: Resolved) -> int:
    """Give the rows of the shuffle buffer; 0: file order."""
    shuffle, rows = check("shuffle", shuffle), check("shuffle_buffer", rows)
    if not shuffle:
        return 0
    return buffer_rows(spec) if rows is None else int(min(rows, 2**62))


def _sides(rows: Rows, validation: float | str) -> list[Rows]:
    """Give the rows to train on and, if there are any, those to validate on."""
    if isinstance(validation, str):
        files = ParquetFiles(validation, "validation")
        unweighted = replace(rows.design, weights=None)
        _check_validation(files, unweighted)
        return [rows, replace(rows, files=files, design=unweighted)]
    validation = check("validation", validation)
    if validation == 0:
        return [rows]
    # drawn after the network's values, so that these do not depend on it
    holdout = Holdout(validation, int(torch.randint(2**62, ())))
    return [replace(rows, holdout=holdout), replace(rows, holdout=holdout, held_out=True)]


def _check_validation(files: ParquetFiles, design: Design) -> None:
    found = scan(files, design.columns)
    check_complete(found, "validation")
    for column, levels in found["levels"].items():
        new = sorted(set(levels) - set(design.levels[column]))
        if new:
            raise NNFitError(
                "validation", f'has levels in "{column}" that the training rows lack: {new}.'
            )
