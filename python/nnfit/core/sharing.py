"""What a process makes of a call to data in memory whose fits it shares with others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .api import fit
from .elsewhere import warnings_handed_on, with_folder
from .ground.errors import warnings_told
from .ground.processes import joined_by_torchrun
from .jobs.handed import read_values, write_values
from .jobs.told import Telling
from .repeats.cross_validation import cross_validate
from .search import tune

SHARED: dict[str, Callable[..., Mapping[str, Any]]] = {
    "fit": fit, "cross_validate": cross_validate, "tune": tune
}  # fmt: skip


def share_call(path: str, function: str, language: str, out: str, tell: str) -> None:
    """Make a call that another process waits for, with those that have a share of its fits.

    Parameters
    ----------
    path : str
        Its arguments, as `write_values()` has them.
    function : str
        Which of `SHARED`.
    language : "r" or "python"
        That errors and warnings are for.
    out : str
        Where the process of rank 0 writes what came of it; nothing, if it was interrupted before.
    tell : str
        A folder in which somebody waits for what is said.
    """
    with joined_by_torchrun() as processes:
        telling = Telling(tell, processes.rank)
        try:
            arguments = with_folder(read_values(path))
            # each looks for itself whether to stop, as the others are in fits of their own
            report = telling.goes_on if processes.rank else telling.progress
            with _told_to(language, telling):
                made = _as_far(
                    lambda: SHARED[function](**arguments, processes=processes, progress=report)
                )
            if made is not None and processes.rank == 0:
                write_values(out, made)
        except Exception as error:
            telling.error(error)
            raise


def _as_far(call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Give what a call gives, or had come to when it was interrupted; None: to nothing."""
    try:
        return call()
    except KeyboardInterrupt as stop:
        return getattr(stop, "fit", None)


@contextmanager
def _told_to(language: str, telling: Telling) -> Iterator[None]:
    if language != "r":
        with warnings_handed_on(telling, telling.rank):
            yield
        return
    with warnings_told() as told:
        yield
    if told and not telling.rank:
        telling.warnings(told, "warnings for R")
