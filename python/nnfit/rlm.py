"""R's `lm()` and `glm()` for Python users, through rpy2; needs R and the extra `nnfit[r]`.

The conversions happen under a converter of this module's own: what the user has set up for rpy2
neither matters here nor is changed.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from .core import NNFitError, fit
from .core.model.folding import linear_coefficients

try:
    import rpy2.robjects as ro
    from rpy2.robjects.conversion import localconverter
except Exception as error:  # also cffi's own, where rpy2 is newer than R: of no built-in kind
    raise ImportError(
        'nnfit.rlm needs R and an rpy2 that goes with it: pip install "nnfit[r]" '
        f'(under R 4.2: "rpy2<3.6"). It says: {type(error).__name__}: {error}'
    ) from error

COLUMNS = ["estimate", "std_error", "statistic", "p_value"]


def lm(formula: str, data: pd.DataFrame, weights: Any = None) -> pd.DataFrame:
    """Fit a linear model with R's `lm()`.

    Parameters
    ----------
    formula : str
        As in R: `"mpg ~ wt + factor(cyl)"`.
    data : DataFrame
        Strings become R's character vectors, categoricals factors; missing values NA.
    weights : array (n,), optional

    Returns
    -------
    DataFrame
        Indexed by term: estimate, std_error, statistic, p_value. `.attrs["mse"]` is the mean
        squared residual, weighted where there are weights.
    """
    with localconverter(ro.default_converter):
        return _table(_call("lm", formula, data, weights))


def glm(
    formula: str, data: pd.DataFrame, family: str = "binomial", weights: Any = None
) -> pd.DataFrame:
    """Fit a generalised linear model with R's `glm()`, run to convergence at full precision.

    Parameters and result are those of `lm()`; `.attrs["deviance"]` is the residual deviance.
    """
    with localconverter(ro.default_converter):
        control = _r("glm.control")(epsilon=1e-14, maxit=100)
        model = _call("glm", formula, data, weights, family=_r(family)(), control=control)
        table = _table(model)
        table.attrs["deviance"] = float(_r("deviance")(model)[0])
        return table


def lm_compare(formula: str, data: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """Fit a formula with R's `lm()`, and with nnfit's core on the same model matrix.

    Parameters
    ----------
    formula, data
        As for `lm()`; factors and interactions work, because the matrix is R's own.
    **options
        Passed to `nnfit.core.fit()`: `weights`, `optimizer`, `epochs`, `seed`... An offset is a
        part of the formula: `"y ~ x + offset(z)"`.

    Returns
    -------
    DataFrame
        What `lm()` gives, with `nn_estimate` and `gap` (nn_estimate - estimate) beside it;
        `.attrs` has `mse` and `nn_mse`.
    """
    with localconverter(ro.default_converter):
        model = _call("lm", formula, data, options.pop("weights", None))
        table = _table(model)
        weights = _weights(model)  # without the rows that R dropped for missing values
        matrix = _r("model.matrix")(model)
        x, terms = np.array(matrix), list(matrix.colnames)
        frame = _r("model.frame")(model)
        y, offset = (_array(_r(f"model.{part}")(frame)) for part in ("response", "offset"))
    intercept = "(Intercept)" in terms
    slopes = [column for column, term in enumerate(terms) if term != "(Intercept)"]
    result = fit(x[:, slopes], y, weights=weights, offset=offset, bias=intercept, **options)
    coefficients = linear_coefficients(result)[0]
    table["nn_estimate"] = coefficients if intercept else coefficients[1:]
    table["gap"] = table["nn_estimate"] - table["estimate"]
    residuals = y - result["fitted"][:, 0]
    table.attrs["nn_mse"] = float(np.average(residuals**2, weights=weights))
    return table


def _r(name: str) -> Any:
    # a name alone: R would run any other text
    if not re.fullmatch(r"[A-Za-z.][A-Za-z0-9._]*", name):
        raise NNFitError("family", f"must be the name of one of R's families, not {name!r}.")
    return ro.r(f"stats::{name}")


def _call(function: str, formula: str, data: pd.DataFrame, weights: Any, **more: Any) -> Any:
    if weights is not None:
        more["weights"] = ro.FloatVector(np.asarray(weights, dtype=float))
    return _r(function)(ro.Formula(formula), data=_data_frame(data), **more)


def _table(model: Any) -> pd.DataFrame:
    """Tabulate the coefficients; those that R could not determine stay NaN."""
    terms = list(_r("coef")(model).names)
    found = _r("coef")(ro.r("base::summary")(model))
    table = pd.DataFrame(np.array(found), index=list(found.rownames), columns=COLUMNS)
    table = table.reindex(pd.Index(terms, name="term"))
    residuals = np.array(_r("residuals")(model, type="response"))
    table.attrs["mse"] = float(np.average(residuals**2, weights=_weights(model)))
    return table


def _weights(model: Any) -> np.ndarray | None:
    return _array(_r("weights")(model))


def _array(value: Any) -> Any:
    return None if value is ro.NULL else np.array(value)


def _data_frame(data: pd.DataFrame) -> Any:
    return ro.DataFrame({str(name): _column(data[name]) for name in data.columns})


def _column(column: pd.Series) -> Any:
    """Convert one column by its kind."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = ro.StrVector([str(level) for level in column.cat.categories])
        return ro.FactorVector(_strings(column), levels=levels)
    if pd.api.types.is_bool_dtype(column):
        return ro.BoolVector(column.tolist())
    if pd.api.types.is_numeric_dtype(column):
        return ro.FloatVector(column.to_numpy(dtype=float, na_value=np.nan))
    return _strings(column)


def _strings(column: pd.Series) -> Any:
    return ro.StrVector([ro.NA_Character if pd.isna(one) else str(one) for one in column])
