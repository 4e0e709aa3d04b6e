"""Numbers whose squares or sums are beyond what numbers can be: right, or refused by name."""

import numpy as np
import pytest

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet, predict
from nnfit.core.model.folding import linear_coefficients

TINY_AND_HUGE = [1e-300, 1e-200, 1e-160, 1e160, 1e200, 1e300]


@pytest.fixture
def data(rng):
    x = rng.standard_normal((40, 2))
    return x, x @ [1.0, 2.0] + 3 + 0.1 * rng.standard_normal(40)


def relative_error(made, expected):
    return np.abs(linear_coefficients(made)[0] / expected - 1).max()


@pytest.mark.parametrize("unit", TINY_AND_HUGE)
@pytest.mark.parametrize("options", [{}, {"engine": "autograd"}])
def test_predictors_of_any_size_give_the_coefficients_of_lm(unit, options, data, least_squares):
    x, y = data
    made = fit(x * unit, y, **options)
    assert made.stopped == "converged"
    expected = least_squares(x, y)
    np.testing.assert_allclose(linear_coefficients(made)[0] * [1, unit, unit], expected, rtol=1e-9)
    np.testing.assert_allclose(made.fitted[:, 0], expected[0] + x @ expected[1:], rtol=1e-8)
    np.testing.assert_allclose(predict(made, x[:3] * unit), made.fitted[:3], rtol=1e-12)


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_so_do_predictors_in_files_and_in_many_rows(unit, data, least_squares, write_parquet):
    x, y = data
    path = write_parquet({"a": x[:, 0] * unit, "b": x[:, 1], "y": y})
    made = fit_parquet(path, "y")
    np.testing.assert_allclose(
        linear_coefficients(made)[0] * [1, unit, 1], least_squares(x, y), rtol=1e-9
    )
    many, outcome = np.tile(x, (10_000, 1)), np.tile(y, 10_000)
    made = fit(many * unit, outcome)
    np.testing.assert_allclose(
        linear_coefficients(made)[0] * [1, unit, unit], least_squares(x, y), rtol=1e-9
    )


@pytest.mark.parametrize("unit", [1e-140, 1e-100, 1e100, 1e140])
def test_an_outcome_whose_loss_is_a_number_gives_the_coefficients_of_lm(unit, data, least_squares):
    x, y = data
    assert relative_error(fit(x, y * unit), least_squares(x, y) * unit) < 1e-12


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"hidden_units": 3, "epochs": 2}])
def test_an_outcome_whose_loss_is_none_is_refused(options, data, write_parquet):
    x, y = data
    for unit, words in ((1e160, "values up to .*e.160.*largest number. Divide"),
                        (1e-160, "no value above .*e-160.*smallest number. Multiply")):  # fmt: skip
        with pytest.raises(NNFitError, match=f"^`y` has {words}"):
            fit(x, y * unit, **options)
    path = write_parquet({"a": x[:, 0], "y": y * 1e160})
    with pytest.raises(NNFitError, match="^`y` has values up to"):
        fit_parquet(path, "y", **options)
    if options.get("scale", True):
        path = write_parquet({"a": x[:, 0], "y": y * 1e-160}, "small.parquet")
        with pytest.raises(NNFitError, match="^`y` varies by .*e-160"):
            fit_parquet(path, "y", **options)


def test_a_loss_without_squares_takes_more(data):
    x, y = data
    assert np.isfinite(fit(x, y * 1e200, loss="l1", epochs=3).history["train_loss"]).all()
    assert fit(x, np.abs(y) * 1e200, loss="gamma_nll").stopped == "converged"
    with pytest.raises(NNFitError, match="`y` has values up to"):
        fit(x, y * 1e301, loss="l1")


@pytest.mark.parametrize("unit", [1e-308, *TINY_AND_HUGE, 1e307])
@pytest.mark.parametrize("options", [{}, {"engine": "autograd"}, {"hidden_units": 3, "epochs": 9}])
def test_the_size_of_weights_does_not_matter_to_a_mean(unit, options, data):
    x, y = data
    weights = np.linspace(0.5, 1.5, 40)
    near = {"rtol": 1e-4 if "hidden_units" in options else 1e-9}
    plain = fit(x, y, weights=weights, seed=1, **options)
    made = fit(x, y, weights=weights * unit, seed=1, **options)
    np.testing.assert_allclose(made.fitted, plain.fitted, **near)
    np.testing.assert_allclose(
        made.history["train_loss"][-1], plain.history["train_loss"][-1], **near
    )


