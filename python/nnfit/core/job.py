"""Fits that are written down to be trained elsewhere: `job()`, and what a process makes of one."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from .files import fit_design
from .ground.errors import NNFitWarning
from .ground.processes import Processes, joined_by_torchrun
from .jobs.job import read_job
from .jobs.told import Telling
from .model.fit import Fit
from .options.folder import Folder
from .saved.saved import save


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
        try:
            fit = _trained(path, checkpoint, processes, telling)
            if processes.rank == 0:
                save(fit, out)
        except Exception as error:
            if telling is not None:
                telling.error(error)
            raise


def _trained(
    path: str, checkpoint: str | None, processes: Processes, telling: Telling | None
) -> Fit:
    arguments = read_job(path)
    if isinstance(arguments.get("checkpoint"), dict):
        arguments["checkpoint"] = Folder(**arguments["checkpoint"])
    if checkpoint is not None:
        arguments["checkpoint"] = checkpoint
    report = None if telling is None else telling.progress
    with _warnings_handed_on(telling):
        try:
            return fit_design(**arguments, processes=processes, progress=report)
        except KeyboardInterrupt as stop:
            if not hasattr(stop, "fit"):
                raise
            made: Fit = stop.fit
            return made


@contextmanager
def _warnings_handed_on(telling: Telling | None) -> Iterator[None]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", NNFitWarning)
        yield
    said = [one.message for one in told if isinstance(one.message, NNFitWarning)]
    if telling is not None and telling.rank == 0 and said:
        telling.warnings([list(one.args) for one in said])
