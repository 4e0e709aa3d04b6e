"""The documentation of the options, written once: beside the fields that hold them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Callable, TypeVar

from .rows import option_names

Function = TypeVar("Function", bound=Callable)
ENTRY = re.compile(r"^(\w+) : .*\n(?:    .*\n)*", re.MULTILINE)  # one, as NumPy writes it


def documented(options: type, but: Iterable[str] = ()) -> Callable[[Function], Function]:
    """Put the documentation of options where a function's own, or a class's, says "**options".

    Parameters
    ----------
    options : type
        Whose attributes, and those of its bases, are the options.
    but : iterable of str
        Options that are left out.
    """
    texts = [(inspect.getdoc(cls) or "") + "\n" for cls in options.__mro__]
    entries = {entry[1]: entry[0] for text in reversed(texts) for entry in ENTRY.finditer(text)}
    names = [name for name in option_names("training") if name not in set(but)]
    listed = "".join(entries.get(name, "") for name in names)

    def document(function: Function) -> Function:
        if function.__doc__:  # not under python -OO
            text = inspect.cleandoc(function.__doc__)
            function.__doc__ = re.sub(r"^\*\*options\n.*\n", lambda _: listed, text, flags=re.M)
        return function

    return document
