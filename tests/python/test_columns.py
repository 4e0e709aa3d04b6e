"""Columns that take no part, and rows without columns, from fit to prediction."""

import numpy as np
import pytest
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, predict, predict_interval
from nnfit.core.files import fit_parquet, predict_parquet
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.options.families import families
from support import KINDS_TESTED

NETWORK = {"hidden_units": 4, "epochs": 20, "seed": 1}


@pytest.fixture
def cars(mtcars):
    """Weight, a constant, power, and their sum; and the same for other cars, where nothing is."""
    wt, hp = mtcars.x[:, 4], mtcars.x[:, 2]
    x = np.column_stack([wt, np.full(32, 0.1), hp, wt + hp])
    return x, mtcars.y, np.column_stack([wt, np.linspace(-1e5, 1e5, 32), hp, hp])


# -- constant columns --


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"scale": False},
        {"engine": "autograd"},
        {"engine": "autograd", "scale": False},
        {"batch_size": 10},
        {"penalty": 0.1},
        {"optimizer": "levenberg_marquardt"},
        {"dropout": 0.2},
    ],
    ids=str,
)
def test_what_a_constant_is_elsewhere_moves_no_network(cars, options):
    x, y, others = cars
    x, others = x / [1, 1, 100, 100], others / [1, 1, 100, 100]
    result = fit(x, y, **NETWORK, **options)
    moved = x.copy()
    moved[:, 1] = others[:, 1]
    np.testing.assert_array_equal(predict(result, moved), result.fitted)
    assert not result.unscaled["0.weight"][:, 1].any()
    assert not np.array_equal(predict(result, others), result.fitted)  # but the others do


@pytest.mark.parametrize("noise", [1e-17, 1e-15])
def test_nor_one_that_is_constant_up_to_rounding(cars, noise, rng):
    x, y, others = cars
    x[:, 1] = 0.1 + noise * rng.standard_normal(32)
    result = fit(x, y, **NETWORK)
    x[:, 1] = others[:, 1]
    np.testing.assert_array_equal(predict(result, x), result.fitted)


def test_nor_one_that_is_constant_in_single_precision(cars):
    x, y, others = (np.asarray(part, dtype=np.float32) for part in cars)
    x[::2, 1] = np.nextafter(x[0, 1], np.float32(1))
    result = fit(x, y, **NETWORK)
    x[:, 1] = others[:, 1]
    np.testing.assert_array_equal(predict(result, x), result.fitted)


@pytest.mark.parametrize("hidden", [(), 4])
@pytest.mark.parametrize("scale", [True, False])
def test_it_is_the_training_rows_that_count(cars, hidden, scale):
    x, y, _ = cars
    options = {**NETWORK, "hidden_units": hidden, "scale": scale}
    for how in ({"weights": (np.arange(32) > 3).astype(float)}, {"validation": 0.2}):
        # the last column is something only in rows that are not trained on
        table = np.column_stack([x[:, [0, 2]] / [1, 100], np.zeros(32)])
        drawn = fit(table, y, **options, **how).validation_rows
        out = np.flatnonzero(how["weights"] == 0) if drawn is None else drawn
        table[out, 2] = 1
        result = fit(table, y, **options, **how)
        moved = table.copy()
        moved[:, 2] = 9
        np.testing.assert_array_equal(predict(result, moved), result.fitted)


@pytest.mark.parametrize("engine", ["stacked", "fused"])
@pytest.mark.parametrize("scale", [True, False])
def test_each_replicate_leaves_out_what_is_constant_in_its_own_rows(cars, engine, scale):
    x, y, _ = cars
    table = np.column_stack([x[:, [0, 2]] / [1, 100], np.eye(32)[:, 30]])  # one row has it
    options = {**NETWORK, "scale": scale, "engine": engine, "bootstrap": 8}
    made = fit(table, y, **options)
    left_out = np.isinf(made.replicates["scaling"]["x_scale"])
    drawn = [
        np.bincount(np.random.default_rng(seed).integers(32, size=32), minlength=32)[30] > 0
        for seed in made.replicates["seeds"]
    ]
    assert left_out[:, 2].tolist() == [not there for there in drawn]
    assert 0 < sum(drawn) < 8
    assert not left_out[:, :2].any()
    here, there = table[:1].copy(), table[:1].copy()
    there[0, 2] = 1
    limits = [predict_interval(made, rows, level=0.5)["upr"] for rows in (here, there)]
    assert limits[0] != limits[1]


