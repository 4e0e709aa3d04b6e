"""The documentation that both estimators share, written once: in that of their base."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import TypeVar

Class = TypeVar("Class", bound=type)
SHARED = "**shared\n"
SECTION = re.compile(r"^(\w+)\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)


def described(base: type) -> Callable[[Class], Class]:
    """Put a section of a base's documentation where that of a class says "**shared" in its own.

    Parameters
    ----------
    base : type
        With sections as NumPy writes them.
    """
    sections = dict(SECTION.findall((base.__doc__ and inspect.cleandoc(base.__doc__)) or ""))

    def filled(section: re.Match[str]) -> str:
        shared = sections.get(section[1], "").rstrip() + "\n"
        return section[0].replace(SHARED, shared)

    def describe(cls: Class) -> Class:
        if cls.__doc__:  # not under python -OO
            cls.__doc__ = SECTION.sub(filled, inspect.cleandoc(cls.__doc__))
        return cls

    return describe
