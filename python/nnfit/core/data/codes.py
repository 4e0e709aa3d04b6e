"""Columns of classes that are embedded: in x each value is the position of its level, from 0.

A value that is no level of the fit has the position after the last, which stands for the mean of
the others. Positions are matched by label, and are neither scaled nor straightened.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..ground.errors import NNFitError, did_you_mean, listed, warn
from ..options.asked import Asked
from ..options.embed import MANY, MOST_LEVELS, Embed, Embedded, size_for
from ..options.resolved import Resolved
from .frames import Column, Frame, frame_of, is_missing
from .powers import AS_IT_IS
from .scaling import Scaling


def settle_embed(x: Any, asked: Asked) -> Asked:
    """Settle which columns of x (n, p) are embedded, their levels and their sizes.

    The levels are those that a row has, in the order of a column of categories; strings are sorted.

    Raises
    ------
    NNFitError
        If a column is not there, or is not one of classes or strings; or if x is no data frame.
    """
    embed = asked.embed
    if isinstance(embed, tuple):  # R has settled it
        return asked
    frame = frame_of(x, "x")
    if frame is None or frame.names is None:
        raise NNFitError("embed", "needs x as a data frame: an array has no columns of classes.")
    sizes = embed if isinstance(embed, Mapping) else _by_rule(frame)
    unknown = [name for name in sizes if name not in frame.names]
    if unknown:
        problem = f"names columns that x lacks: {listed(unknown)}."
        raise NNFitError("embed", problem, did_you_mean(unknown[0], frame.names))
    settled = [_embedded(frame, name, size) for name, size in sizes.items()]
    return replace(asked, embed=tuple(sorted(settled, key=lambda one: one.column)))


def embed_terms(
    embed: Embed, terms: Sequence[Sequence[str]], levels: Mapping[str, Sequence[str]]
) -> list[Embedded]:
    """Settle the same of files.

    Parameters
    ----------
    embed : Embed
        As asked.
    terms : sequence of sequence of str
        The columns of which a predictor is the product, or which is one.
    levels : mapping
        Of the columns of classes.
    """
    if not embed or isinstance(embed, tuple):
        return []
    alone = {term[0] for term in terms if len(term) == 1}
    together = {name for term in terms if len(term) > 1 for name in term}
    many = {name: True for name in levels if len(levels[name]) >= MANY and name in alone - together}
    sizes = embed if isinstance(embed, Mapping) else many
    _check_terms(sizes, alone, together, levels)
    found, column = [], 0
    for term in terms:
        if term[0] in sizes:
            own = tuple(levels[term[0]])
            found.append(Embedded(term[0], column, own, _size(sizes[term[0]], own)))
        wide = [len(levels[name]) - 1 for name in term if name in levels]
        column += 1 if term[0] in sizes else int(np.prod(wide))
    return found


def _check_terms(
    sizes: Mapping[str, int | bool], alone: set[str], together: set[str], levels: Mapping[str, Any]
) -> None:
    for name in sizes:
        if name in together:
            raise NNFitError(
                "embed", f'names "{name}", which is in a product of columns.', "Name it alone."
            )
        if name not in alone or name not in levels:
            problem = f'must name columns of classes among the predictors, and "{name}" is none.'
            raise NNFitError("embed", problem, did_you_mean(name, [*alone & set(levels)]))


def _size(asked: int | bool, levels: Sequence[str]) -> int:
    return size_for(len(levels)) if isinstance(asked, bool) else asked


def _by_rule(frame: Frame) -> Mapping[str, int | bool]:
    assert frame.names is not None  # whoever calls has looked
    found = zip(frame.names, (_codes_of(column) for column in frame.columns))
    return {name: True for name, codes in found if codes and len(_used(*codes)[1]) >= MANY}


def _embedded(frame: Frame, name: str, size: int | bool) -> Embedded:
    assert frame.names is not None
    place = frame.names.index(name)
    column = frame.column(place)
    found = _codes_of(column)
    if found is None:
        raise NNFitError(
            "embed",
            f'must name columns of classes or strings, and "{name}" is of {column.kind}.',
            f'Make classes of it, as in x["{name}"].astype("category").',
        )
    levels = _used(*found)[1]
    if not levels:
        raise NNFitError("x", f"has no value in its column `{name}`.", "Leave the column out.")
    if len(levels) > MOST_LEVELS:
        raise NNFitError("embed", f'names "{name}", which has more than {MOST_LEVELS:,} levels.')
    return Embedded(name, place, tuple(levels), _size(size, levels))


def _codes_of(column: Column) -> tuple[np.ndarray, list[str]] | None:
    """Give codes (n,), -1 for what is missing, and labels; None: it is not of classes."""
    if column.classes is not None:
        codes, labels = column.classes()
        return codes, [str(label) for label in labels]
    values = column.values()
    if values.dtype.kind not in "OU":
        return None
    there = [value for value in values.tolist() if not is_missing(value)]
    if not all(isinstance(value, str) for value in there):
        return None
    labels = sorted(set(there))
    place = {label: code for code, label in enumerate(labels)}
    return np.array([place.get(value, -1) for value in values.tolist()], dtype=np.int64), labels


def _used(codes: np.ndarray, labels: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Give the positions of the labels that a row has, and these labels."""
    used = np.unique(codes[codes >= 0])
    return used, [labels[place] for place in used]


