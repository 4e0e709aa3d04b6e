"""Names as users write them: which spellings are one name, and which name they may have meant.

R/base-names.R does the same for R, step by step: the two must agree on every name.
"""

from __future__ import annotations

import string
from collections.abc import Iterable

SEPARATORS = "_-. "
# A to Z only, and not `lower()`: R's follows the session's language, where "I" may become "ı"
SPELLING = str.maketrans(string.ascii_uppercase, string.ascii_lowercase, SEPARATORS)
LONGEST = 50  # letters that are compared: the work grows by their square


def canonical_name(name: str) -> str:
    """Spell a name in the one way that all its spellings share.

    Case, `_`, `-`, `.` and blanks do not matter; every other character does.
    """
    return name.translate(SPELLING)


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """Find the choice that a misspelt name was meant to be.

    The one choice that begins with the name, if there is one only; else the one choice that has
    the name as a part; else, among the choices that differ from it in half of their letters at
    most, the one with the fewest edits, and of several the first. Compared are canonical names.

    Returns
    -------
    str or None
        None: no choice is near.
    """
    choices = list(choices)
    key = canonical_name(name)[:LONGEST]
    keys = [canonical_name(choice)[:LONGEST] for choice in choices]
    for found in ([k.startswith(key) for k in keys], [key in k for k in keys]):
        if sum(found) == 1:
            return choices[found.index(True)]
    away = [edits(key, k) for k in keys]
    near = [i for i, k in enumerate(keys) if 2 * away[i] <= max(len(key), len(k))]
    return choices[min(near, key=away.__getitem__)] if near else None


def edits(a: str, b: str) -> int:
    """Count the edits that lead from one word to another: the optimal string alignment distance.

    An edit puts a letter in, takes one out, puts another in its place, or swaps two neighbours.

    Source: Boytsov (2011), Indexing methods for approximate dictionary searching, ACM Journal of
    Experimental Algorithmics 16.
    """
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                row[j] = min(row[j], before[j - 2] + 1)
        before, above = above, row
    return above[-1]
