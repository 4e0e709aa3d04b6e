"""The rows that a picture shows: what was observed, and what is predicted for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.api import predict
from ..core.data.frames import frame_of, names_of
from ..core.data.outcome import read_outcome
from ..core.data.reading import as_floats
from ..core.ground.errors import NNFitError
from ..core.model.fit import FitView


class Rows(NamedTuple):
    """Rows of a picture.

    Parameters
    ----------
    observed : array (n, d), of classes their positions (n,)
    predicted : array (n, d), of classes their probabilities or scores (n, classes)
    held_out : bool array (n,)
        Which were not trained on.
    levels : tuple of str or None
    names : tuple of str or None
        Of the outcomes.
    column : array (n,) or None
        Of a curve: the one column, whose `label` and whose rows `at()` other values are
    """

    observed: NDArray[Any]
    predicted: NDArray[Any]
    held_out: NDArray[Any]
    levels: tuple[str, ...] | None
    names: tuple[str, ...] | None
    column: Any = None
    label: str = "x"
    at: Callable[[NDArray[Any]], Any] = np.atleast_2d


def rows_of(fit: Mapping[str, Any], which: str, x: Any, y: Any) -> Rows:
    """Read the rows of a picture, by default those of the fit."""
    spec = FitView(fit).spec
    if y is None:
        raise NNFitError("y", f'is needed for "{which}": a fit does not keep its outcome.')
    if spec.family.joint:
        raise NNFitError("which", f'"{which}" is no picture of censored times.', 'Use "loss".')
    if x is None and (which == "curve" or fit["fitted"] is None):
        raise NNFitError("x", f'is needed for "{which}" of this fit.')
    predicted = np.asarray(fit["fitted"] if x is None else predict(fit, x), dtype=np.float64)
    outcome = read_outcome(y, spec.levels, spec.family.outcome, "y", coded=False)
    observed = outcome.values
    if len(observed) != len(predicted):
        raise NNFitError("y", f"has {len(observed)} rows, and there are {len(predicted)}.")
    if spec.levels is None and outcome.levels is not None:
        raise NNFitError("y", "holds classes, and the fit is of numbers.")
    if spec.levels is None and observed.shape[1] != predicted.shape[1]:
        raise NNFitError("y", f"has {observed.shape[1]} columns, not {predicted.shape[1]}.")
    if spec.levels is not None and predicted.shape[1] == 1:
        predicted = np.hstack([1 - predicted, predicted])
    held_out = np.zeros(len(observed), dtype=bool)
    if x is None and fit["validation_rows"] is not None:
        held_out[fit["validation_rows"]] = True
    names = spec.outcome_names or names_of(y, "y")
    made = Rows(observed, predicted, held_out, spec.levels, names)
    return made if which != "curve" else _with_column(made, x)


def _with_column(rows: Rows, x: Any) -> Rows:
    """Find the one column of a curve."""
    if rows.levels is not None and len(rows.levels) > 2:
        raise NNFitError("which", '"curve" is of numbers, or of two classes.', 'Use "observed".')
    frame = frame_of(x, "x")
    values = as_floats(x, "x")
    values = values[:, None] if values.ndim == 1 else values
    if values.shape[1] != 1:
        raise NNFitError("x", f'has {values.shape[1]} columns, and "curve" is of a single one.')
    if frame is None or frame.names is None:
        return rows._replace(column=values[:, 0], at=lambda grid: grid[:, None])
    import pandas as pd

    name = frame.names[0]
    return rows._replace(
        column=values[:, 0], label=name, at=lambda grid: pd.DataFrame({name: grid})
    )
