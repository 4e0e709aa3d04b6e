"""What is searched: for each option a range, or values to choose from; drawn at random or a grid.

Drawing at random finds what matters with fewer candidates than a grid, which tries the same few
values of it again and again: Bergstra and Bengio (2012), Random search for hyper-parameter
optimization, JMLR 13, 281-305.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, Union

import numpy as np

from ..ground.errors import NNFitError
from ..ground.memory import check_room
from ..options.checks import check, check_row
from ..options.ranges import Unfit, as_number, flag, short
from ..options.rows import Bound, Row, option_rows
from .tunable import Tunable, tunable

LEVELS = 5
DRAWS = 200  # for each candidate at most, where most draws are of candidates that are there


class Range:
    """The numbers from `lower` to `upper`, for an option of `tune()`.

    Parameters
    ----------
    lower, upper : float, optional
        By default what `tuned/tunable.csv` has for the option.
    log : bool, optional
        Whether small numbers are told apart by their ratios. By default for `penalty`,
        `learn_rate`, `clip_norm`, `clip_value`, `max_norm`, and the whole numbers of
        `hidden_units`, `epochs` and `batch_size`.
    levels : int, default 5
        How many numbers of it a grid has, as far apart from each other on its scale.
    """

    def __init__(
        self, lower: Any = None, upper: Any = None, *, log: Any = None, levels: Any = LEVELS
    ):
        self.lower, self.upper, self.log, self.levels = lower, upper, log, levels

    def __repr__(self) -> str:
        """Write it as it was given."""
        return f"Range({self.lower}, {self.upper}, log={self.log}, levels={self.levels})"


class Choice:
    """Values to choose from, for an option of `tune()`.

    Parameters
    ----------
    *values
        Each as the option itself takes it: `Choice(8, 32, (32, 16))` for `hidden_units`. One value
        alone of several parts is a tuple: a list is taken for values to choose from, and refused.
    """

    def __init__(self, *values: Any):
        self.values = values

    def __repr__(self) -> str:
        """Write it as it was given."""
        return f"Choice{self.values!r}"


class Interval(NamedTuple):
    """A `Range` that is settled: numbers from `lower` to `upper`."""

    lower: float
    upper: float
    log: bool
    whole: bool
    levels: int

    def at(self, share: Any) -> np.ndarray:
        """Give the numbers at these shares (from 0 to 1) of the way from `lower` to `upper`."""
        half = 0.5 if self.whole else 0.0  # so that each whole number has its own part of the way
        ends = np.array([self.lower - half, self.upper + half])
        ends = np.log(np.maximum(ends, 0.5) if self.whole else ends) if self.log else ends
        found = ends[0] + np.asarray(share) * (ends[1] - ends[0])
        found = np.exp(found) if self.log else found
        found = np.rint(found) if self.whole else found
        return np.clip(found, self.lower, self.upper)

    def draw(self, generator: np.random.Generator) -> float:
        """Draw a number, uniformly on the scale of the range."""
        return float(self.at(generator.random()))

    def grid(self) -> list[float]:
        """List some numbers, as far apart from each other on its scale."""
        ends = np.array([self.lower, self.upper])
        ends = np.log(ends) if self.log else ends
        found = np.linspace(float(ends[0]), float(ends[1]), self.levels)
        found = np.exp(found) if self.log else found
        found = np.clip(np.rint(found) if self.whole else found, self.lower, self.upper)
        return list(dict.fromkeys(found.tolist()))

    def value(self, place: float) -> Any:
        """Give the number as its option takes it."""
        return int(place) if self.whole else place


class Values(NamedTuple):
    """A `Choice` that is settled."""

    values: tuple[Any, ...]

    def draw(self, generator: np.random.Generator) -> float:
        """Draw the position of a value, from 0."""
        return float(generator.integers(len(self.values)))

    def grid(self) -> list[float]:
        """List the positions of all."""
        return [float(place) for place in range(len(self.values))]

    def value(self, place: float) -> Any:
        """Give the value at a position."""
        return self.values[int(place)]


Axis = Union[Interval, Values]
Point = tuple[float, ...]  # of each option that is searched the number, or the value's position


class Space:
    """All options that are searched, by name.

    Parameters
    ----------
    options : mapping of Range or Choice

    Raises
    ------
    NNFitError
        Naming the option whose range or values can not be.
    """

    def __init__(self, options: Mapping[str, Range | Choice]):
        self.axes: dict[str, Axis] = {name: axis_of(name, one) for name, one in options.items()}

    def values(self, point: Point) -> dict[str, Any]:
        """Give the options of a candidate."""
        return {name: axis.value(place) for (name, axis), place in zip(self.axes.items(), point)}

    def grid(self) -> list[Point]:
        """List all combinations; the first option changes fastest, as in R's expand.grid()."""
        sides = [axis.grid() for axis in self.axes.values()]
        number = math.prod(len(side) for side in sides)
        check_room("method", f"a grid of {number:,} candidates", number * 100.0 * len(sides))
        return [point[::-1] for point in product(*sides[::-1])]

    def draw(self, number: int, seed: int) -> list[Point]:
        """Draw so many different candidates, or all where there are no more.

        The first do not depend on how many are drawn, unless all are.
        """
        axes = list(self.axes.values())
        if self._size() <= number:
            return self.grid()
        generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
        found: dict[Point, None] = {}
        for _ in range(number * DRAWS):
            found[tuple(axis.draw(generator) for axis in axes)] = None
            if len(found) == number:
                break
        return list(found)

    def _size(self) -> float:
        sizes = [
            float(len(axis.values)) if isinstance(axis, Values) else math.inf
            for axis in self.axes.values()
        ]
        return math.prod(sizes)


