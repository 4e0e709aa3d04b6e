"""Functions that train many fits to data in memory, and processes that share these.

A call with `processes` above 1 is gone through up to where training would begin. Then it is handed
to processes that torchrun starts, all of which make the same call, each with a share of the fits.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from ..ground.errors import NNFitError, are_for_r
from ..ground.interrupts import interrupted
from ..ground.processes import ALONE, Processes, check_meeting
from ..ground.rehearsal import rehearse
from ..ground.seed import further_seed
from ..options.catalog import Named
from ..options.checks import check
from ..options.families import family
from ..options.watch import Watch
from .handed import read_values, write_values
from .launch import kept_in, run_in_processes

Function = TypeVar("Function", bound=Callable[..., Any])
Of = Callable[[dict[str, Any]], Any]


def shareable(of: Of) -> Callable[[Function], Function]:
    """Have a function start processes where its argument `processes` is a number above 1.

    They call it with the `Processes` that they are.

    Parameters
    ----------
    of : callable
        From the entries of what the function gives, by name, to what it gives.
    """

    def make(function: Function) -> Function:
        parameters = signature(function)

        @wraps(function)
        def shared(*data: Any, **given: Any) -> Any:
            processes = given.pop("processes", 1)
            if isinstance(processes, Processes) or check("processes", processes) == 1:
                return function(*data, **given, processes=processes)
            parameters.bind(*data, **given)  # what is no argument at all is Python's to refuse
            call = _Call(function, {**dict(zip(parameters.parameters, data)), **given})
            rehearse(call, int(processes))
            made, stopped = call.shared(int(processes))
            if stopped:
                raise interrupted(of(made))
            return of(made)

        return cast(Function, shared)

    return make


class _Call:
    """A call that is to be shared; its seed is settled, as all processes have the same.

    Parameters
    ----------
    function : callable
    given : mapping
        Its arguments by name, but for `processes`.
    """

    def __init__(self, function: Callable[..., Any], given: Mapping[str, Any]):
        self.function, self.arguments = function, dict(given)
        self.drawn = given.get("seed") is None
        if self.drawn:
            self.arguments["seed"] = further_seed(None, 1)

    def __call__(self, processes: Processes) -> Any:
        """Make it in this process."""
        return self.function(**self.arguments, processes=processes)

    def shared(self, processes: int) -> tuple[dict[str, Any], bool]:
        """Have it made by so many; give what came of it, and whether the user interrupted."""
        check_meeting()
        arguments, name = dict(self.arguments), self.function.__name__
        report = arguments.pop("progress", None)
        with tempfile.TemporaryDirectory(prefix="nnfit-") as place:
            call, out = (os.path.join(place, file) for file in ("call.npz", "made.npz"))
            write_values(call, {**arguments, "checkpoint": self._kept(place)})
            language = "r" if are_for_r() else "python"
            command = [call, "--call", name, "--language", language]
            stopped = run_in_processes(command, out, processes, report)
            return read_values(out), stopped

    def _kept(self, place: str) -> Any:
        folder = check("checkpoint", self.arguments.get("checkpoint"))
        if folder is not None:  # a seed that is drawn here is that of the call, and goes on there
            folder = folder._replace(drawn=folder.drawn or self.drawn)
        return kept_in(place, folder, str(self.arguments.get("device", "auto")))


def alone_or(processes: int | Processes) -> Processes:
    """Give who shares a call's fits: a number is 1 by now, and means this process alone."""
    return processes if isinstance(processes, Processes) else ALONE


def refuse_what_can_not_be_shared(
    processes: Processes, watch: Watch | None, loss: Named | None
) -> None:
    """Refuse functions of this session, which other processes do not have."""
    if not processes.several:
        return
    refuse_watch(watch, "processes")
    if loss is not None and family(loss.name).own:
        raise NNFitError(
            "loss",
            "is a function of this session, which other processes do not have.",
            "Give a loss by its name, or leave `processes` out.",
        )


def refuse_watch(watch: Watch | None, beside: str) -> None:
    """Refuse a function that is called while a fit is trained, where others train it."""
    if watch is not None:
        raise NNFitError(
            "callback",
            "is a function of this session, which other processes do not have.",
            f"Leave it or `{beside}` out.",
        )
