"""The columns of a formula, made by formulaic: the one module that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from numpy.typing import NDArray

from ..core.data.frames import frame_of
from ..core.ground.errors import NNFitError, first_line, listed
from ..optional import needed

ACTIONS = ("raise", "drop")
DOT = "__formulaic_variables_available__"  # by which it knows what `.` stands for


class Made(NamedTuple):
    """What a formula makes of a data frame.

    Parameters
    ----------
    x : DataFrame (n, p)
        The columns of the right-hand side, without that of the intercept.
    y : DataFrame or Series (n, ...) or None
        The left-hand side.
    spec : formulaic.ModelSpec
        How x was made.
    intercept : bool
    kept : int array or None
        The rows that these are, where some were dropped.
    """

    x: pd.DataFrame
    y: Any
    spec: Any
    intercept: bool
    kept: NDArray[Any] | None


def as_pandas(data: Any, argument: str = "data") -> pd.DataFrame:
    """Give a frame of any library, or a dict of columns, as pandas', with rows from 0."""
    made = _as_pandas(data, argument)
    if not made.size:
        raise NNFitError(argument, f"has no values: its shape is {made.shape}.")
    return made


def _as_pandas(data: Any, argument: str) -> pd.DataFrame:
    if isinstance(data, pd.DataFrame):
        return data.reset_index(drop=True)
    if isinstance(data, Mapping):
        try:
            return pd.DataFrame(dict(data))
        except ValueError as error:
            raise NNFitError(argument, f"is no data frame: {error}.") from None
    frame = frame_of(data, argument)
    if frame is None or frame.names is None:
        raise NNFitError(argument, f"must be a data frame, not of type {type(data).__name__}.")
    return pd.DataFrame({name: _column(one) for name, one in zip(frame.names, frame.columns)})


def _column(column: Any) -> Any:
    if column.classes is None:
        return column.values()
    codes, labels = column.classes()
    return pd.Categorical.from_codes(codes, labels)


def make(formula: Any, data: Any, na_action: Any = "raise", argument: str = "data") -> Made:
    """Make the columns of a formula, of two sides or of one."""
    if not isinstance(na_action, str) or na_action not in ACTIONS:
        raise NNFitError("na_action", 'must be "raise" or "drop".')
    frame = as_pandas(data, argument)
    _check_names(frame, argument)
    left, right = _sides(formula, list(frame.columns))
    parts = _materialised({"x": right, **({} if left is None else {"y": left})}, frame, argument)
    x, kept = parts["x"], parts["x"].index.to_numpy()
    if len(kept) == len(frame):
        kept = None
    elif na_action == "raise":
        raise NNFitError(
            argument,
            f"has missing values in {len(frame) - len(kept)} row(s) of the formula's columns.",
            'na_action="drop" leaves these rows out.',
        )
    intercept = "Intercept" in x.columns
    y = None if left is None else _outcome(parts["y"], left, frame.loc[x.index])
    rows = x.drop(columns=["Intercept"]) if intercept else x
    return Made(pd.DataFrame(rows), y, x.model_spec, intercept, kept)


def _check_names(frame: pd.DataFrame, argument: str) -> None:
    several = frame.columns[frame.columns.duplicated()]
    if len(several):
        raise NNFitError(argument, f"has several columns of one name: {listed(set(several))}.")
    if not all(isinstance(name, str) for name in frame.columns):
        raise NNFitError(argument, "has columns whose names are no strings.", "Rename them.")


def _formulaic() -> Any:
    return needed("formulaic", "formulaic", "formula", "A formula")


def _sides(formula: Any, columns: list[str]) -> tuple[Any, Any]:
    """Read a formula: its left side, if it has one, and its right side."""
    if not isinstance(formula, str) or not formula.strip(" \t\n~") or formula.rstrip()[-1] == "~":
        raise NNFitError("formula", 'must be a text such as "mpg ~ wt + C(cyl)".')
    formulaic = _formulaic()
    try:
        read = formulaic.Formula.from_spec(formula, context={DOT: columns})
    except Exception as error:  # its parser raises several kinds
        raise NNFitError("formula", f"can not be read: {first_line(error)}") from None
    if isinstance(read, formulaic.SimpleFormula):
        return None, read
    if set(read._structure) != {"lhs", "rhs"} or not all(
        isinstance(side, formulaic.SimpleFormula) for side in (read.lhs, read.rhs)
    ):
        raise NNFitError("formula", "must have one part on each side of the tilde.")
    return read.lhs, read.rhs


def _materialised(sides: Mapping[str, Any], frame: pd.DataFrame, argument: str) -> Any:
    """Let formulaic make the columns: of the data and of its own functions, of nothing else."""
    formulaic = _formulaic()
    try:
        return formulaic.Formula(**sides).get_model_matrix(frame, context={}, output="pandas")
    except Exception as error:  # whatever the functions in a formula raise
        raise NNFitError(
            "formula",
            f"can not be made into columns: {first_line(error)}",
            f"It knows the columns of `{argument}`, formulaic's functions and NumPy as `np`.",
        ) from None


def _outcome(made: Any, left: Any, frame: pd.DataFrame) -> Any:
    """Take the outcome: a column as it is, perhaps of classes; what is computed is numbers."""
    names = [str(term) for term in left]
    if names == ["1"] or not names:
        raise NNFitError("formula", "has no outcome on the left side of the tilde.")
    if all(name in frame.columns for name in names):
        return frame[names[0]] if len(names) == 1 else frame[names]
    coded = [str(f) for f, (kind, _) in made.model_spec.encoder_state.items()
             if kind.value == "categorical"]  # fmt: skip
    if coded:
        raise NNFitError(
            "formula", f"makes columns of the classes {listed(coded)} on its left side.",
            "Name a column of classes alone, without `C()`.",
        )  # fmt: skip
    return pd.DataFrame(made)
