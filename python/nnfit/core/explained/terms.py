"""Which columns are moved from row to row together, and what is computed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ..ground.errors import NNFitError
from ..options.ranges import Unfit, short
from ..options.resolved import Resolved


class Move(NamedTuple):
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
    groups: Mapping[str, list[int]], pairs: Sequence[tuple[int, int]]
) -> tuple[list[Move], list[Term]]:
    """List the moves and the terms of groups, and of pairs of them.

    What a pair has beyond its two is what moving either costs, less what moving both at once does.
    """
    columns = list(groups.values())
    moves = [Move(one, []) for one in columns]
    terms = [Term(name, [place], [1]) for place, name in enumerate(groups)]
    names = list(groups)
    for a, b in pairs:
        moves.append(Move(list(dict.fromkeys(columns[a] + columns[b])), []))
        terms.append(Term(f"{names[a]}:{names[b]}", [a, b, len(moves) - 1], [1, 1, -1]))
    return moves, terms
