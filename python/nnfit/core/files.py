"""Fits on Parquet files by path, and predictions: nothing larger than a buffer is in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Callable

import numpy as np
from numpy.typing import NDArray
from torch import nn

from .data.ahead import ahead
from .data.codes import check_new_levels, embed_terms, has_new, warn_of_new
from .data.design import Design, Term, columns_of
from .data.files import FileRows, check_offset, check_weights
from .data.parquet import ParquetFiles, new_labels
from .data.same import check_same
from .data.scan import check_complete, scan
from .files_fit import FilesCall, Given, asked_of, fit_rows, job_arguments
from .ground import forks
from .ground.errors import NNFitError, did_you_mean
from .ground.plain import plain
from .ground.processes import ALONE, Processes
from .ground.seed import further_seed
from .jobs.launch import train_in_processes
from .jobs.shared import refuse_watch
from .model import network as networks
from .model.fit import Fit
from .model.predictions import Reopened
from .options.checks import as_list, check
from .options.embed import Embedded
from .training.checkpoint import keeping


def fit_parquet(
    path: str,
    outcome: str | Sequence[str],
    columns: Sequence[Term] | None = None,
    *,
    weights: str | None = None,
    offset: str | Sequence[str] | None = None,
    **arguments: Any,
) -> Fit:
    """Train on Parquet files that need not fit into memory.

    Without `batch_size` an epoch is one step on all rows, as it is on arrays. A linear model with
    the squared error needs the rows once for all of its epochs; others read them in every epoch,
    unless a buffer holds them all.

    Parameters
    ----------
    path : str
        A file, or a folder of files with the same columns, perhaps in hive partitions.
    outcome : str or list of str
        A column of numbers or of classes (strings, a dictionary, booleans), or several of numbers.
    columns : list of str or tuple of str, optional
        The predictors; a tuple is the product of its columns. Classes become indicators of all
        levels but the first, or are embedded. By default every other column.
    weights : str, optional
        A column.
    offset : str or list of str, optional
        A column of numbers; under a loss for classes one for each class. What it means is said by
        `fit()`. Held-out files need it, and those to predict for.
    validation : float or str, default 0
        The share of the rows to hold out, each drawn for itself; or the path of held-out files.
    shuffle : bool, default True
        Under `batch_size`: shuffle the rows in each epoch? Else they come in file order.
    shuffle_buffer : int, optional
        Rows that are shuffled together; by default as many as take 128 MB.
    fully_shard : bool, default False
        For a `model` of your own that is too large for one device: of every parameter, of its
        gradient and of what the optimizer remembers each process has a share (FSDP2, see torch's
        `fully_shard`), and a layer as a whole only while it is computed. With one process it
        changes nothing. It needs `batch_size`, and goes with no checkpoint.
    processes : int, default 1
        In how many processes on this machine to train, which torchrun starts: each reads and
        computes a share of the rows. The fit is that of one process but for rounding (and other
        draws of dropout). For several machines see `job()`.
    model, progress, callback, checkpoint, start, **options
        As `fit()` takes them.

    Returns
    -------
    Fit
        As from `fit()`, with `design` (what the columns became) and `rows` (how many are in
        training and in validation). `fitted` and `validation_rows` are None.
    """
    embed = arguments.pop("embed", None)
    # what this process is to train on is measured as it is read
    measure = _processes(arguments.get("processes", 1)) is ALONE and _holds_none(
        arguments.get("validation", 0)
    )
    design, embedded = design_of(path, outcome, columns, weights, offset, embed, measure)
    return fit_design(path, design, embed=tuple(embedded), **arguments)


def design_of(
    path: str,
    outcome: str | Sequence[str],
    columns: Sequence[Term] | None = None,
    weights: str | None = None,
    offset: str | Sequence[str] | None = None,
    embed: Any = None,
    measure: bool = False,
) -> tuple[Design, list[Embedded]]:
    """Make the design of files, which are read for it.

    Parameters
    ----------
    path, outcome, columns, weights, offset, embed
        As `fit_parquet()` takes them.
    measure : bool, default False
        Whether all rows are to be trained on by this process, and measured at once.

    Returns
    -------
    Design, list of Embedded
        And the columns that are embedded.
    """
    files = ParquetFiles(path)
    outcomes = _names(outcome, "outcome", files)
    if weights is not None:
        _names([weights], "weights", files)
    added = _names(offset, "offset", files)
    others = [name for name in files.kinds if name not in (*outcomes, weights, *added)]
    terms: Sequence[Term] = others if columns is None else _terms(columns)
    needed = _names([name for term in terms for name in columns_of(term)], "columns", files)
    measure = measure and weights is None and not added
    scanned = list(dict.fromkeys([*needed, *outcomes, *as_list(weights), *added]))
    found = scan(files, scanned, measure=measure)
    check_complete(found, "path")
    check_weights(weights, found["ranges"])
    check_offset(added, found["ranges"])
    embed = check("embed", embed)
    embedded = embed_terms(embed, [list(columns_of(term)) for term in terms], found["levels"])
    names = [one.name for one in embedded]
    design = Design.of_columns(terms, outcomes, found["levels"], weights, added, names)
    return design, embedded


def _holds_none(validation: Any) -> bool:
    """Tell whether none of the rows are held out, before it is checked what is asked."""
    return isinstance(validation, str) or (isinstance(validation, (int, float)) and validation == 0)


def _terms(columns: Any) -> Sequence[Term]:
    """Refuse what is no list of columns and of products of columns."""
    if not isinstance(columns, (list, tuple)):
        raise NNFitError(
            "columns", f"must be a list of names, not of type {type(columns).__name__}."
        )
    if not all(isinstance(term, (str, list, tuple)) for term in columns):
        raise NNFitError("columns", "must be names, and tuples of names.")
    return columns


def _names(columns: Any, argument: str, files: ParquetFiles) -> list[str]:
    """Make a list of one name or several; refuse, by the user's argument, what is not there."""
    names = as_list(columns)
    if not all(isinstance(name, str) for name in names):
        raise NNFitError(argument, "must name columns.")
    if not names and argument == "outcome":
        raise NNFitError(argument, "must name one column at least.")
    for name in names:
        if name not in files.kinds:
            raise NNFitError(
                argument,
                f'names the column "{name}", which the files do not have.',
                did_you_mean(name, files.kinds),
            )
    return names


