"""Which columns of classes become vectors that are learned, and of how many numbers.

Guo and Berkhahn (2016), Entity embeddings of categorical variables, arXiv:1604.06737.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Union

from . import ranges
from .ranges import Unfit, as_list
from .rows import Row

MANY = 13  # levels, from which on True embeds a column: more than a dozen
LARGEST = 600
# whole numbers up to here are float32's, in which rows hold the positions of levels
MOST_LEVELS = 2**24


class Embedded(NamedTuple):
    """A column of x that holds the positions of its values among levels.

    Parameters
    ----------
    name : str
    column : int
        Its position in x.
    levels : tuple of str
    size : int
        How many numbers each level becomes.
    """

    name: str
    column: int
    levels: tuple[str, ...]
    size: int

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Embedded:
        """Read what `plain()` wrote, perhaps by way of R; a size of True is that of the rule."""
        levels = tuple(str(level) for level in as_list(plain["levels"]))
        size = size_for(len(levels)) if plain["size"] is True else int(plain["size"])
        return cls(str(plain["name"]), int(plain["column"]), levels, size)

    def plain(self) -> dict[str, Any]:
        """Write it as strings, whole numbers and a list."""
        return {**self._asdict(), "levels": list(self.levels)}


# as asked: True, or sizes by name, where True is the rule's; and as settled by the data
Embed = Union[bool, Mapping[str, Union[int, bool]], tuple[Embedded, ...]]


def size_for(levels: int) -> int:
    """Give the numbers that each of so many levels becomes where none are asked for.

    The rule of fastai's `emb_sz_rule()`: Howard and Gugger (2020), fastai: a layered API for deep
    learning, Information 11(2), 108.
    """
    return min(LARGEST, round(1.6 * levels**0.56))


def read_embed(row: Row, value: Any) -> Embed:
    """Read True or False, a name or several, sizes by name, or what `Embedded.plain()` wrote."""
    value = ranges.scalar(value) if not isinstance(value, (str, Mapping)) else value
    if isinstance(value, bool):
        return value or ()
    # a list of one may come back from R as that one
    if isinstance(value, str) or (isinstance(value, Mapping) and _is_settled(value)):
        value = [value]
    if isinstance(value, Mapping):
        return {_name(name): _size(row, size) for name, size in value.items()} or ()
    if not isinstance(value, (list, tuple)):
        raise Unfit
    if value and all(isinstance(one, (Embedded, Mapping)) for one in value):
        return tuple(_settled(one) for one in value)
    if len(set(map(_name, value))) < len(value):
        raise Unfit
    return dict.fromkeys(value, True) if value else ()


def _settled(one: Any) -> Embedded:
    if isinstance(one, Embedded):
        return one
    if not _is_settled(one):
        raise Unfit
    return Embedded.of(one)


def _is_settled(one: Mapping[Any, Any]) -> bool:
    return set(one) == set(Embedded._fields) and isinstance(one["name"], str)


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name:
        raise Unfit
    return name


def _size(row: Row, size: Any) -> int | bool:
    return True if size is True else ranges.whole(row, size)


def embed_words(row: Row) -> str:
    """Say what it must be."""
    return f"True, names of columns, or {ranges.range_words(row, 'whole numbers by name, each')}"
