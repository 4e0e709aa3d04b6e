"""Formula: what makes the columns of a fit of a data frame, as R's `model.matrix()` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.frames import frame_of
from ..ground.errors import NNFitError, listed, warn
from ..ground.foreign import Unreadable
from .code import check_code, columns_in, evaluate
from .functions import Unknown, labels_of, numbers

ONES = 1  # in the table of factors: by contrasts; 2 is by a column for each level


@dataclass(frozen=True)
class Variable:
    """A variable of a formula, such as `poly(x, 2)`.

    Parameters
    ----------
    name : str
        As it is written.
    code : dict
        What makes it: see `code.py`.
    levels : list of str or None
        Of one with classes.
    contrasts : array (levels, k) or None
    embedded : bool
        Whether its column is the position of its level.
    """

    name: str
    code: Mapping[str, Any]
    levels: list[str] | None
    contrasts: np.ndarray | None
    embedded: bool

    @classmethod
    def of(cls, plain: Any) -> Variable:
        """Read one, from a stranger."""
        if not isinstance(plain, dict) or set(plain) != set(cls.__dataclass_fields__):
            raise Unreadable("has a variable in its formula that is none.")
        made = cls(**plain)
        check_code(made.code)
        levels, contrasts = made.levels, made.contrasts
        if not isinstance(made.name, str) or not isinstance(made.embedded, bool):
            raise Unreadable("has a variable in its formula that is none.")
        if levels is None:
            return made
        if not isinstance(levels, list) or not all(isinstance(one, str) for one in levels):
            raise Unreadable(f"has levels of `{made.name[:60]}` that are none.")
        if not made.embedded and (
            not isinstance(contrasts, np.ndarray)
            or contrasts.ndim != 2
            or len(contrasts) != len(levels)
            or contrasts.dtype.kind not in "fi"
        ):
            raise Unreadable(f"has contrasts of `{made.name[:60]}` that are none.")
        return made

    def values(self, columns: Mapping[str, np.ndarray], rows: int) -> np.ndarray:
        """Compute it: numbers (rows, width), or positions of levels (rows,)."""
        try:
            value = evaluate(self.code, columns)
            if self.levels is not None:
                return self._positions(np.broadcast_to(np.asarray(value), rows))
            made = numbers(value)
        except Unknown as error:
            raise NNFitError(
                "x",
                f"can not be made into the columns of the fit: the term `{self.name}` {error}.",
                "Give the columns of the fit as an array, or predict in R.",
            ) from None
        made = np.broadcast_to(made, rows) if made.ndim == 0 else made
        made = made[:, None] if made.ndim == 1 else made
        if made.ndim != 2 or len(made) != rows:
            raise NNFitError("x", f"gives other rows in the term `{self.name}`.")
        return made

    def _positions(self, value: np.ndarray) -> np.ndarray:
        assert self.levels is not None
        known = {label: place for place, label in enumerate(self.levels)}
        if value.dtype.kind in "fiu":  # a level is written as R writes a number
            known = {_as_number(label): place for label, place in known.items()}
            given = value.tolist()
        else:
            given = labels_of(value).tolist()
        found = np.array([known.get(one, -1) for one in given])
        new = sorted({str(one) for one, place in zip(given, found) if place < 0})
        if not new:
            return found
        if self.embedded:  # the position after the last stands for the mean of all
            warn("x", f"has levels of `{self.name}` that the fit has not seen: {listed(new)}.")
            return np.where(found < 0, len(self.levels), found)
        raise NNFitError(
            "x",
            f"has levels of `{self.name}` that the fit has not seen, or missing ones: "
            f"{listed(new)}.",
            f"Its levels are {listed(self.levels)}.",
        )

    def coded(self, values: np.ndarray, code: int) -> np.ndarray:
        """Give the columns that it has in a term."""
        if self.levels is None or self.embedded:
            return values if values.ndim == 2 else values[:, None].astype(np.float64)
        return np.asarray(self.table(code)[values], dtype=np.float64)

    def table(self, code: int) -> np.ndarray:
        """Give the columns that its levels become: (levels, k)."""
        assert self.levels is not None and self.contrasts is not None
        return self.contrasts if code == ONES else np.eye(len(self.levels))


def _as_number(label: str) -> Any:
    try:
        return float(label)
    except ValueError:
        return label


@dataclass(frozen=True)
class Formula:
    """What the columns of a fit are made of.

    Parameters
    ----------
    text : str
        The formula, for messages.
    variables : list of Variable
    factors : int array (variables, terms)
        Which are in a term: 0 not, 1 by contrasts, 2 by a column for each level.
    offsets : list of dict
        The code of each offset, whose sum is added to the output.
    names : list of str
        Of the columns that are made.
    """

    text: str
    variables: list[Variable]
    factors: np.ndarray
    offsets: list[dict[str, Any]]
    names: list[str]

    @classmethod
    def of(cls, fit: Any) -> Formula | None:
        """Read that of a fit from a file; None: it has none.

        Raises
        ------
        Unreadable
            If there is something else in its place.
        """
        beside = getattr(fit, "beside", None)
        plain = None if beside is None else beside.get("formula")
        if plain is None:
            return None
        if not isinstance(plain, dict) or not isinstance(plain.get("text"), (str, type(None))):
            raise Unreadable("has a formula that is none.")
        return None if plain.get("variables") is None else cls._of_plain(plain)

    @classmethod
    def _of_plain(cls, plain: Mapping[str, Any]) -> Formula:
        wanted = {name: plain.get(name) for name in ("text", "factors", "offsets", "names")}
        lists = (plain["variables"], wanted["offsets"], wanted["names"])
        if not all(isinstance(one, list) for one in lists):
            raise Unreadable("has a formula that is none.")
        variables = [Variable.of(one) for one in plain["variables"]]
        factors = wanted["factors"]
        if (
            not isinstance(factors, np.ndarray)
            or factors.ndim != 2
            or factors.shape[0] != len(variables)
            or not np.isin(factors, (0, 1, 2)).all()
            or not factors.any(axis=0).all()
        ):
            raise Unreadable("has terms in its formula that are none.")
        for code in plain["offsets"]:
            check_code(code)
        wanted["text"] = wanted["text"] or "a formula"
        return cls(variables=variables, **wanted)  # type: ignore[arg-type]

    def takes(self, x: Any) -> bool:
        """Tell whether rows are given as columns with names, from which columns can be made."""
        if isinstance(x, Mapping):
            return True
        frame = frame_of(x, "x")
        return frame is not None and frame.names is not None

    def columns(self, x: Any) -> tuple[np.ndarray, np.ndarray | None]:
        """Make the columns (n, p) of a fit, and the offset (n,) if the formula has one.

        Parameters
        ----------
        x : data frame, or mapping of columns (n,)

        Raises
        ------
        NNFitError
            Naming a column that is missing, a level that is new, or a term that is not known here.
        """
        given = self.given(x)
        rows = len(next(iter(given.values()))) if given else _rows(x)
        values = [variable.values(given, rows) for variable in self.variables]
        terms = [self._term(self.factors[:, j], values) for j in range(self.factors.shape[1])]
        made = np.column_stack(terms) if terms else np.empty((rows, 0))
        if made.shape[1] != len(self.names):
            raise NNFitError(
                "x",
                f"gives {made.shape[1]} columns by `{self.text}`, and the fit has "
                f"{len(self.names)}.",
            )
        return made, self._offset(given, rows)

    def given(self, x: Any) -> dict[str, np.ndarray]:
        """Take the columns (n,) of a data frame that the formula is made of, by their names."""
        codes = [*(variable.code for variable in self.variables), *self.offsets]
        return _taken(x, list(dict.fromkeys(name for code in codes for name in columns_in(code))))

    def shared(self, name: str) -> bool:
        """Tell whether more follows from a column of the data than a column of the fit like it."""
        within = [
            codes for codes in self.factors.T
            if any(name in columns_in(self.variables[at].code) for at in np.flatnonzero(codes))
        ]  # fmt: skip
        if len(within) != 1:
            return len(within) > 1
        variables = [self.variables[at] for at in np.flatnonzero(within[0])]
        plain = variables[0].code == {"column": name} and variables[0].levels is None
        return len(variables) > 1 or not plain

    def sources(self, given: Mapping[str, np.ndarray]) -> list[frozenset[str]]:
        """Name what each column of the fit is made of; `given` are rows, of which one is enough."""
        one = {name: column[:1] for name, column in given.items()}
        values = [variable.values(one, 1) for variable in self.variables]
        found: list[frozenset[str]] = []
        for codes in self.factors.T:
            within = [self.variables[place].code for place in np.flatnonzero(codes)]
            names = frozenset(name for code in within for name in columns_in(code))
            found += [names] * self._term(codes, values).shape[1]
        return found

    def _term(self, codes: np.ndarray, values: list[np.ndarray]) -> np.ndarray:
        """Multiply the columns of a term's variables: those of the first vary fastest."""
        made: np.ndarray | None = None
        for place in np.flatnonzero(codes):
            own = self.variables[place].coded(values[place], int(codes[place]))
            if made is None:
                made = own
            else:
                made = (own[:, :, None] * made[:, None, :]).reshape(len(own), -1)
        assert made is not None
        return made

    def _offset(self, given: Mapping[str, np.ndarray], rows: int) -> np.ndarray | None:
        if not self.offsets:
            return None
        try:
            each = [numbers(evaluate(code, given)) for code in self.offsets]
        except Unknown as error:
            raise NNFitError("x", f"does not give the offset of the fit: it {error}.") from None
        return np.asarray(sum(np.broadcast_to(one, rows) for one in each))


