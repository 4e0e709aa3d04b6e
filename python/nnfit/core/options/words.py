"""The words of other packages for what is asked here, so that a user of theirs is not led astray.

They are in `words.csv`, which R reads too (R/option-words.R): a row for each word, by the kind of
name that it stands in the place of (an option, or a name among the choices of one), with the name
that means the same here, or a hint where none does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from ..ground.names import LONGEST, canonical_name, edits, nearest
from ..ground.tables import read_table

SHORTEST = 5  # letters of a word that may be misspelt by one


class Meant(NamedTuple):
    """What a user probably meant: a name, or None; and what to say beside it, or ""."""

    name: str | None
    hint: str = ""


@cache
def _words(kind: str) -> dict[str, Meant]:
    rows = (row for row in read_table(__file__, "words") if row["kind"] == kind)
    return {canonical_name(row["word"]): Meant(row["means"] or None, row["hint"]) for row in rows}


def meant(kind: str, name: str, choices: Iterable[str]) -> Meant:
    """Find what an unknown name was meant to be.

    A word of the table; else a choice, where one is near, unless a word of the table is but a
    letter away and the choice is not.

    Parameters
    ----------
    kind : str
        "option", or the option whose choices these are, such as "loss".
    name : str
    choices : iterable of str
    """
    choices = list(choices)
    key = canonical_name(name)[:LONGEST]
    words = {
        word: row
        for word, row in _words(kind).items()
        if row.name in choices or (row.name is None and row.hint)
    }
    for word in (key, key.removesuffix("loss") if kind == "loss" else key):  # as torch has it
        if word in words:
            return words[word]
    near = nearest(name, choices)
    if len(key) >= SHORTEST and (near is None or edits(key, canonical_name(near)) > 1):
        for word, row in words.items():
            if abs(len(word) - len(key)) <= 1 and edits(key, word) <= 1:
                return row
    return Meant(near)


def did_you_mean(kind: str, name: str, choices: Iterable[str], known: bool = True) -> str:
    """Say what was probably meant, as the remedy of an error.

    Parameters
    ----------
    kind, name, choices
        As `meant()` takes them.
    known : bool, default True
        List all choices where none is near? False: the error has listed them.
    """
    choices = list(choices)
    near, hint = meant(kind, name, choices)
    if near is None and not hint and known:
        return "Choose one of " + ", ".join(f'"{choice}"' for choice in choices) + "."
    asked = f'Did you mean "{near}"?' if near else ""
    return f"{asked} {hint}".strip()
