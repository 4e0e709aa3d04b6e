"""Interrupts: a user who presses Ctrl-C wants an end, and what there is by then."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

Made = TypeVar("Made")

LARGEST_SIGACTION = 512  # bytes: more than a C library's `struct sigaction` has


def interrupted(fit: Any) -> KeyboardInterrupt:
    """Make what is raised where the user interrupted, and there is something to give by then.

    It is Python's own interrupt, of no class of ours: so it ends a loop of fits, and a program, as
    any other does. (Of a subclass Python would end with the status 1, and a shell's loop go on.)

    Parameters
    ----------
    fit : object
        What the function would have returned, as it was then: the attribute `fit`. At Python's
        prompt, where nobody caught the interrupt, it is `sys.last_value.fit`.
    """
    stop = KeyboardInterrupt("`fit` of this exception has what there was (`sys.last_value.fit`)")
    stop.fit = fit  # type: ignore[attr-defined]
    return stop


def despite_interrupt(work: Callable[[], Made]) -> tuple[Made, bool]:
    """Do what is left to do when long work has ended, and say whether the user interrupted.

    An interrupt begins it anew, so that what took long is not lost; a second one gets through.

    Parameters
    ----------
    work : callable
        Without arguments. It takes little time, and may be begun twice.
    """
    try:
        return work(), False
    except KeyboardInterrupt:
        return work(), True


@contextmanager
def interrupts_later() -> Iterator[None]:
    """Put an interrupt off to the end of a block that must not be cut short.

    Such as an import: torch's, half done, can not be done again in the same process.
    """
    before = signal.getsignal(signal.SIGINT)
    mine = threading.current_thread() is threading.main_thread()
    if not mine or before is not signal.default_int_handler:
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


@cache
def _sigaction() -> Any:
    return ctypes.CDLL(None).sigaction


@contextmanager
def python_sees_interrupts() -> Iterator[None]:
    """Have SIGINT raise `KeyboardInterrupt` in a block, as in a program that is Python alone.

    In a program that Python is only a part of, another language has its own handler, of which
    Python knows nothing. R's reticulate has, in 1.28, Python's handler ask R; R may take the
    interrupt itself then, jump away over what Python is doing, and the process crashes. After the
    block both languages have the handlers that they had.
    """
    before = signal.getsignal(signal.SIGINT)
    mine = threading.current_thread() is threading.main_thread()
    if not mine or os.name == "nt" or before in (signal.SIG_IGN, signal.default_int_handler):
        yield
        return
    sigaction = _sigaction()
    in_c = ctypes.create_string_buffer(LARGEST_SIGACTION)
    sigaction(signal.SIGINT, None, in_c)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if before is not None:  # it was set from Python
            signal.signal(signal.SIGINT, before)
        sigaction(signal.SIGINT, in_c, None)
