"""Interrupts: a user who presses Ctrl-C wants an end, and what there is by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Made = TypeVar("Made")


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