@pytest.mark.parametrize("scale", [True, False])
def test_a_fold_does_too(cars, scale):
    x, y, _ = cars
    table = np.column_stack([x[:, [0, 2]] / [1, 100], np.zeros(32)])
    table[:8, 2] = 1
    fold = np.arange(32) // 8  # the first has all the rows that have it
    options = {**NETWORK, "scale": scale}
    found = cross_validate(table, y, folds=fold, **options)
    table[:8, 2] = 55
    moved = cross_validate(table, y, folds=fold, **options)
    np.testing.assert_allclose(found["predicted"][:8], moved["predicted"][:8], rtol=1e-6)


def test_a_module_of_ones_own_has_its_rows_standardised_or_as_they_are(cars):
    x, y, others = cars
    model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
    moved = x.copy()
    moved[:, 1] = others[:, 1]
    result = fit(x, y, model=model, epochs=5)
    np.testing.assert_array_equal(predict(result, moved, model=model), result.fitted)
    plain = fit(x, y, model=model, epochs=5, scale=False)
    assert plain.scaling is None
    assert not np.array_equal(predict(plain, moved, model=model), plain.fitted)


@pytest.mark.parametrize(
    "options",
    [{}, {"scale": False}, {"batch_size": 8, "optimizer": "adam"}, {"hidden_units": 3}],
    ids=str,
)
def test_files_leave_out_the_same_as_arrays(cars, write_parquet, options):
    x, y, others = cars
    x, others = x / [1, 1, 100, 100], others / [1, 1, 100, 100]
    x[:, 3] = x[:, 0] + x[:, 2]
    options = {"seed": 1, "epochs": 20, "dtype": "float64", **options}
    names = list("abcd")
    files = fit_parquet(write_parquet({**dict(zip(names, x.T)), "y": y}), "y", names, **options)
    arrays = fit(x, y, **options)
    assert np.isinf(files.scaling["x_scale"]).tolist() == [
        False, True, False, "hidden_units" not in options,
    ]  # fmt: skip
    np.testing.assert_array_equal(files.scaling["x_scale"] > 1e9, arrays.scaling["x_scale"] > 1e9)
    moved = write_parquet(dict(zip(names, others.T)), "moved.parquet")
    if "batch_size" not in options:
        np.testing.assert_allclose(
            predict_parquet(files, moved), predict(arrays, others), rtol=1e-6
        )


# -- aliased columns of linear models --


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"scale": False},
        {"loss": "huber"},
        {"loss": "gamma_nll"},
        {"engine": "autograd"},
        {"optimizer": "adam", "epochs": 30},
        {"optimizer": "sgd", "batch_size": 10, "epochs": 5},
    ],
    ids=str,
)
def test_a_linear_model_is_that_without_them(cars, options):
    x, y, others = cars
    x, others = x / [1, 1, 100, 100], others / [1, 1, 100, 100]
    x[:, 3] = x[:, 0] + x[:, 2]
    result = fit(x, y, seed=1, **options)
    coefficients = linear_coefficients(result)[0]
    assert np.isnan(coefficients).tolist() == [False, False, True, False, True]
    by_hand = coefficients[0] + others[:, [0, 2]] @ coefficients[[1, 3]]
    link = predict(result, others, type="link")[:, 0]
    np.testing.assert_allclose(link, by_hand, rtol=1e-9)
    if result.stopped == "converged":
        alone = fit(x[:, [0, 2]], y, seed=1, **options)
        np.testing.assert_allclose(
            linear_coefficients(alone)[0], coefficients[[0, 1, 3]], rtol=1e-6
        )


def test_more_columns_than_rows_all_take_part(rng):
    x, y = rng.standard_normal((8, 30)), rng.standard_normal(8)
    result = fit(x, y, seed=1)
    assert not np.isinf(result.scaling["x_scale"]).any()
    np.testing.assert_allclose(result.fitted[:, 0], y)


# -- rows without columns --


def nothing(n):
    return np.empty((n, 0))


# R 4.2.2, with control = list(epsilon = 1e-14): coef(lm(mpg ~ 1, mtcars, weights = gear)),
# coef(glm(carb ~ 1, poisson, mtcars, weights = gear)), glm(carb ~ 1, negative.binomial(1), ...),
# glm(am ~ 1, binomial, ...), glm(mpg ~ 1, Gamma("log"), ...)
INTERCEPTS = {
    "mse": ("mpg", 20.651694915),
    "gaussian_nll": ("mpg", 20.651694915),
    "poisson_nll": ("carb", 1.0641261126),
    "negative_binomial_nll": ("carb", 1.0641261126),
    "bce_with_logits": ("am", -0.067822596339),
    "gamma_nll": ("mpg", 3.0277973943),
}


