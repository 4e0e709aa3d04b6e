"""What R is handed of Python's answers: whole numbers as R can hold them, tensors counted.

R's integers have 31 bits and a sign. What converts Python's answers for R cuts longer ones off
without a word, so they leave here as doubles, which are exact up to 2**53.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from torch import Tensor

from .ledger import LEDGER
from .memory import INT32_MAX

# Exactly these: a subclass such as torch.Size stays in Python, where R can ask it more.
CONTAINERS = (list, tuple, dict)


class Lossy:
    """An answer in which whole numbers lost digits as doubles; R warns and takes the `value`."""

    def __init__(self, value: object) -> None:
        self.value = value


def for_r(answer: object) -> object:
    """Give an answer as R can hold it; tensors are entered into the ledger.

    Parameters
    ----------
    answer : object
        Anything that torch answers. In lists, tuples and dicts whatever is in them counts too.

    Returns
    -------
    object
        The same; with doubles in place of whole numbers beyond R's, and inside of a `Lossy` where
        one of these is none of the doubles.
    """
    if isinstance(answer, Tensor):
        LEDGER.note(answer)
        return answer
    lost: list[int] = []
    answer = _fitting(answer, lost)
    return Lossy(answer) if lost else answer


def _fitting(answer: object, lost: list[int]) -> object:
    if type(answer) is int or isinstance(answer, np.integer):
        return _double(int(answer), lost) if _is_long(answer) else answer
    if isinstance(answer, Tensor):
        LEDGER.note(answer)
    elif type(answer) is dict:
        return {key: _fitting(value, lost) for key, value in answer.items()}
    elif type(answer) is tuple:
        return tuple(_fitting(value, lost) for value in answer)
    elif type(answer) is list:
        return _fitting_list(answer, lost)
    return answer


def _fitting_list(values: list[Any], lost: list[int]) -> list[Any]:
    """Fit a list, of which R makes one vector: with one double all of its numbers are doubles."""
    if any(map(_is_long, values)):
        return [_double(value, lost) if type(value) is int else value for value in values]
    if any(type(value) in CONTAINERS or isinstance(value, Tensor) for value in values):
        return [_fitting(value, lost) for value in values]
    return values


def _is_long(value: object) -> bool:
    return (
        type(value) is int
        and abs(value) > INT32_MAX
        or (isinstance(value, np.integer) and abs(int(value)) > INT32_MAX)
    )


def _double(value: int, lost: list[int]) -> float:
    double = float(value)
    if int(double) != value:
        lost.append(value)
    return double


def call(function: Callable[..., object], *args: object) -> object:
    """Call a function of torch's for R, with arguments by place."""
    return for_r(function(*args))


def call_with(
    function: Callable[..., object], args: Sequence[object], options: dict[str, object] | None
) -> object:
    """Call a function of torch's for R, with these arguments by place and by name."""
    return for_r(function(*args, **(options or {})))


def attribute(owner: object, name: str) -> object:
    """Read an attribute for R."""
    return for_r(getattr(owner, name))


def item(owner: Any, key: object) -> object:
    """Read owner[key] for R; positions count from 0, as in Python."""
    return for_r(owner[key])


def iterated(values: Iterable[object]) -> Iterator[object]:
    """Go through an iterable for R.

    Raises
    ------
    TypeError
        Where `values` is none.
    """
    return map(for_r, iter(values))


RULES: dict[str, Callable[..., object]] = {
    "call": call,
    "call_with": call_with,
    "attribute": attribute,
    "item": item,
    "iterate": iterated,
}