def test_weights_of_a_sum_must_have_one(data, write_parquet):
    x, y = data
    for unit in (1e-200, 1e200):
        with pytest.raises(NNFitError, match="^`weights` has .*from 1e-15 to 1e.15 here"):
            fit(x, y, weights=np.full(40, unit), reduction="sum")
        path = write_parquet({"a": x[:, 0], "y": y, "w": np.full(40, unit)}, f"{unit}.parquet")
        with pytest.raises(NNFitError, match="^`weights` must have a mean from 1e-15"):
            fit_parquet(path, "y", weights="w")
    with pytest.raises(NNFitError, match="^`weights`"):
        cross_validate(x, y, weights=np.full(40, 1e-200), reduction="sum", folds=2)


def test_small_weights_of_a_sum_do_not_end_it_where_it_starts(data, least_squares):
    x, y = data
    made = fit(x, y, weights=np.full(40, 1e-12), reduction="sum", engine="autograd")
    assert relative_error(made, least_squares(x, y)) < 1e-3


def test_without_scale_what_float32_can_not_hold_is_refused(data):
    x, y = data
    network = {"hidden_units": 2, "epochs": 2, "scale": False}
    with pytest.raises(NNFitError, match="^`x` has values beyond the range of float32. Give `sc"):
        fit(x * 1e50, y, **network)
    with pytest.raises(NNFitError, match="^`y` has values beyond the range of float32. Give `sc"):
        fit(x, y * 1e50, **network)
    assert fit(x * 1e50, y, hidden_units=2, epochs=2).stopped == "epochs"


def test_held_out_rows_that_are_beyond_are_refused_by_their_name(data, write_parquet):
    x, y = data
    network = {"hidden_units": 2, "epochs": 2, "seed": 1}
    for beside in ((x * 1e300, y), (x, y * 1e100)):
        with pytest.raises(NNFitError, match="^`validation` has values beyond .*training rows"):
            fit(x, y, validation=beside, **network)
    with pytest.raises(NNFitError, match="^`validation` has values up to"):
        fit(x, y, validation=(x, y * 1e200), **network)
    with pytest.raises(NNFitError, match="^`validation` has a loss that is not finite"):
        fit(x, y, validation=(x, y * 1e25), **network)
    path = write_parquet({"a": x[:, 0], "y": y})
    far = write_parquet({"a": x[:, 0] * 1e300, "y": y}, "far.parquet")
    with pytest.raises(NNFitError, match="^`validation` has values beyond the range of float32"):
        fit_parquet(path, "y", validation=far, **network)


@pytest.mark.parametrize("far", [1e30, 1e45, 1e300])
def test_predictions_beyond_float32_are_computed_in_float64(far):
    x = np.linspace(-1, 1, 40)
    made = fit(x, x**2, hidden_units=8, epochs=100, seed=1)
    near = predict(made, np.array([1e6]))[0, 0] / 1e6
    assert predict(made, np.array([far]))[0, 0] / far == pytest.approx(near, rel=1e-3)


def test_a_prediction_that_is_no_number_is_refused(data):
    x, y = data
    made = fit(x * 1e-3, y)
    with pytest.raises(NNFitError, match="^`x` is so far from the rows of the fit"):
        predict(made, np.array([[1e308, -1e308]]))
    assert predict(made, np.array([[1e308, 1e308]])) == np.inf


def test_coefficients_that_are_no_numbers_are_refused(data):
    x, y = data
    with pytest.raises(NNFitError, match="^`x` has columns so small, or so large"):
        fit(x * 1e-308, y)
    with pytest.raises(NNFitError, match="^`x` or y has values too large to be added up"):
        fit(np.sign(x) * 1.7e308, y)


@pytest.mark.parametrize("name", ["learn_rate", "penalty"])
@pytest.mark.parametrize("value", [1e-300, 1e300])
def test_options_that_are_no_numbers_in_float32_are_refused(name, value, data):
    with pytest.raises(NNFitError, match=f"^`{name}` must be from 1e-35 to 1e.35 in float32"):
        fit(*data, hidden_units=2, **{name: value})
