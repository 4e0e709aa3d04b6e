"""R's own answers: an independent judge of the core's linear, weighted and logistic fits."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rpy2.robjects", reason="needs R and rpy2", exc_type=Exception)
pd = pytest.importorskip("pandas")

from nnfit import rlm  # noqa: E402
from nnfit.core import NNFitError, fit  # noqa: E402
from nnfit.core.model.folding import linear_coefficients  # noqa: E402
from support import FIXTURES  # noqa: E402


@pytest.fixture(scope="module")
def cars():
    return pd.read_csv(FIXTURES / "mtcars.csv", index_col=0)


def assert_same(ours, theirs, digits=8):
    np.testing.assert_allclose(ours, theirs, rtol=10.0**-digits)


def test_lm_gives_what_r_prints():
    table = rlm.lm(
        "c ~ u",
        pd.DataFrame(
            {
                "c": [0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0],
                "u": [35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4],
            }
        ),
    )
    assert list(table.columns) == ["estimate", "std_error", "statistic", "p_value"]
    assert list(table.index) == ["(Intercept)", "u"]
    assert_same(table.loc["(Intercept)"], [-17.3047855, 1.9272273, -8.97911, 8.701879e-06], 6)
    assert_same(table.loc["u"], [0.5367719, 0.0355386, 15.10391, 1.062435e-07], 6)
    assert f"{table.attrs['mse']:.2f}" == "2.93"


@pytest.mark.parametrize(
    "formula",
    [
        "mpg ~ .",
        "mpg ~ wt * factor(cyl)",
        "mpg ~ wt - 1",
        "mpg ~ factor(cyl) - 1",
        "log(mpg) ~ poly(hp, 2)",
        "mpg ~ 0 + wt + I(wt^2)",
        "mpg ~ wt + offset(disp / 10) + offset(hp)",
        "mpg ~ 1 + offset(wt)",
        "mpg ~ 1",
    ],
)
def test_the_core_lands_on_lm(cars, formula):
    table = rlm.lm_compare(formula, cars, seed=1)
    assert_same(table["nn_estimate"], table["estimate"])
    assert table["gap"].abs().max() < 1e-6
    assert table.attrs["nn_mse"] == pytest.approx(table.attrs["mse"])


def test_weighted_fits_land_on_weighted_lm(cars):
    weights = cars["qsec"].to_numpy() ** 2
    table = rlm.lm_compare("mpg ~ wt + hp + drat", cars, weights=weights, seed=1)
    assert_same(table["nn_estimate"], table["estimate"])
    assert table.attrs["nn_mse"] == pytest.approx(table.attrs["mse"])


def test_rows_with_missing_values_are_dropped_as_r_drops_them(cars):
    gaps = cars.copy()
    gaps.iloc[[0, 5], 5] = np.nan
    weights = cars["qsec"].to_numpy()
    table = rlm.lm_compare("mpg ~ wt", gaps, weights=weights, seed=1)
    whole = rlm.lm("mpg ~ wt", cars.drop(cars.index[[0, 5]]), np.delete(weights, [0, 5]))
    assert_same(table["estimate"], whole["estimate"])
    assert_same(table["nn_estimate"], whole["estimate"])


def test_logistic_regression_lands_on_glm(cars):
    result = fit(
        cars[["wt", "hp"]].to_numpy(), cars["am"].to_numpy(), loss="bce_with_logits", seed=1
    )
    table = rlm.glm("am ~ wt + hp", cars)
    assert_same(linear_coefficients(result)[0], table["estimate"])
    loss = result["history"]["train_loss"][-1]
    assert table.attrs["deviance"] == pytest.approx(2 * len(cars) * loss)


def test_poisson_regression_lands_on_glm(cars):
    result = fit(cars[["wt"]].to_numpy(), cars["carb"].to_numpy(), loss="poisson_nll", seed=1)
    assert_same(linear_coefficients(result)[0], rlm.glm("carb ~ wt", cars, "poisson")["estimate"])


def test_factors_keep_the_order_of_a_categorical():
    data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0], "g": ["a", "a", "b", "b"]})
    assert list(rlm.lm("y ~ g", data).index) == ["(Intercept)", "gb"]
    data["g"] = pd.Categorical(data["g"], categories=["b", "a"])
    assert list(rlm.lm("y ~ g", data).index) == ["(Intercept)", "ga"]


def test_logical_columns_and_missing_strings():
    data = pd.DataFrame({"y": [1.0, 2.0, 4.0], "b": [True, False, True], "s": ["u", "v", None]})
    assert list(rlm.lm("y ~ b", data).index) == ["(Intercept)", "bTRUE"]
    assert list(rlm.lm("y ~ s", data).index) == ["(Intercept)", "sv"]


def test_terms_that_r_cannot_determine_stay_visible(cars):
    table = rlm.lm("mpg ~ wt + I(2 * wt)", cars)
    assert np.isnan(table.loc["I(2 * wt)", "estimate"])
    both = rlm.lm_compare("mpg ~ wt + I(2 * wt) + hp", cars)
    assert both["nn_estimate"].isna().tolist() == [False, False, True, False]
    np.testing.assert_allclose(both["nn_estimate"], both["estimate"], rtol=1e-8)


def test_the_users_conversions_are_left_alone():
    from rpy2.robjects import conversion

    before = conversion.get_conversion()
    rlm.lm("y ~ x", pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}))
    assert conversion.get_conversion() is before


@pytest.mark.parametrize("family", ["binomial); stop(1", "binomial()", "", "base::system"])
def test_a_family_is_a_name_not_code(cars, family):
    with pytest.raises(NNFitError, match="`family` must be the name of one of R's families"):
        rlm.glm("am ~ wt", cars, family=family)


def test_whatever_rpy2_raises_the_hint_is_given():
    # cffi's error, which rpy2 3.6 raises under R 4.2, is an Exception and no more
    program = """
