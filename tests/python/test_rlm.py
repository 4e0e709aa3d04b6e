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