def scan_parquet(
    path: str,
    columns: Sequence[str] | None = None,
    argument: str = "path",
    measure: bool = False,
) -> dict[str, Any]:
    """Say what `columns` hold, as `scan()` does; without them, the `kinds` of all columns."""
    if not isinstance(measure, bool):
        raise NNFitError("measure", "must be true or false.")
    files = ParquetFiles(path, argument)
    if columns is None:
        return {"kinds": files.kinds}
    found: dict[str, Any] = plain(scan(files, _names(columns, "columns", files), measure))
    return found


def fit_design(
    path: str,
    design: Design | Mapping[str, Any],
    *,
    validation: float | str = 0,
    shuffle: bool = True,
    shuffle_buffer: float | None = None,
    fully_shard: bool = False,
    processes: Any = 1,
    model: nn.Module | None = None,
    progress: Callable[..., Any] | None = None,
    callback: Any = None,
    checkpoint: Any = None,
    start: Any = None,
    deliver: Callable[[Fit], Any] | None = None,
    **options: Any,
) -> Fit:
    """Train as `fit_parquet()` does, on a design that is ready: R makes it from a formula.

    Its columns have been scanned: nothing is missing. `deliver` is called with the fit before the
    checkpoint is given up.
    """
    design = design if isinstance(design, Design) else Design.of(_mapping(design))
    forks.settle()
    if model is not None:
        networks.check_module(model)
    asked = asked_of(options, design, own_model=model is not None)
    check("progress", progress)
    watch = check("callback", callback)
    folder = check("checkpoint", checkpoint)
    files = ParquetFiles(path)
    design.check(files, design.columns)
    call = FilesCall(path, design, model, validation, shuffle, shuffle_buffer, fully_shard)
    call.check(asked, folder)
    together = _processes(processes)
    if together is None:
        refuse_watch(watch, "processes")
        arguments = job_arguments(asked, call, start)
        if folder is not None and asked.seed is None:  # which is drawn here: that there goes on
            folder = folder._replace(drawn=True)
        return train_in_processes(arguments, int(processes), folder, progress)
    check_same(files, together, "path")
    if together.several and asked.seed is None:  # each would begin with values of its own
        asked = replace(asked, seed=together.gather(further_seed(None, 1))[0])
    rows = FileRows(files, design, asked, processes=together)
    with keeping(folder, asked, together) as (asked, kept):
        made = fit_rows(asked, call, rows, kept, progress, Given(watch, start))
        if deliver is not None:
            deliver(made)
        return made


def _processes(asked: Any) -> Processes | None:
    """Give who trains together with this process; None: processes that are to be started."""
    if isinstance(asked, Processes):
        return asked
    return ALONE if check("processes", asked) == 1 else None


def _mapping(design: Any) -> Mapping[str, Any]:
    if not isinstance(design, Mapping) or not {"terms", "outcome", "levels"} <= design.keys():
        raise NNFitError("design", f"must be a design, not of type {type(design).__name__}.")
    return design


def predict_parquet(
    fit: Mapping[str, Any],
    path: str,
    *,
    type: str = "response",
    model: nn.Module | None = None,
    new_levels: str = "mean",
) -> NDArray[Any]:
    """Predict for every row of Parquet files from a fit by `fit_parquet()`.

    Parameters
    ----------
    fit : mapping
        What `fit_parquet()` returned; `parameters`, `scaling`, `options` and `design` are enough.
    path : str
        A file or a folder with the predictors' columns and, where the fit has one, the offset's.
    type, model, new_levels
        As in `predict()`.

    Returns
    -------
    array (n, number of outputs)
        In float64, in file order; NaN in rows with a predictor or an offset that is missing or
        infinite.
    """
    reopened = Reopened(fit, type, model)
    if not fit.get("design"):
        raise NNFitError("fit", "was not made by `fit_parquet()`.", "Use `predict()`.")
    files = ParquetFiles(path)
    design = Design.of(fit["design"])
    needed = list(dict.fromkeys([*design.predictors, *design.offset]))
    design.check(files, needed)
    check_new_levels(new_levels)
    out = np.full((files.rows, reopened.width), np.nan)
    unknown: dict[str, set[str]] = {name: set() for name in design.embedded}
    for chunk in ahead(files.chunks(needed, len(needed) + design.width)):
        x, added = design.features(chunk), design.added(chunk)
        whole = np.isfinite(x).all(axis=1)
        if added is not None:
            whole &= np.isfinite(added).all(axis=1)
        new = has_new(x, reopened.spec.embedded)
        if new.any():
            for name, labels in unknown.items():
                labels |= new_labels(chunk.columns[name], design.levels[name])
            whole &= ~new | (new_levels == "mean")
        if whole.any():
            offset = None if added is None else reopened.offset(added[whole], whole.sum())
            out[chunk.start : chunk.start + chunk.rows][whole] = reopened.predict(x[whole], offset)
    for name, labels in unknown.items():
        warn_of_new("path", name, sorted(labels))
    return out
