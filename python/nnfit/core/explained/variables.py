"""The variables of a formula in rows of a data frame, and the columns that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..formula.code import columns_in, evaluate
from ..formula.formula import Formula
from ..formula.functions import labels_of
from ..ground.errors import NNFitError, listed
from ..options.ranges import short

MOST_NUMBERS = 50_000_000  # columns made anew for rows and places, which are there at once


class Variables:
    """Rows whose columns a formula makes: where a variable moves, all that follow from it do.

    Parameters
    ----------
    formula : Formula
    given : dict of array (n,)
        The columns of the data frame that it is made of.

    Attributes
    ----------
    names : list of str
        Of the variables in its terms.
    sources : list of frozenset of str
        Of each column of the fit, the variables that it follows from.
    """

    def __init__(self, formula: Formula, given: Mapping[str, np.ndarray]):
        self.formula, self.given = formula, dict(given)
        self.sources = formula.sources(given)
        self.names = [name for name in given if any(name in of for of in self.sources)]
        self.n = len(next(iter(given.values()), ()))

    @classmethod
    def of(cls, formula: Formula | None, x: Any) -> Variables | None:
        """Read those of rows; None: they are the columns of a fit as they are."""
        if formula is None or not formula.takes(x):
            return None
        given = formula.given(x)
        if not given:
            raise NNFitError("fit", "has no variables in its formula.")
        return cls(formula, given)

    def take(self, rows: np.ndarray) -> Variables:
        """Give some of the rows."""
        return Variables(self.formula, {name: one[rows] for name, one in self.given.items()})

    def following(self, names: Iterable[str]) -> list[int]:
        """List the columns that follow from any of some variables."""
        moved = set(names)
        return [place for place, of in enumerate(self.sources) if of & moved]

    def alone(self, names: Iterable[str]) -> bool:
        """Tell whether what follows from these variables follows from no other."""
        moved = set(names)
        return all(of <= moved for of in self.sources if of & moved)

    def columns(self, moved: Mapping[str, np.ndarray]) -> np.ndarray:
        """Make the columns (n, p) of all rows with some variables (n,) moved."""
        return self.formula.columns({**self.given, **moved})[0]

    def classes(self, name: str) -> np.ndarray | None:
        """List the values of a variable of classes, in their order; None: it is a number."""
        column = self.given[name]
        levels = [
            one.levels for one in self.formula.variables
            if one.levels is not None and name in columns_in(one.code)
        ]  # fmt: skip
        if column.dtype.kind in "fiu":
            known = np.unique(column)
            return known if any(len(known) <= len(one) for one in levels) else None
        if column.dtype.kind == "b":
            return np.array([False, True])
        found = set(labels_of(column).tolist())
        named = next((one for one in levels if found <= set(one)), sorted(found, key=str))
        return np.array(named, dtype=object)

    def smooth(self, name: str) -> bool:
        """Tell whether the columns move with a variable: it is a number, of which no class is made.

        What is true or false of a number, as `x > 2`, is a class.
        """
        if self.classes(name) is not None:
            return False
        made = [one for one in self.formula.variables if name in columns_in(one.code)]
        few = {key: column[:1] for key, column in self.given.items()}
        return not any(
            one.levels is not None or np.asarray(evaluate(one.code, few)).dtype.kind == "b"
            for one in made
        )

    def check(self, name: Any, argument: str) -> str:
        """Read the name of a variable that can be moved."""
        if not isinstance(name, str) or name not in self.names:
            raise NNFitError(
                argument,
                f"must be names of variables, {listed(self.names, most=20)}, not {short(name)}.",
            )
        if any(name in columns_in(code) for code in self.formula.offsets):
            raise NNFitError(
                argument, f"has `{name}`, which is in the offset of the formula too.",
                "Give rows as an array of the columns of the fit: these are moved one by one.",
            )  # fmt: skip
        return name


def check_columns(formula: Formula | None, named: Any) -> None:
    """Refuse names of columns of an array that are variables from which others follow too."""
    if formula is None or named is None:
        return
    given = named.values() if isinstance(named, Mapping) else [named]
    single = [[one] if isinstance(one, str) else one for one in given]
    names = [one for those in single if isinstance(those, (list, tuple)) for one in those]
    for name in names:
        if isinstance(name, str) and formula.shared(name):
            raise NNFitError(
                "x",
                f"must be a data frame for the variable `{name}`: of an array one column moves, "
                f"and others that `{formula.text}` makes of it would stay.",
                "Give a data frame with the variables of the formula, or say columns by places.",
            )


def check_numbers(number: float, remedy: str) -> None:
    """Refuse what would be more numbers than there is room for."""
    if number > MOST_NUMBERS:
        raise NNFitError(
            "x",
            f"has too many rows: variables share columns with others, which would be {number:.1e} "
            "numbers.",
            remedy,
        )