import sys, types
class FFIError(Exception): pass
package = types.ModuleType("rpy2")
package.__path__ = []
sys.modules["rpy2"] = package
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("rpy2."): raise FFIError("undefined symbol: R_getVar {x}")
sys.meta_path.insert(0, Finder())
try:
    import nnfit.rlm
except ImportError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=Path(rlm.__file__).parents[1],
    )  # fmt: skip
    assert 'pip install "nnfit[r]"' in done.stdout
    assert "FFIError: undefined symbol: R_getVar {x}" in done.stdout


Y = [1.0, 3.0, 2.0, 5.0, 4.0, 7.0]


def terms(**column):
    """Fit y to one column; give the terms."""
    return list(rlm.lm("y ~ x", pd.DataFrame({"y": Y, "x": column["x"]})).index)


def test_ordered_categoricals_are_ordered_factors():
    """R codes those by polynomials; linear and quadratic are orthogonal."""
    labels = ["low", "mid", "high"]
    x = pd.Categorical(["mid", "low", "high", "low", "mid", "high"], labels, ordered=True)
    assert terms(x=x) == ["(Intercept)", "x.L", "x.Q"]
    assert terms(x=pd.Categorical(x, ordered=False)) == ["(Intercept)", "xmid", "xhigh"]
    table = rlm.lm("y ~ x", pd.DataFrame({"y": Y, "x": x}))
    means = pd.Series(Y).groupby(pd.Series(x), observed=True).mean()[labels].to_numpy()
    assert table.loc["x.L", "estimate"] == pytest.approx((means[2] - means[0]) / 2**0.5)


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_datetimes_are_times_and_no_factors(zone):
    times = pd.date_range("2024-01-01", periods=6, freq="36h", tz=zone)
    table = rlm.lm("y ~ x", pd.DataFrame({"y": Y, "x": times}))
    assert list(table.index) == ["(Intercept)", "x"]
    seconds = np.arange(6) * 36 * 3600.0
    assert table.loc["x", "estimate"] == pytest.approx(np.polyfit(seconds, Y, 1)[0])
    # R knows them as times: format() writes the hour of their zone, of daylight saving none
    hours = rlm.lm("y ~ format(x, '%H')", pd.DataFrame({"y": Y, "x": times}))
    assert list(hours.index) == ["(Intercept)", 'format(x, "%H")12']


