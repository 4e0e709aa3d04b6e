"""Fits of a data frame by a formula."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.api import fit
from ..core.ground.errors import NNFitError
from ..core.model.fit import Fit
from ..core.saved.saved import FitOfFile
from .made import as_pandas, make
from .rows import columns_of, prepare, unbiased
from .told import told


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
    rows = prepare(formula, data, na_action)
    done = fit(
        rows.made.x, rows.made.y, weights=rows.weights(weights),
        validation=rows.held_out(validation), **rows.options(options),
    )  # fmt: skip
    return with_formula(done, rows.plain)


def fit_by(formula: str, x: Any, y: Any, *, weights: Any = None, **options: Any) -> Fit:
    """Train an estimator's rows by the right side of a formula."""
    frame = as_pandas(x, "X")
    made = make(formula, frame, argument="X")
    if made.y is not None:
        raise NNFitError("formula", "has an outcome, which is `y` here.", "Leave it out.")
    plain = told(made, formula, frame, None)
    held_out = options.get("validation")
    if isinstance(held_out, (tuple, list)) and len(held_out) == 2:
        rows = columns_of(plain, as_pandas(held_out[0], "validation"))
        options["validation"] = (rows, held_out[1])
    done = fit(made.x, np.asarray(y), weights=weights, **unbiased(made, options))
    return with_formula(done, plain)


def with_formula(done: Fit, plain: dict[str, Any]) -> Fit:
    """Put a formula beside a fit, as a file has it."""
    made = FitOfFile(**{name: done[name] for name in done})
    object.__setattr__(made, "beside", {"formula": plain})
    return made
