"""What `effects()` can move: columns of a fit as they are, or variables of its formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ..ground.errors import NNFitError, listed
from .asked import check_named, columns_of, values_of
from .explain import Wanted
from .moves import Grid, Slopes
from .variables import Variables, check_numbers

NEAR = float(np.finfo(float).eps) ** (1 / 3)  # a step: what is cut off and rounded are both small
FEWER = "Give some of the rows, or a smaller `grid`."


class Movable(Protocol):
    """Where rows are put, by the places or names of what moves."""

    def chosen(self, variables: Any, most: int) -> list[Any]:
        """Read which are to move."""

    def name(self, key: Any) -> str:
        """Name one."""

    def numbers(self, key: Any) -> np.ndarray:
        """Give the numbers (n,) of one in the rows."""

    def spread(self, key: Any, places: int) -> np.ndarray:
        """Spread values over one: all that it has, or evenly so many."""

    def asked(self, values: Any, keys: Sequence[Any]) -> np.ndarray:
        """Read the values that one is to have."""

    def grid(self, keys: Sequence[Any], places: Sequence[np.ndarray]) -> Grid:
        """Set them to values, place (G,) after place, in all rows."""

    def stepped(self, keys: Sequence[Any], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the columns that move, and what they are where these have values (S, n, J)."""

    def average(self, key: Any) -> tuple[list[str], Wanted]:
        """Name the average effects of one, with how they come about."""


class OfColumns:
    """Columns as they are: each moves alone."""

    def __init__(self, x: np.ndarray, names: Sequence[str] | None):
        self.x, self.names = x, names

    def chosen(self, variables: Any, most: int) -> list[int]:
        """Read which are to move."""
        return columns_of(variables, self.names, self.x.shape[1], most)

    def name(self, key: int) -> str:
        """Name one."""
        return str(self.names[key]) if self.names else f"x{key + 1}"

    def numbers(self, key: int) -> np.ndarray:
        """Give the numbers (n,) of one in the rows."""
        return np.asarray(self.x[:, key])

    def spread(self, key: int, places: int) -> np.ndarray:
        """Spread values over one: all that it has, or evenly so many."""
        return spread_out(self.numbers(key), places)

    def asked(self, values: Any, keys: Sequence[int]) -> np.ndarray:
        """Read the values that one is to have."""
        return values_of(values, keys)

    def grid(self, keys: Sequence[int], places: Sequence[np.ndarray]) -> Grid:
        """Set them to values, place (G,) after place, in all rows."""
        return Grid(np.array(keys), np.stack(places, 1))

    def stepped(self, keys: Sequence[int], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the columns that move, and what they are where these have values (S, n, J)."""
        return np.array(keys), values

    def average(self, key: int) -> tuple[list[str], Wanted]:
        """Name the average effect of one, with how it comes about."""
        return [self.name(key)], Wanted(Slopes(np.array([key]), np.ones((1, 1))))


class OfVariables:
    """Variables of a formula: all columns that follow from one move with it."""

    def __init__(self, variables: Variables):
        self.variables = variables

    def chosen(self, variables: Any, most: int) -> list[str]:
        """Read which are to move."""
        known = self.variables
        if variables is None and most >= len(known.names):
            return [known.check(name, "variables") for name in known.names]
        check_named(variables, known.names, most)
        several = isinstance(variables, (list, tuple, np.ndarray))
        found = [known.check(one, "variables") for one in (variables if several else [variables])]
        if not 1 <= len(found) <= most or len(set(found)) < len(found):
            raise NNFitError(
                "variables", f"must be one to {most} different variables, not {listed(found)}."
            )
        return found

    def name(self, key: str) -> str:
        """Name one."""
        return key

    def numbers(self, key: str) -> np.ndarray:
        """Give the numbers (n,) of one in the rows."""
        if self.variables.classes(key) is not None:
            raise NNFitError(
                "variables", f"has `{key}`, whose classes have no order.",
                'Use type="partial" or "average".',
            )  # fmt: skip
        return self.variables.given[key].astype(np.float64)

    def spread(self, key: str, places: int) -> np.ndarray:
        """Spread values over one: all that it has, or evenly so many."""
        classes = self.variables.classes(key)
        return spread_out(self.numbers(key), places) if classes is None else classes

    def asked(self, values: Any, keys: Sequence[str]) -> np.ndarray:
        """Read the values that one is to have."""
        classes = self.variables.classes(keys[0])
        if len(keys) > 1 or classes is None:
            return values_of(values, range(len(keys)))
        several = isinstance(values, (list, tuple, np.ndarray))
        given = list(values) if several else [values]
        if not given or not all(one in classes.tolist() for one in given):
            problem = f"must be levels of `{keys[0]}`: {listed(classes, most=20)}."
            raise NNFitError("values", problem)
        return np.array(given, dtype=classes.dtype)

    def grid(self, keys: Sequence[str], places: Sequence[np.ndarray]) -> Grid:
        """Set them to values, place (G,) after place, in all rows."""
        known, columns = self.variables, self.variables.following(keys)
        n, number = known.n, len(places[0])
        if known.alone(keys):  # the same for all rows
            alike = known.take(np.zeros(number, dtype=np.intp))
            return Grid(np.array(columns), _made(alike, dict(zip(keys, places)), columns))
        check_numbers(float(number) * n * len(columns), FEWER)
        values = [
            _made(known, {key: np.repeat(one[[at]], n) for key, one in zip(keys, places)}, columns)
            for at in range(number)
        ]
        return Grid(np.array(columns), np.stack(values))

    def stepped(self, keys: Sequence[str], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the columns that move, and what they are where these have values (S, n, J)."""
        columns = self.variables.following(keys)
        made = [_made(self.variables, dict(zip(keys, one.T)), columns) for one in values]
        return np.array(columns), np.stack(made)

    def average(self, key: str) -> tuple[list[str], Wanted]:
        """Name the average effects of one: a slope, or how classes differ from the first."""
        classes = self.variables.classes(key)
        if classes is not None:
            names = [f"{key}: {one} - {classes[0]}" for one in classes[1:]]
            return names, Wanted(self.grid([key], [classes]), "contrasts")
        if not self.variables.smooth(key):
            raise NNFitError(
                "variables", f"has `{key}`, of which the formula makes classes: it has no slope.",
                'Use type="partial".',
            )  # fmt: skip
        columns = self.variables.following([key])
        return [key], Wanted(Slopes(np.array(columns), self._rates(key, columns)))

    def _rates(self, key: str, columns: list[int]) -> np.ndarray:
        """Compute how fast columns move with a variable (n, J), by central differences."""
        values = self.numbers(key)
        size = np.maximum(np.abs(values), max(1e-3 * float(values.std()), 1e-300))
        above, below = values + NEAR * size, values - NEAR * size
        moved = [_made(self.variables, {key: one}, columns) for one in (above, below)]
        return np.asarray((moved[0] - moved[1]) / (above - below)[:, None])


def spread_out(numbers: np.ndarray, places: int) -> np.ndarray:
    """Spread values over numbers: all there are, or evenly so many."""
    known = np.unique(numbers)
    found = known if len(known) <= places else np.linspace(known[0], known[-1], places)
    return found.astype(np.float64)


def _made(known: Variables, moved: dict[str, np.ndarray], columns: list[int]) -> np.ndarray:
    made = known.columns(moved)[:, columns]
    if not np.isfinite(made).all():
        raise NNFitError(
            "variables", f"move {listed(moved)} to where columns of the fit are no numbers.",
            "Say where by `values`.",
        )  # fmt: skip
    return made