def test_dates_and_spans_are_what_r_calls_them():
    days = [day.date() for day in pd.date_range("2024-01-01", periods=6)]
    by_day = rlm.lm("y ~ x", pd.DataFrame({"y": Y, "x": days}))
    slope = np.polyfit(np.arange(6), Y, 1)[0]
    assert by_day.loc["x", "estimate"] == pytest.approx(slope)
    spans = pd.to_timedelta(np.arange(6), unit="s")
    by_second = rlm.lm("y ~ x", pd.DataFrame({"y": Y, "x": spans}))
    assert by_second.loc["x", "estimate"] == pytest.approx(slope)


@pytest.mark.parametrize(
    "unused",
    [
        pd.array([1, None, 3, 4, 5, 6], dtype="Int64"),
        pd.array([True, None, True, False, True, True], dtype="boolean"),
        pd.array(["a", None, "b", "c", "d", "e"], dtype="string"),
        pd.to_datetime(["2024-01-01", None] * 3),
        pd.Categorical(["a", None, "b"] * 2, ordered=True),
        [object() for _ in range(6)],
        pd.period_range("2024-01", periods=6, freq="M"),
        np.arange(6) * 1j,
    ],
    ids=lambda column: str(getattr(column, "dtype", "objects")),
)
def test_a_column_that_is_not_used_does_no_harm(unused):
    data = pd.DataFrame({"y": Y, "x": np.arange(6.0), "u": unused})
    assert_same(rlm.lm("y ~ x", data)["estimate"], rlm.lm("y ~ x", data[["y", "x"]])["estimate"])


@pytest.mark.parametrize("formula", ["y ~ x + u", "y ~ .", "y ~ as.numeric(u)"])
def test_a_column_that_r_has_no_type_for_is_named(formula):
    data = pd.DataFrame(
        {"y": Y, "x": np.arange(6.0), "u": pd.period_range("2024", periods=6, freq="Y")}
    )
    with pytest.raises(NNFitError, match=r"R has no type for: `u` \(period") as caught:
        rlm.lm(formula, data)
    assert caught.value.argument == "data"


def test_missing_values_of_nullable_columns_are_left_out_as_r_leaves_them():
    whole = pd.DataFrame(
        {"y": Y, "x": np.arange(6.0), "b": [True, False, True, True, False, False]}
    )
    holed = whole.astype({"x": "Int64", "b": "boolean"})
    holed.loc[1, "x"], holed.loc[4, "b"] = pd.NA, pd.NA
    assert_same(
        rlm.lm("y ~ x + b", holed)["estimate"], rlm.lm("y ~ x + b", whole.drop([1, 4]))["estimate"]
    )


def test_numbers_in_a_column_of_objects_are_numbers():
    import decimal

    numbers = np.array([0, 1.0, decimal.Decimal(2), None, 4, 5], dtype=object)
    assert terms(x=numbers) == ["(Intercept)", "x"]
    assert terms(x=np.array([True, False, None] * 2, dtype=object)) == ["(Intercept)", "xTRUE"]


def test_columns_of_one_name_and_weights_of_other_rows_are_refused():
    data = pd.DataFrame({"y": Y, "x": np.arange(6.0)})
    with pytest.raises(NNFitError, match="several columns of one name: `x`"):
        rlm.lm("y ~ x", pd.concat([data, data["x"]], axis=1))
    weights = pd.Series(np.arange(1.0, 7.0))
    rlm.lm("y ~ x", data, weights=weights)
    with pytest.raises(NNFitError, match="`weights` has other row labels"):
        rlm.lm("y ~ x", data, weights=weights.loc[::-1])