@pytest.mark.parametrize("engine", ["auto", "fused", "autograd"])
@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("loss", INTERCEPTS)
def test_an_intercept_alone_is_that_of_r(mtcars, loss, scale, engine):
    columns = {"mpg": mtcars.y, "carb": mtcars.x[:, 9], "am": mtcars.x[:, 7]}
    name, expected = INTERCEPTS[loss]
    options = {"weights": mtcars.x[:, 8], "scale": scale, "engine": engine, "loss": loss}
    result = fit(nothing(32), columns[name], **options)
    np.testing.assert_allclose(linear_coefficients(result)[0], [expected], rtol=1e-9)
    link = predict(result, nothing(5), type="link")
    assert link.shape == (5, 1 if loss != "gaussian_nll" else 2)
    np.testing.assert_allclose(link[:, 0], expected, rtol=1e-9)


@pytest.mark.parametrize(
    "options",
    [
        {"optimizer": "adam", "epochs": 5},
        {"optimizer": "sgd", "epochs": 5, "batch_size": 40},
        {"optimizer": "rmsprop", "epochs": 5, "penalty": 0.1},
        {"bootstrap": 3},
        {"optimizer": "adam", "epochs": 5, "restarts": 2},
        {"validation": 0.3, "stop_iter": 5},
    ],
    ids=str,
)
# relative risks have no intercept, so that nothing could be trained
@pytest.mark.parametrize(
    "loss", [one for one in families() if not one.relative], ids=lambda loss: loss.name
)
def test_under_every_loss_and_in_every_way(iris, loss, options):
    y = KINDS_TESTED[loss.outcome].of_iris(loss, iris)
    result = fit(nothing(150), y, loss=loss.name, seed=1, **options)
    assert np.isfinite(result.history["train_loss"]).all()
    predicted = predict(result, nothing(4))
    np.testing.assert_array_equal(predicted, np.repeat(result.fitted[:1], 4, axis=0))
    if "bootstrap" in options:
        limits = predict_interval(result, nothing(2))
        assert limits["upr"].shape[0] == 2
        assert (limits["upr"] >= limits["lwr"]).all()
    found = cross_validate(nothing(150), y, loss=loss.name, folds=3, epochs=3)
    assert np.isfinite(found["predicted"]).all()


def test_validation_offset_and_what_r_keeps(mtcars, kept_by_r):
    carb = mtcars.x[:, 9]
    o = np.round(np.log(mtcars.x[:, 1] / 100), 2)
    options = {"loss": "poisson_nll", "validation": (nothing(32), carb, o)}
    result = fit(nothing(32), carb, offset=o, **options)
    # R: coef(glm(carb ~ 1, poisson, mtcars, offset = round(log(disp / 100), 2)))
    np.testing.assert_allclose(linear_coefficients(result), [[0.1984050576]], rtol=1e-9)
    again = predict(kept_by_r(result), nothing(32), offset=o)
    np.testing.assert_array_equal(again, result.fitted)


def test_what_can_not_be_without_columns_is_refused():
    y = np.arange(4.0)
    with pytest.raises(NNFitError, match="`hidden_units` need columns to work on, and x has none"):
        fit(nothing(4), y, hidden_units=3)
    with pytest.raises(NNFitError, match="`bias` must be True where x has no columns"):
        fit(nothing(4), y, bias=False)
    with pytest.raises(NNFitError, match="`x` has 1 columns, and the fit has 0"):
        predict(fit(nothing(4), y), y)
    with pytest.raises(NNFitError, match="`x` has 0 columns, and the fit has 1"):
        predict(fit(y, y), nothing(4))


def test_files_whose_columns_are_no_predictors(write_parquet):
    y = np.arange(40.0)
    path = write_parquet({"y": y})
    for options in ({}, {"loss": "huber"}, {"batch_size": 7, "optimizer": "adam", "epochs": 3}):
        result = fit_parquet(path, "y", [], **options)
        predicted = predict_parquet(result, path)
        assert predicted.shape == (40, 1)
        assert (predicted == predicted[0]).all()
    np.testing.assert_allclose(predict_parquet(fit_parquet(path, "y", []), path), y.mean())
