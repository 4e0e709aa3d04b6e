"""The search for good options of a fit by a formula."""

from __future__ import annotations

from typing import Any

from ..core.search import tune
from ..core.tuned.found import Search
from .fitted import with_formula
from .rows import prepare


def tune_formula(
    formula: str,
    data: Any,
    *,
    weights: Any = None,
    folds: Any = None,
    validation: Any = None,
    na_action: str = "raise",
    **options: Any,
) -> Search:
    """Search for good options of a fit by a formula, and fit all rows by them.

    The columns are made once, of all rows: levels and knots are those of the rows to judge by too.

    Parameters
    ----------
    formula, data, weights, na_action
        As `nnfit.fit_formula()` takes them.
    folds : int, array (n,) or str, default 5
        As `nnfit.tune()` takes them; or the name of a column of the data that says of each row in
        which fold it is.
    validation : float or data frame, optional
        In the place of folds the part of the rows to judge by, or other data.
    **options
        As `nnfit.tune()` takes them: a `Range` or a `Choice` in the place of a value is searched.

    Returns
    -------
    Search
        As `nnfit.tune()` gives it. Its `fit` takes data frames with the variables of the formula,
        as that of `nnfit.fit_formula()` does.

    Raises
    ------
    NNFitError
        Naming the argument, and of `formula` the term.

    Examples
    --------
    >>> import nnfit
    >>> cars = {"mpg": [21.0, 22.8, 18.7, 30.4, 15.0], "wt": [2.6, 2.3, 3.4, 1.6, 3.6]}
    >>> found = nnfit.tune_formula("mpg ~ wt", cars, penalty=nnfit.Choice(0, 10), method="grid")
    >>> found.best
    {'penalty': 0}
    >>> nnfit.predict(found.fit, {"wt": [3.0]}).round(1)
    array([[19.6]])
    """
    rows = prepare(formula, data, na_action)
    found = tune(
        rows.made.x, rows.made.y, weights=rows.weights(weights), folds=rows.folds(folds),
        validation=rows.held_out(validation), **rows.options(options),
    )  # fmt: skip
    return Search({**found, "fit": with_formula(found.fit, rows.plain)})
