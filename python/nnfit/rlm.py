"""R's `lm()` and `glm()` for Python users, through rpy2; needs R and the extra `nnfit[r]`.

The conversions happen under a converter of this module's own: what the user has set up for rpy2
neither matters here nor is changed.
"""

from __future__ import annotations

import datetime
import decimal
import numbers
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .core import NNFitError, fit
from .core.data.frames import check_index
from .core.ground.errors import listed
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
        Strings become R's character vectors, categoricals factors (ordered ones ordered
        factors), datetimes POSIXct, dates Date, timedeltas difftime; missing values NA. A column
        of another type may be there, but not be used.
    weights : array (n,), optional
        A Series must have the labels of the rows of `data`.

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
        check_index(data, weights, "weights", "data")
        more["weights"] = ro.FloatVector(np.asarray(weights, dtype=float))
    written = ro.Formula(formula)
    return _r(function)(written, data=_data_frame(data, written), **more)


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


def _data_frame(data: pd.DataFrame, formula: Any) -> Any:
    """Convert a data frame; a column that R has no type for may be there, but not be used."""
    names = [str(name) for name in data.columns]
    if len(set(names)) < len(names):
        several = sorted({name for name in names if names.count(name) > 1})
        raise NNFitError("data", f"has several columns of one name: {listed(several)}.")
    used = set(ro.r("base::all.vars")(formula))
    columns = {}
    for place, name in enumerate(names):
        converted = _column(data.iloc[:, place])
        if converted is not None:
            columns[name] = converted
        elif used & {name, "."}:
            kind = data.dtypes.iloc[place]
            raise NNFitError(
                "data",
                f"has a column that R has no type for: `{name}` ({kind}).",
                "Make numbers, strings or a categorical of it, or leave it out.",
            )
    return ro.DataFrame(columns)


def _column(column: pd.Series) -> Any:
    """Convert one column by its kind; None: R has nothing like it."""
    if str(column.dtype).startswith("dictionary"):  # pyarrow's categories
        column = column.astype("category")
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = ro.StrVector([str(level) for level in column.cat.categories])
        return ro.FactorVector(_strings(column), levels=levels, ordered=bool(column.cat.ordered))
    for test, convert in CONVERSIONS:
        if test(column):
            return convert(column)
    return _objects(column) if column.dtype == object else None


def _floats(column: pd.Series) -> Any:
    return ro.FloatVector(column.to_numpy(dtype=float, na_value=np.nan))


def _flags(column: pd.Series) -> Any:
    return ro.BoolVector([ro.NA_Logical if pd.isna(one) else bool(one) for one in column])


def _strings(column: pd.Series) -> Any:
    return ro.StrVector([ro.NA_Character if pd.isna(one) else str(one) for one in column])


def _times(column: pd.Series) -> Any:
    """Convert to POSIXct: seconds since 1970, of times without a zone in UTC."""
    zone = getattr(column.dt, "tz", None)
    times = column.astype("datetime64[ns]") if zone is None else column.dt.tz_convert("UTC")
    seconds = _seconds(times.dt.tz_localize(None) if zone is not None else times, "datetime64[ns]")
    return _of_class(seconds, ["POSIXct", "POSIXt"], tzone=str(zone or "UTC"))


def _spans(column: pd.Series) -> Any:
    """Convert to difftime."""
    seconds = _seconds(column.astype("timedelta64[ns]"), "timedelta64[ns]")
    return _of_class(seconds, ["difftime"], units="secs")


def _seconds(column: pd.Series, dtype: str) -> np.ndarray:
    values = column.to_numpy(dtype=dtype)
    return np.where(np.isnat(values), np.nan, values.astype(np.int64) / 1e9)


def _dates(column: pd.Series) -> Any:
    days = [np.nan if pd.isna(one) else one.toordinal() - EPOCH for one in column]
    return _of_class(np.array(days), ["Date"])


def _of_class(values: np.ndarray, classes: list[str], **attributes: str) -> Any:
    vector = ro.FloatVector(values)
    for name, value in attributes.items():
        vector.do_slot_assign(name, ro.StrVector([value]))
    vector.rclass = ro.StrVector(classes)
    return vector


def _objects(column: pd.Series) -> Any:
    """Convert Python objects that are all of one kind."""
    kinds = {type(one) for one in column[~column.isna()]}
    for classes, convert in OBJECTS:
        if all(issubclass(kind, classes) for kind in kinds):
            return convert(column)
    return None


def _is_real(column: pd.Series) -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(column) and not types.is_complex_dtype(column)


EPOCH = datetime.date(1970, 1, 1).toordinal()

CONVERSIONS: list[tuple[Callable[[pd.Series], bool], Callable[[pd.Series], Any]]] = [
    (pd.api.types.is_bool_dtype, _flags),
    (_is_real, _floats),
    (pd.api.types.is_datetime64_any_dtype, _times),
    (pd.api.types.is_timedelta64_dtype, _spans),
    (lambda column: column.dtype != object and pd.api.types.is_string_dtype(column), _strings),
]

# in this order: a bool is a number too, and a datetime a date
OBJECTS: list[tuple[Any, Callable[[pd.Series], Any]]] = [
    (str, _strings),
    ((bool, np.bool_), _flags),
    ((numbers.Real, decimal.Decimal), lambda column: _floats(column.astype(float))),
    (datetime.datetime, lambda column: _times(pd.to_datetime(column))),
    (datetime.date, _dates),
    (datetime.timedelta, lambda column: _spans(pd.to_timedelta(column))),
]
