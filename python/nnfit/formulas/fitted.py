"""Fits of a data frame by a formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.api import fit
from ..core.data.frames import check_index, names_of
from ..core.data.reading import as_floats
from ..core.ground.errors import NNFitError
from ..core.model.fit import Fit
from ..core.saved.saved import FitOfFile
from .made import Made, as_pandas, make
from .told import read_back, told


def fit_formula(
    formula: str,
    data: Any,
    *,
    weights: Any = None,
    validation: Any = 0,
    na_action: str = "raise",
    **options: Any,
) -> Fit:
    """Train by a formula on a data frame.

    Parameters
    ----------
    formula : str
        As formulaic has it, such as "mpg ~ wt + C(cyl)", "np.log(y) ~ poly(x, 2)" or "a + b ~ x":
        <https://matthewwardrop.github.io/formulaic/>. It knows the columns of the data,
        formulaic's functions and NumPy as `np`. A column of classes, named alone on the left side,
        is the outcome of a classification. "0 + x" leaves out the bias of a linear model, and all
        biases of a network. What a fit can not compute for other rows by itself (such as `lag()`
        and `cs()`) is refused by name.
    data : data frame (pandas, polars or pyarrow), or dict of columns (n,)
    weights : array (n,) or str, optional
        Not negative; or the name of a column.
    validation : float or data frame, default 0
        The part of the rows to hold out, or data that are held out.
    na_action : "raise" or "drop", default "raise"
        What becomes of rows with missing values: an error, or they are left out.
    **options
        As `nnfit.fit()` takes them.

    Returns
    -------
    Fit
        `nnfit.predict(fit, frame)` takes a data frame, or a dict of columns, with the variables of
        the formula; so do all functions that take rows: `effects()`, `importance()` and
        `shapley()` are then of these variables. `nnfit.save()` keeps the formula too. R, by
        `nn_load()`, cannot build it: there such a fit takes the columns that the formula makes, by
        their names (`fit.options["feature_names"]`).

    Raises
    ------
    NNFitError
        Naming the argument, and of `formula` the term.

    Examples
    --------
    >>> import nnfit
    >>> cars = {"mpg": [21.0, 22.8, 18.7, 30.4], "wt": [2.6, 2.3, 3.4, 1.6]}
    >>> made = nnfit.fit_formula("mpg ~ wt", cars)
    >>> nnfit.predict(made, {"wt": [3.0]}).round(1)
    array([[19.9]])
    """
    frame = as_pandas(data)
    weights = _weights(weights, frame, data)
    made = make(formula, frame, na_action)
    if made.y is None:
        raise NNFitError("formula", "has no outcome.", f'Write it as "y ~ {formula.strip(" ~")}".')
    if made.kept is not None and weights is not None:
        weights = weights[made.kept]
    used = frame if made.kept is None else frame.loc[made.kept]
    plain = told(made, formula, used, list(names_of(made.y, "y") or ()))
    if not isinstance(validation, (int, float)):
        validation = _held_out(validation, formula, plain, na_action)
    done = fit(made.x, made.y, weights=weights, validation=validation, **_biased(made, options))
    return with_formula(done, plain)


def fit_by(formula: str, x: Any, y: Any, *, weights: Any = None, **options: Any) -> Fit:
    """Train an estimator's rows by the right side of a formula."""
    frame = as_pandas(x, "X")
    made = make(formula, frame, argument="X")
    if made.y is not None:
        raise NNFitError("formula", "has an outcome, which is `y` here.", "Leave it out.")
    plain = told(made, formula, frame, None)
    held_out = options.get("validation")
    if isinstance(held_out, (tuple, list)) and len(held_out) == 2:
        rows = read_back(plain).columns(as_pandas(held_out[0], "validation"))[0]
        options["validation"] = (rows, held_out[1])
    done = fit(made.x, np.asarray(y), weights=weights, **_biased(made, options))
    return with_formula(done, plain)


def with_formula(done: Fit, plain: dict[str, Any]) -> Fit:
    """Put a formula beside a fit, as a file has it."""
    made = FitOfFile(**{name: done[name] for name in done})
    object.__setattr__(made, "beside", {"formula": plain})
    return made


def _biased(made: Made, options: Mapping[str, Any]) -> dict[str, Any]:
    """Leave biases out where the formula has no intercept."""
    if made.intercept or options.get("model") is not None:
        return dict(options)
    return {**options, "bias": False}


def _weights(weights: Any, frame: Any, data: Any) -> NDArray[Any] | None:
    if isinstance(weights, str):
        if weights not in frame.columns:
            raise NNFitError("weights", f'names the column "{weights}", which is not in `data`.')
        return np.asarray(frame[weights])
    check_index(data, weights, "weights", "data")
    numbers = None if weights is None else as_floats(weights, "weights")
    if numbers is not None and numbers.shape != (len(frame),):
        raise NNFitError("weights", f"must be one number for each of the {len(frame)} rows.")
    return numbers


def _held_out(data: Any, formula: str, plain: dict[str, Any], na_action: str) -> tuple[Any, Any]:
    """Make columns and outcome of held-out rows, as of those to train on."""
    frame = as_pandas(data, "validation")
    made = make(formula, frame, na_action, "validation")
    rows = frame if made.kept is None else frame.loc[made.kept]
    return read_back(plain).columns(rows)[0], np.asarray(made.y)