def _rows(x: Any) -> int:
    return len(next(iter(x.values()), ())) if isinstance(x, Mapping) else len(x)


def _taken(x: Any, names: list[str]) -> dict[str, np.ndarray]:
    """Take columns by name."""
    taken = _of_mapping(x, names) if isinstance(x, Mapping) else _of_frame(x, names)
    missing = [name for name in names if name not in taken]
    if missing:
        raise NNFitError("x", f"lacks columns that the formula names: {listed(missing)}.")
    lengths = {len(one) if one.ndim else 0 for one in taken.values()}
    if len(lengths) > 1 or lengths == {0}:
        raise NNFitError("x", "has columns of several lengths, or none of any length.")
    return taken


def _of_mapping(x: Mapping[str, Any], names: list[str]) -> dict[str, np.ndarray]:
    return {name: np.asarray(x[name]) for name in names if name in x}


def _of_frame(x: Any, names: list[str]) -> dict[str, np.ndarray]:
    frame = frame_of(x, "x")
    assert frame is not None and frame.names is not None
    places = {name: place for place, name in enumerate(frame.names)}
    return {name: _values(frame.column(places[name])) for name in names if name in places}


def _values(column: Any) -> np.ndarray:
    """Give a column's numbers, or its labels; None for one that is missing."""
    if column.classes is None:
        return np.asarray(column.values())
    codes, labels = column.classes()
    return np.array([labels[one] if one >= 0 else None for one in codes], dtype=object)
