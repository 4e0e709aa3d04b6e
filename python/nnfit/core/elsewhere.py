"""Fits that are written down to be trained elsewhere: `job()`, and what a process makes of one."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from torch import nn

from .data.design import Design, Term
from .data.files import FileRows, hold_out_rows
from .data.parquet import ParquetFiles
from .files import design_of, fit_design
from .files_fit import FilesCall, asked_of, job_arguments
from .ground.errors import NNFitError, NNFitFileError, NNFitWarning
from .ground.processes import Processes, joined_by_torchrun
from .ground.seed import seeded
from .jobs.job import read_job, write_job
from .jobs.printed import Printing
from .jobs.shared import refuse_watch
from .jobs.told import Telling
from .model import network as networks
from .model.fit import Fit
from .options.asked import Asked
from .options.checks import check
from .options.folder import Folder
from .saved.saved import path_of, read_beside, save, with_beside

BESIDE = ".beside.safetensors"  # behind the name of the job


def job(
    path: str,
    outcome: str | Sequence[str],
    columns: Sequence[Term] | None = None,
    *,
    file: str | os.PathLike[str],
    weights: str | None = None,
    offset: str | Sequence[str] | None = None,
    **arguments: Any,
) -> str:
    """Write a fit on Parquet files down, to be trained by many processes, on one machine or more.

    `torchrun` starts them, and `nnfit.train` is what each runs::

        torchrun --nnodes 3 --nproc-per-node 8 --rdzv-backend c10d
            --rdzv-endpoint host:29500 -m nnfit.train job.json --out model.safetensors

    `load()` reads the fit. It is that of one process but for rounding, however many there are.

    Parameters
    ----------
    path, outcome, columns, weights, offset, **arguments
        As `fit_parquet()` takes them. The files are read once here; the path is kept as it is
        given, and has to be right where the processes run.
    file : str or path
        Where it is written, such as "job.json". Beside it come a `model` and a `start`, if any:
        files whose names begin with its name. A module is code (a pickle), whose class every
        process has to be able to import.

    Returns
    -------
    str
        `file`.

    Raises
    ------
    NNFitError

    Examples
    --------
    >>> import nnfit
    >>> nnfit.job("data/", "y", hidden_units=[32], batch_size=4096, file="job.json")
    ... # doctest: +SKIP
    'job.json'
    """
    embed = arguments.pop("embed", None)
    design, embedded = design_of(path, outcome, columns, weights, offset, embed)
    return job_of_design(path, design, file=file, embed=tuple(embedded), **arguments)


def job_of_design(
    path: str,
    design: Design | Mapping[str, Any],
    *,
    file: str | os.PathLike[str],
    validation: float | str = 0,
    shuffle: bool = True,
    shuffle_buffer: float | None = None,
    fully_shard: bool = False,
    model: nn.Module | None = None,
    start: Any = None,
    callback: Any = None,
    **options: Any,
) -> str:
    """Write a job as `job()` does, of a design that is ready: R makes it from a formula."""
    design = design if isinstance(design, Design) else Design.of(design)
    refuse_watch(check("callback", callback), "callback")
    where = path_of(file, "file")
    shuffle, shuffle_buffer = check("shuffle", shuffle), check("shuffle_buffer", shuffle_buffer)
    if not isinstance(validation, str):
        validation = check("validation", validation)
    if model is not None:
        networks.check_module(model)
    asked = asked_of(options, design, own_model=model is not None)
    _try(FileRows(ParquetFiles(path), design, asked), asked, model, validation)
    call = FilesCall(path, design, model, validation, shuffle, shuffle_buffer, fully_shard)
    call.check(asked, None)
    try:
        write_job(where, job_arguments(asked, call, start))
        with suppress(FileNotFoundError):
            os.unlink(where + BESIDE)  # of another job that was here
    except OSError as error:
        raise NNFitFileError(
            "file", f"can not be written: {where}: {error.strerror}.", "Choose another."
        ) from None
    return where


def _try(rows: FileRows, asked: Asked, model: nn.Module | None, validation: float | str) -> None:
    """Refuse what a fit would refuse before it is trained, as far as the first rows tell."""
    rows.design.check(rows.files, rows.design.columns)
    first = rows.first()
    spec = networks.resolve(model, first, asked)
    with seeded(0, spec.torch_device):
        networks.make(model, first, spec)
        hold_out_rows(rows, validation)


def train_job(path: str, out: str, checkpoint: str | None = None, tell: str | None = None) -> None:
    """Train a job, together with the other processes that torchrun has started for it, if any.

    Parameters
    ----------
    path : str
        The job.
    out : str
        Where the process of rank 0 writes the fit.
    checkpoint : str, optional
        A folder.
    tell : str, optional
        A folder in which somebody waits for what is said.

    Raises
    ------
    NNFitError
    """
    with joined_by_torchrun() as processes:
        telling = None if tell is None else Telling(tell, processes.rank)

        def deliver(fit: Fit) -> None:
            if processes.rank == 0:
                _save(_with_beside(fit, path + BESIDE), out)
            if telling is None:
                Printing(processes.rank).line(f"the fit is in {out}")

        try:
            arguments = _read(path, checkpoint)
            _check_folder(out)
            _train(arguments, processes, telling, deliver)
        except Exception as error:
            if telling is not None:
                telling.error(error)
            raise


def _check_folder(out: str) -> None:
    """Refuse to train what could not be written."""
    folder = os.path.dirname(os.path.abspath(out))
    if not os.access(folder, os.W_OK):
        raise NNFitError(
            "--out", f"can not be written: {folder} is no folder that can be.", "Choose another."
        )


def _save(fit: Fit, out: str) -> None:
    try:
        save(fit, out)
    except NNFitFileError as error:
        raise NNFitError("--out", *error.args[1:]) from error


def _with_beside(fit: Fit, path: str) -> Fit:
    """Give a fit what R has written beside the job, which is for the fit's own file."""
    return with_beside(fit, read_beside(path)) if os.path.exists(path) else fit


def _read(path: str, checkpoint: str | None) -> dict[str, Any]:
    arguments = with_folder(read_job(path))
    return arguments if checkpoint is None else {**arguments, "checkpoint": checkpoint}


def with_folder(arguments: dict[str, Any]) -> dict[str, Any]:
    """Have what is said of a checkpoint be a `Folder` again."""
    if isinstance(arguments.get("checkpoint"), dict):
        arguments["checkpoint"] = Folder(**arguments["checkpoint"])
    return arguments


def _train(
    arguments: Mapping[str, Any],
    processes: Processes,
    telling: Telling | None,
    deliver: Callable[[Fit], None],
) -> None:
    report = (Printing(processes.rank) if telling is None else telling).progress
    with warnings_handed_on(telling, processes.rank):
        try:
            fit_design(**arguments, processes=processes, progress=report, deliver=deliver)
        except KeyboardInterrupt as stop:
            if not hasattr(stop, "fit"):
                raise
            deliver(stop.fit)


@contextmanager
def warnings_handed_on(telling: Telling | None, rank: int) -> Iterator[None]:
    """Hand on what the first process is to warn of, or print it; all have the same to say."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", NNFitWarning)
        yield
    said = [one.message for one in told if isinstance(one.message, NNFitWarning)]
    if rank or not said:
        return
    if telling is not None:
        telling.warnings([list(one.args) for one in said])
        return
    for one in said:
        print(f"nnfit: {one}", file=sys.stderr)