def coded(frame: Frame, embedded: Sequence[Embedded], argument: str) -> Frame:
    """Put positions in the place of the columns that are embedded; warn of labels that are new."""
    if not embedded or frame.names is None:
        return frame
    position = {frame.names.index(one.name): one for one in embedded if one.name in frame.names}

    def column(j: int) -> Column:
        own = frame.column(j)
        if j not in position:
            return own
        found = _positions(own, position[j], argument)
        return own if found is None else Column(own.kind, lambda: found)

    return Frame(frame.names, frame.width, column, frame.index)


def _positions(column: Column, embedded: Embedded, argument: str) -> np.ndarray | None:
    """Give the positions (n,) of a column's values among the levels, NaN where one is missing.

    None: it is not of classes, which is refused where columns are made into numbers.
    """
    found = _codes_of(column)
    if found is None:
        raise NNFitError(
            argument,
            f"has {column.kind} in its column `{embedded.name}`, which is one of classes.",
            "Give their labels.",
        )
    codes, labels = found
    place = {level: code for code, level in enumerate(embedded.levels)}
    new = len(place)
    each = np.array([*(place.get(label, new) for label in labels), np.nan])
    unknown = [label for label in _used(codes, labels)[1] if label not in place]
    warn_of_new(argument, embedded.name, unknown)
    positions: np.ndarray = each[codes]
    return positions


def warn_of_new(argument: str, name: str, unknown: Sequence[str]) -> None:
    """Warn of levels of a column that a fit does not know, if there are any."""
    if unknown:
        quoted = listed(unknown, quote='"')
        warn(
            argument,
            f"has levels in its column `{name}` that the model was not fitted on: {quoted}.",
            'They are answered by the mean of the others, unless new_levels is "missing".',
        )


def check_codes(x: np.ndarray, embedded: Sequence[Embedded], argument: str) -> None:
    """Refuse an array (n, p) that has something else than positions where columns are embedded."""
    for one in embedded:
        codes = x[:, one.column] if one.column < x.shape[1] else np.full(1, -1.0)
        if (codes != np.floor(codes)).any() or codes.min() < 0 or codes.max() > len(one.levels):
            raise NNFitError(
                argument,
                f"must have the positions of levels in its column {one.column + 1}, which is "
                f"embedded: whole numbers from 0 to {len(one.levels)}.",
            )


def check_new_levels(answered: Any) -> None:
    """Refuse what is no way to answer levels that a fit does not know."""
    if not isinstance(answered, str) or answered not in ("mean", "missing"):
        problem = f'must be "mean" or "missing", not {reprlib.repr(answered)}.'
        raise NNFitError("new_levels", problem)


def has_new(x: np.ndarray, embedded: Sequence[Embedded]) -> np.ndarray:
    """Tell which rows (n,) have a level that the fit does not know."""
    new = np.zeros(len(x), dtype=bool)
    for one in embedded:
        new |= x[:, one.column] == len(one.levels)
    return new


def keep_codes(scaling: Scaling | None, spec: Resolved) -> Scaling | None:
    """Leave the columns of positions as they are."""
    columns = spec.code_columns
    if scaling is None or not columns:
        return scaling
    center, scale = scaling.x_center.copy(), scaling.x_scale.copy()
    center[columns], scale[columns] = 0.0, 1.0
    powers = scaling.powers
    if powers is not None:
        power = powers.power.copy()
        power[columns] = AS_IT_IS
        powers = powers._replace(power=power)
    return scaling._replace(x_center=center, x_scale=scale, powers=powers)
