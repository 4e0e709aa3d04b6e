"""The one error the core raises on purpose, and the one warning."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .names import nearest


class _Named(Exception):
    """What is said of one of the user's arguments: the argument, what is so, and what to do."""

    def __init__(self, argument: str, problem: str, remedy: str = ""):
        super().__init__(argument, problem, remedy)
        self.argument = argument
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"`{self.argument}` {self.problem} {self.remedy}".rstrip()


class NNFitError(_Named, ValueError):
    """Something in a call cannot work.

    Parameters
    ----------
    argument : str
        Name of the user's argument.
    problem : str
        What is wrong with it, as the rest of a sentence that begins with its name.
    remedy : str, default ""
        What to do, as a sentence of its own.
    """


class NNFitFileError(NNFitError):
    """A file that a call names can not be written, whatever else is right; R has a class for it."""


class NNFitWarning(_Named, UserWarning):
    """Something in a call is answered, but perhaps not as was meant.

    Parameters
    ----------
    argument, problem, remedy
        As of `NNFitError`; the last says what was done.
    """


_told: ContextVar[list[dict[str, str]] | None] = ContextVar("told", default=None)


@contextmanager
def warnings_told() -> Iterator[list[dict[str, str]]]:
    """Gather the `NNFitWarning`s of a block, for R, which has warnings of its own."""
    told: list[dict[str, str]] = []
    token = _told.set(told)
    try:
        yield told
    finally:
        _told.reset(token)


def tell_again(told: Iterable[dict[str, str]]) -> None:
    """Tell R what `warnings_told()` has gathered in another process."""
    here = _told.get()
    if here is not None:
        here.extend(told)


def are_for_r() -> bool:
    """Tell whether R called, and so how code is to be written in what is said."""
    return _told.get() is not None


def warn(argument: str, problem: str, remedy: str = "") -> None:
    """Give an `NNFitWarning` that comes from the caller's own line, as far as it is known."""
    told = _told.get()
    if told is not None:
        text = str(NNFitWarning(argument, problem, remedy))
        told.append({"argument": argument, "text": text})
        return
    level, frame = 1, sys._getframe()
    package = __name__.split(".")[0]
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(package):
        level, frame = level + 1, frame.f_back
    warnings.warn(NNFitWarning(argument, problem, remedy), stacklevel=level)


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """Name the nearest of `choices`, or list them all where none is near; nothing without any."""
    choices = list(choices)
    if not choices:
        return ""
    near = nearest(str(name), choices)
    if near is not None:
        return f'Did you mean "{near}"?'
    return "Choose one of " + ", ".join(f'"{choice}"' for choice in choices) + "."


def listed(names: Iterable[object], quote: str = "`", most: int = 5) -> str:
    """Write names in a row, the first few of many: "`a`, `b` and 7 more"."""
    names = list(names)
    shown = ", ".join(f"{quote}{name}{quote}" for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def first_line(error: BaseException, most: int = 300) -> str:
    """Give the first line of what another library says, as the end of a sentence of ours."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:most].rstrip(" .") + "."
