"""Rows of a data frame as a formula makes them, with what goes with them, to train on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..core.data.frames import check_index, names_of
from ..core.data.reading import as_array, as_floats
from ..core.ground.errors import NNFitError
from .made import Made, as_pandas, make
from .told import read_back, told


class Rows(NamedTuple):
    """What a formula makes of data, and how what a user gives beside goes with it.

    Attributes
    ----------
    formula : str
    data : data frame, or dict of columns
        As it was given; `frame` is the same as pandas'.
    na_action : str
    made : Made
    plain : dict
        The formula as a fit has it.
    """

    formula: str
    data: Any
    frame: pd.DataFrame
    na_action: str
    made: Made
    plain: dict[str, Any]

    def weights(self, weights: Any) -> NDArray[Any] | None:
        """Read weights, or the name of a column of them."""
        given = self._column(weights, "weights")
        return None if given is None else self._kept(as_floats(given, "weights"), "weights")

    def folds(self, folds: Any) -> Any:
        """Read folds: how many, that of each row, or the name of a column that says it."""
        given = self._column(folds, "folds")
        each = as_array(given, "folds")
        return self._kept(each, "folds") if each.ndim else given

    def _column(self, value: Any, argument: str) -> Any:
        """Look a column up where one is named; anything else is in the order of the data."""
        if not isinstance(value, str):
            check_index(self.data, value, argument, "data")
            return value
        if value not in self.frame.columns:
            raise NNFitError(argument, f'names the column "{value}", which is not in `data`.')
        return np.asarray(self.frame[value])

    def _kept(self, values: NDArray[Any], argument: str) -> NDArray[Any]:
        """Take what is of the rows that are kept."""
        n = len(self.frame)
        if values.size != n or n not in values.shape:
            what = "number" if argument == "weights" else "fold"
            raise NNFitError(argument, f"must be one {what} for each of the {n} rows.")
        each = values.reshape(n)
        return each if self.made.kept is None else each[self.made.kept]

    def held_out(self, data: Any) -> Any:
        """Make columns and outcome of data that are held out; a part of the rows is left alone."""
        if data is None or isinstance(data, (int, float)):
            return data
        frame = as_pandas(data, "validation")
        made = make(self.formula, frame, self.na_action, "validation")
        rows = frame if made.kept is None else frame.loc[made.kept]
        return columns_of(self.plain, rows), np.asarray(made.y)

    def options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Leave biases out where the formula has no intercept."""
        asked = unbiased(self.made, options)
        if "bias" in options and asked["bias"] is not options["bias"]:
            raise NNFitError(
                "bias", "does not go with a formula without an intercept, which leaves it out.",
                "Leave it out, or the 0 of the formula.",
            )  # fmt: skip
        return asked


def prepare(formula: str, data: Any, na_action: str) -> Rows:
    """Make rows to train on by a formula of two sides."""
    frame = as_pandas(data)
    made = make(formula, frame, na_action)
    if made.y is None:
        raise NNFitError("formula", "has no outcome.", f'Write it as "y ~ {formula.strip(" ~")}".')
    used = frame if made.kept is None else frame.loc[made.kept]
    plain = told(made, formula, used, list(names_of(made.y, "y") or ()))
    return Rows(formula, data, frame, na_action, made, plain)


def columns_of(plain: dict[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
    """Make the columns of other rows, by the names that those to train on have."""
    return pd.DataFrame(read_back(plain).columns(frame)[0], columns=plain["names"])


def unbiased(made: Made, options: Mapping[str, Any]) -> dict[str, Any]:
    """Leave biases out where the formula has no intercept."""
    if made.intercept or options.get("model") is not None:
        return dict(options)
    return {**options, "bias": False}
