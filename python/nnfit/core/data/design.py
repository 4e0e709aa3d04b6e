"""From the columns of a file to what a model takes: terms of columns and products of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Union

import numpy as np

from ..ground.errors import NNFitError
from ..options.catalog import Named
from ..options.checks import as_list
from ..options.families import family
from .offset import as_offset
from .outcome import Outcome, target
from .parquet import Chunk, ParquetFiles, as_codes, as_numbers
from .table import Table

# A term as a Python user writes it: a column, or several whose product is meant.
Term = Union[str, Sequence[str]]


class Factor(NamedTuple):
    """One column in a term. `coding` (levels, k): the k numbers a class becomes."""

    column: str
    coding: np.ndarray | None = None

    @classmethod
    def of(cls, plain: Sequence[Any]) -> Factor:
        """Read a pair of column and coding."""
        coding = plain[1]
        return cls(plain[0], None if coding is None else np.array(coding, dtype=float, ndmin=2))


def positions(levels: Sequence[str]) -> np.ndarray:
    """Code classes by their positions, which are embedded: (levels, 1)."""
    return np.arange(len(levels), dtype=float)[:, None]


def treatment(levels: Sequence[str]) -> np.ndarray:
    """Code classes by an indicator for each but the first: (levels, levels - 1)."""
    return np.eye(len(levels))[:, 1:]


@dataclass(frozen=True)
class Design:
    """How the columns of files become predictors, outcome, weights and offset.

    Parameters
    ----------
    terms : tuple of tuple of Factor
    outcome : tuple of str
        Columns: several of numbers, or one.
    levels : dict
        Column of classes -> its levels.
    weights : str, optional
        A column.
    offset : tuple of str, default ()
        Columns of numbers: one for all outcomes, or one for each outcome or class; none: no offset.
    embedded : tuple of str, default ()
        Columns of classes of which the predictors have the positions: see `codes`.
    """

    terms: tuple[tuple[Factor, ...], ...]
    outcome: tuple[str, ...]
    levels: Mapping[str, Sequence[str]]
    weights: str | None = None
    offset: tuple[str, ...] = ()
    embedded: tuple[str, ...] = ()

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Design:
        """Read what `plain()` wrote, or what R made of a formula."""
        return cls(
            tuple(tuple(Factor.of(pair) for pair in term) for term in plain["terms"]),
            tuple(as_list(plain["outcome"])),
            {name: as_list(levels) for name, levels in dict(plain["levels"] or {}).items()},
            plain.get("weights"),
            tuple(as_list(plain.get("offset"))),
            tuple(as_list(plain.get("embedded"))),
        )

    @classmethod
    def of_columns(
        cls,
        terms: Sequence[Term],
        outcome: Sequence[str],
        levels: Mapping[str, Sequence[str]],
        weights: str | None = None,
        offset: Sequence[str] = (),
        embedded: Sequence[str] = (),
    ) -> Design:
        """Make the design of a Python user's terms, with treatment coding of classes."""
        codings = {
            name: positions(found) if name in embedded else treatment(found)
            for name, found in levels.items()
        }
        return cls(
            tuple(
                tuple(Factor(name, codings.get(name)) for name in columns_of(term))
                for term in terms
            ),
            tuple(outcome),
            levels,
            weights,
            tuple(offset),
            tuple(embedded),
        )

    def plain(self) -> dict[str, Any]:
        """Write the design as lists, strings and arrays."""
        return {
            "terms": [[[*factor] for factor in term] for term in self.terms],
            "outcome": list(self.outcome),
            "levels": {name: list(levels) for name, levels in self.levels.items()},
            "weights": self.weights,
            "offset": list(self.offset),
            "embedded": list(self.embedded),
        }

    @property
    def predictors(self) -> list[str]:
        """The columns that the predictors need, each once."""
        return list(dict.fromkeys(factor.column for term in self.terms for factor in term))

    @property
    def columns(self) -> list[str]:
        """All columns that a fit needs, each once."""
        weights = [] if self.weights is None else [self.weights]
        return list(dict.fromkeys([*self.predictors, *self.outcome, *weights, *self.offset]))

    def check(self, files: ParquetFiles, columns: Sequence[str]) -> None:
        """Refuse files whose columns are of another kind than those that the design was made of.

        Strings that could be read as numbers are none, nor are numbers names of classes.
        """
        files.check_columns(columns)
        for name in columns:
            found, wanted = files.kinds[name], "classes" if name in self.levels else "numbers"
            if (found == "number") != (wanted == "numbers"):
                raise NNFitError(
                    files.argument,
                    f'has {"numbers" if found == "number" else found} in its column "{name}", '
                    f"which was of {wanted}.",
                    "Store it as in the files of the fit.",
                )

    @property
    def width(self) -> int:
        """The number of predictors."""
        widths = [
            [1 if factor.coding is None else factor.coding.shape[1] for factor in term]
            for term in self.terms
        ]
        return int(sum(np.prod(term) for term in widths))

    @property
    def of_numbers(self) -> bool:
        """Whether predictors and outcome are columns of numbers as they are, and nothing else."""
        as_they_are = all(len(term) == 1 and term[0].coding is None for term in self.terms)
        return as_they_are and not (self.levels or self.weights or self.offset)

    def takes(self, ranges: Mapping[str, Sequence[float]], loss: Named) -> bool:
        """Tell whether outcomes of numbers, between the ends of these ranges, are as they should.

        That, and no more, has to be so of a loss that takes them as they are.
        """
        ends = np.array([ranges[name] for name in self.outcome]).T
        try:
            same = target(Outcome(ends, None), loss, len(ends))
        except NNFitError:  # whoever reads the rows says it
            return False
        return family(loss.name).outcome == "numeric" and np.array_equal(same, ends)

    @property
    def outcome_levels(self) -> Sequence[str] | None:
        """The classes of the outcome; None: it is numeric."""
        return self.levels.get(self.outcome[0])

    def features(self, chunk: Chunk) -> np.ndarray:
        """Compute a chunk's predictors (rows, width).

        A row in which a value is missing, or a class that has no code, is NaN somewhere; but of an
        embedded column such a class has the position after the last.
        """
        # a column's numbers side by side, as they come, and as sums over rows are quickest
        out = np.empty((self.width, chunk.rows)).T
        cache: dict[str, np.ndarray] = {}
        start = 0
        for term in self.terms:
            block = self._block(term[0], chunk, cache)
            for factor in term[1:]:
                block = _product(block, self._block(factor, chunk, cache))
            out[:, start : start + block.shape[1]] = block
            start += block.shape[1]
        return out

    def _block(self, factor: Factor, chunk: Chunk, cache: dict[str, np.ndarray]) -> np.ndarray:
        column = factor.column
        if column not in cache:
            cache[column] = self._values(column, chunk)
        values = cache[column]
        if factor.coding is None:
            return values[:, None]
        if column in self.embedded:
            missing = chunk.columns[column].is_null().to_numpy(zero_copy_only=False)
            new = np.where(missing, np.nan, len(factor.coding))
            return np.where(values < 0, new, values)[:, None]
        # position -1, no known class, is the row after the last
        unknown = np.full((1, factor.coding.shape[1]), np.nan)
        return np.concatenate([factor.coding, unknown])[values]

    def _values(self, column: str, chunk: Chunk) -> np.ndarray:
        array = chunk.columns[column]
        levels = self.levels.get(column)
        return as_numbers(array) if levels is None else as_codes(array, levels)

    def table(self, chunk: Chunk, loss: Named) -> Table:
        """Compute a chunk's predictors, targets under a loss, weights and offset."""
        values = [self._values(name, chunk) for name in self.outcome]
        levels = self.outcome_levels
        outcome = (
            Outcome(np.stack(values, axis=1), None)
            if levels is None
            else Outcome(values[0], tuple(levels))
        )
        weights = None if self.weights is None else self._values(self.weights, chunk)
        y, offset = target(outcome, loss, chunk.rows), self.added(chunk)
        if offset is not None:
            columns = len(outcome.levels or ()) if y.ndim == 1 else y.shape[1]
            known = family(loss.name)
            link = known.link_under(loss.args)
            offset = as_offset(offset, chunk.rows, columns, known, link=link)
        return Table(self.features(chunk), y, weights, offset)

    def added(self, chunk: Chunk) -> np.ndarray | None:
        """Read a chunk's offset (rows, columns); None: there is none."""
        if not self.offset:
            return None
        return np.stack([as_numbers(chunk.columns[name]) for name in self.offset], axis=1)


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply every column of `a` with every one of `b`; those of `a` vary faster, as in R."""
    return (b[:, :, None] * a[:, None, :]).reshape(len(a), -1)


def columns_of(term: Term) -> Sequence[str]:
    """List the columns of a term."""
    return [term] if isinstance(term, str) else term