def is_listing(value: Any) -> bool:
    """Tell a list of values from one value, which may be a tuple."""
    return isinstance(value, (list, range, np.ndarray))


def axis_of(name: str, given: Range | Choice) -> Axis:
    """Check what an option is to be chosen from."""
    row = tunable(name)
    if isinstance(given, Choice):
        if not given.values:
            raise NNFitError(name, "has no values to choose from.", "Give one at least.")
        if len(given.values) == 1 and is_listing(given.values[0]):
            raise NNFitError(
                name,
                f"has one value to choose from, the list {short(given.values[0])}.",
                "Give values one by one, as in Choice(4, 8); a tuple, as in Choice((4, 8)), is one "
                "value of several parts.",
            )
        for value in given.values:
            check(name, value)
        return Values(given.values)
    if row.kind == "value":
        raise NNFitError(name, "is no number, and so has no range.", "Give values to choose from.")
    lower, upper = (_end(given, row, end) for end in ("lower", "upper"))
    levels = check_row(LEVELS_ROW._replace(name=name), given.levels)
    log = row.log if given.log is None else _flag(name, given.log)
    interval = Interval(lower, upper, log, row.kind == "whole", levels)
    _check_interval(name, interval)
    return interval


LEVELS_ROW: Row = option_rows()["repeats"]._replace(least=Bound(2, "2"), most=Bound(1000, "1000"))


def _flag(name: str, value: Any) -> bool:
    try:
        return flag(option_rows()["scale"], value)
    except Unfit:
        raise NNFitError(
            name, f"has a range whose `log` must be True or False, not {short(value)}."
        ) from None


def _end(given: Range, row: Tunable, end: str) -> float:
    value, known = getattr(given, end), getattr(row, end)
    if value is None and known is None:
        raise NNFitError(row.name, f"has no range of its own: `{end}` is missing.", "Give both.")
    try:
        number = float(as_number(known if value is None else value))
    except Unfit:
        number = math.nan
    if not math.isfinite(number) or (row.kind == "whole" and number != int(number)):
        what = "whole numbers" if row.kind == "whole" else "numbers"
        raise NNFitError(row.name, f"has a range that must be of {what}, not {short(value)}.")
    check(row.name, int(number) if row.kind == "whole" else number)
    return number


def _check_interval(name: str, interval: Interval) -> None:
    lower, upper = interval.lower, interval.upper
    if not lower < upper:
        raise NNFitError(
            name, f"has a range that must begin below its end, not from {lower:g} to {upper:g}."
        )
    if interval.log and lower <= 0:
        raise NNFitError(
            name,
            f"has a range on a logarithmic scale, which can not begin at {lower:g}.",
            "Begin above 0, or set `log` to false.",
        )


def told(values: Mapping[str, Any], names: Sequence[str] | None = None) -> str:
    """Write the options of a candidate in a line."""
    shown = names or list(values)
    return ", ".join(f"{name} = {_short(values[name])}" for name in shown)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else short(value)
