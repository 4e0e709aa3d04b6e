"""Which columns are moved from row to row together, and what is computed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ..ground.errors import NNFitError
from ..options.ranges import Unfit, short
from ..options.resolved import Resolved
from .variables import Variables


class Donated(NamedTuple):
    """Columns whose values come from other rows.

    Attributes
    ----------
    columns : list of int
        That come from the other row as they are.
    made : list of int
        That are made anew, of values of both rows: of an interaction, say.
    """

    columns: list[int]
    made: list[int]


class Term(NamedTuple):
    """What an importance is of: a sum of moves' differences, some of them with the other sign."""

    name: str
    moves: list[int]
    signs: list[int]


def read_groups(groups: Any, spec: Resolved) -> dict[str, list[int]]:
    """Read columns by the name of their group; None: each column is one.

    Columns are positions from 0, or names.
    """
    names = spec.feature_names
    if groups is None:
        labels = names or [f"x{place + 1}" for place in range(spec.n_features)]
        return {str(label): [place] for place, label in enumerate(labels)}
    if not isinstance(groups, Mapping) or not groups:
        problem = f"must be a dict of columns by the name of their group, not {short(groups)}."
        raise NNFitError("groups", problem)
    return {str(name): _columns(name, columns, spec) for name, columns in groups.items()}


def _columns(name: Any, columns: Any, spec: Resolved) -> list[int]:
    given = [columns] if isinstance(columns, (str, int)) else columns
    known = {str(one): place for place, one in enumerate(spec.feature_names or ())}
    try:
        places = [known[one] if isinstance(one, str) else _place(one, spec) for one in given]
        if not places or len(set(places)) < len(places):
            raise Unfit
    except (Unfit, KeyError, TypeError):
        raise NNFitError(
            "groups",
            f"must have columns, each once, in {short(name)}: names or positions below "
            f"{spec.n_features}, not {short(columns)}.",
        ) from None
    return places


def _place(value: Any, spec: Resolved) -> int:
    whole = not isinstance(value, bool) and hasattr(value, "__index__")
    if not whole or not 0 <= int(value) < spec.n_features:
        raise Unfit
    return int(value)


def read_pairs(interactions: Any, names: Sequence[str]) -> list[tuple[int, int]]:
    """Read pairs of groups: False none, True all, or a list of pairs of names."""
    if isinstance(interactions, (bool, np.bool_)):
        return list(combinations(range(len(names)), 2)) if interactions else []
    try:
        if isinstance(interactions, (str, bytes)):
            raise Unfit
        pairs = [tuple(names.index(one) for one in pair) for pair in interactions]
        if any(len(set(pair)) != 2 or len(pair) != 2 for pair in pairs):
            raise Unfit
    except (Unfit, TypeError, ValueError, RuntimeError):
        raise NNFitError(
            "interactions",
            f"must be True, False or a list of pairs of groups, not {short(interactions)}.",
            "The groups are " + ", ".join(f'"{name}"' for name in names[:20]) + ".",
        ) from None
    return [(a, b) for a, b in dict.fromkeys(pairs)]


def terms_of(
    groups: Mapping[str, Sequence[Any]], pairs: Sequence[tuple[int, int]]
) -> tuple[list[list[Any]], list[Term]]:
    """List what is moved at once, and the terms, of groups and of pairs of them.

    What a pair has beyond its two is what moving either costs, less what moving both at once does.
    """
    moved = [list(one) for one in groups.values()]
    terms = [Term(name, [place], [1]) for place, name in enumerate(groups)]
    names = list(groups)
    for a, b in pairs:
        moved.append(list(dict.fromkeys(moved[a] + moved[b])))
        terms.append(Term(f"{names[a]}:{names[b]}", [a, b, len(moved) - 1], [1, 1, -1]))
    return moved, terms


def read_variables(groups: Any, known: Variables) -> dict[str, list[str]]:
    """Read variables of a formula by the name of their group; None: each variable is one."""
    if groups is None:
        return {name: [known.check(name, "x")] for name in known.names}
    if not isinstance(groups, Mapping) or not groups:
        problem = f"must be a dict of variables by the name of their group, not {short(groups)}."
        raise NNFitError("groups", problem)
    found = {}
    for name, given in groups.items():
        several = isinstance(given, (list, tuple, np.ndarray))
        found[str(name)] = [known.check(one, "groups") for one in (given if several else [given])]
        if not found[str(name)] or len(set(found[str(name)])) < len(found[str(name)]):
            problem = f"must have variables, each once, in {short(name)}, not {short(given)}."
            raise NNFitError("groups", problem)
    return found


def donated(names: Sequence[str], known: Variables) -> Donated:
    """Tell the columns that come with variables of another row from those that are made anew."""
    moved = set(names)
    places = known.following(moved)
    alone = [place for place in places if known.sources[place] <= moved]
    return Donated(alone, [place for place in places if place not in alone])
