"""Offsets, from fit to prediction, against R."""

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, predict, predict_interval
from nnfit.core.data.outcome import read_outcome, target
from nnfit.core.files import fit_parquet, predict_parquet
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import resolved_again
from nnfit.core.options.families import families
from support import KINDS_TESTED, as_trained

NB = ("negative_binomial_nll", {"dispersion": 0.5})
NAMES = ["cyl", "disp", "hp", "drat", "wt", "qsec", "vs", "am", "gear", "carb"]

# R 4.2.2, with o <- round(log(mtcars$disp / 100), 2) and glm.control(epsilon = 1e-14):
# coef(lm(mpg ~ wt + hp, mtcars, offset = 3 * o)),
# coef(glm(carb ~ wt + hp, poisson, mtcars, offset = o)), glm(am ~ wt, binomial, ...),
# glm(mpg ~ wt + hp, Gamma("log"), ...), glm(carb ~ wt + hp, MASS::negative.binomial(2), ...)
GLM = {
    "mse": ("mpg", ["wt", "hp"], 3, [40.3069826, -5.013401362, -0.0417498394]),
    "poisson_nll": ("carb", ["wt", "hp"], 1, [1.02237597, -0.3615603471, 0.002640409813]),
    "bce_with_logits": ("am", ["wt"], 1, [13.85072955, -4.821531626]),
    "bce": ("am", ["wt"], 1, [13.85072955, -4.821531626]),
    "gamma_nll": ("mpg", ["wt", "hp"], 1, [4.862752355, -0.5752370445, -0.004766029336]),
    NB[0]: ("carb", ["wt", "hp"], 1, [1.083380609, -0.3578697389, 0.002480712137]),
}


@pytest.fixture
def cars(mtcars):
    columns = {"mpg": mtcars.y, **dict(zip(NAMES, mtcars.x.T))}
    return {**columns, "o": np.round(np.log(columns["disp"] / 100), 2)}


def rows_of(cars, loss):
    """The predictors, the outcome, the offset and R's coefficients."""
    y, x, times, expected = GLM[loss]
    return np.column_stack([cars[name] for name in x]), cars[y], times * cars["o"], expected


def asked_for(loss):
    return NB if loss == NB[0] else loss


@pytest.mark.parametrize("engine", ["auto", "fused", "autograd"])
@pytest.mark.parametrize("loss", GLM)
def test_linear_models_are_those_of_r(cars, loss, engine):
    x, y, o, expected = rows_of(cars, loss)
    engine = "auto" if loss == "bce" else engine  # which has no fused form
    result = fit(x, y, offset=o, loss=asked_for(loss), engine=engine, seed=1)
    # R's own iterations stop at some digits where the link is not the canonical one
    rtol = 3e-8 if loss == NB[0] else 2e-9
    np.testing.assert_allclose(linear_coefficients(result)[0], expected, rtol=rtol)
    link = predict(result, x, type="link", offset=o)
    if loss != "bce":
        by_hand = expected[0] + x @ expected[1:] + o
        np.testing.assert_allclose(link[:, 0], by_hand, rtol=1e-7, atol=1e-7)
    np.testing.assert_array_equal(predict(result, x, offset=o), result.fitted)


@pytest.mark.parametrize("options", [{"scale": False}, {"reduction": "sum"}], ids=str)
@pytest.mark.parametrize("loss", ["mse", "poisson_nll"])
def test_in_other_ways_too(cars, loss, options):
    x, y, o, expected = rows_of(cars, loss)
    result = fit(x / [1, 100], y, offset=o, loss=loss, seed=1, **options)
    found = linear_coefficients(result)[0] / [1, 1, 100]
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def test_weights_count_beside_it(cars):
    x, y, o, _ = rows_of(cars, "poisson_nll")
    result = fit(x, y, offset=o, weights=cars["gear"], loss="poisson_nll", seed=1)
    # R: glm(carb ~ wt + hp, poisson, mtcars, offset = o, weights = gear)
    expected = [1.119290933, -0.3759017935, 0.002635408245]
    np.testing.assert_allclose(linear_coefficients(result)[0], expected, rtol=2e-9)


def test_one_column_for_two_outcomes_is_that_of_lm(cars):
    x, y, o, first = rows_of(cars, "mse")
    result = fit(x, np.column_stack([y, cars["qsec"]]), offset=o, seed=1)
    # R: lm(cbind(mpg, qsec) ~ wt + hp, mtcars, offset = 3 * o)
    second = [21.90529773, -0.1940382514, -0.03728651497]
    np.testing.assert_allclose(linear_coefficients(result), [first, second], rtol=2e-9)


@pytest.mark.parametrize("loss", ["cross_entropy", "nll"])
def test_classes_have_a_column_each_as_in_multinom(cars, loss):
    o = cars["o"]
    offset = np.column_stack([0 * o, o, -o])
    classes = cars["cyl"].astype(int).astype(str)
    result = fit(cars["hp"], classes, offset=offset, loss=loss, reduction="sum", seed=1)
    # R, nnet 7.3-18: multinom(factor(cyl) ~ hp + offset(cbind(0, o, -o)), mtcars), whose
    # deviance is twice the loss; to the digits that its own optimizer reaches
    assert 2 * result.history["train_loss"][-1] == pytest.approx(21.0637200470111, rel=1e-9)
    found = linear_coefficients(result)
    expected = [[-22.58888, 0.20687312], [-36.65163, 0.31437733]]
    np.testing.assert_allclose(found[1:] - found[0], expected, rtol=1e-4)
    np.testing.assert_allclose(result.fitted.sum(axis=1), 1)


OPTIONS = [
    {},
    {"hidden_units": 4, "epochs": 30, "optimizer": "adam"},
    {"hidden_units": 4, "epochs": 30, "optimizer": "adam", "engine": "autograd"},
    {"hidden_units": 4, "epochs": 30, "scale": False, "optimizer": "sgd", "learn_rate": 1e-3},
]


def loss_of(result, link, y):
    """Compute the loss of predictions on the scale of the link, in the user's units."""
    spec = resolved_again({**result.options, "dtype": "float64"})
    target_of = target(read_outcome(y, spec.levels, spec.family.outcome), spec.loss, len(link))
    return float(Loss(spec)(torch.from_numpy(link), as_trained(spec.family, target_of)))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("loss", families(), ids=lambda loss: loss.name)
def test_losses_are_those_of_the_predictions(iris, loss, options, rng):
    y = KINDS_TESTED[loss.outcome].of_iris(loss, iris)
    d = 3 if loss.outcome == "class" else 1
    o = rng.normal(0.5, 0.2, (150, d))
    # patience brings the parameters of the best epoch back, and that row has their loss
    asked = {"loss": loss.name, "seed": 1, "stop_iter": 10**6, **options}
    result = fit(iris.x, y, offset=o, validation=(iris.x, y, o), **asked)
    link = predict(result, iris.x, offset=o, type="link")
    best = result.history["train_loss"][result.best_epoch - 1]
    assert best == pytest.approx(loss_of(result, link, y), rel=1e-5, abs=1e-6)
    np.testing.assert_allclose(
        result.history["valid_loss"], result.history["train_loss"], rtol=1e-5, atol=1e-6
    )
    assert result.options["has_offset"]
    np.testing.assert_array_equal(predict(result, iris.x, offset=o), result.fitted)
    if loss.output is None:
        moved = link - predict(result, iris.x, offset=0 * o, type="link")
        np.testing.assert_allclose(moved[:, :d], o, atol=1e-12)
        assert not moved[:, d:].any()


@pytest.mark.parametrize("loss", ["l1", "huber", "smooth_l1", "gaussian_nll"])
@pytest.mark.parametrize("batch_size", [None, 40])
def test_where_the_error_alone_counts_it_is_a_fit_to_the_rest(iris, loss, batch_size):
    o = 3 * iris.x[:, 1]
    options = {"loss": loss, "hidden_units": 3, "epochs": 20, "seed": 1, "batch_size": batch_size}
    found = fit(iris.x, iris.x[:, 3], offset=o, **options)
    rest = fit(iris.x, iris.x[:, 3] - o, **options)
    np.testing.assert_array_equal(found.history["train_loss"], rest.history["train_loss"])
    np.testing.assert_allclose(found.fitted, rest.fitted + o[:, None], rtol=1e-12)


def test_levenberg_marquardt_and_more_columns_than_rows(mtcars, rng):
    o = 5 * rng.standard_normal(32)
    for options in (
        {"optimizer": "levenberg_marquardt", "hidden_units": 2},
        {"optimizer": "sgd", "hidden_units": 8, "engine": "span_of_rows"},
    ):
        x = rng.standard_normal((32, 2000)) if "engine" in options else mtcars.x
        found = fit(x, mtcars.y, offset=o, seed=1, epochs=50, **options)
        rest = fit(x, mtcars.y - o, seed=1, epochs=50, **options)
        np.testing.assert_allclose(found.fitted, rest.fitted + o[:, None], rtol=1e-9)
    x, y = rng.standard_normal((20, 2000)), np.arange(20.0) % 3
    options = {"loss": "poisson_nll", "optimizer": "sgd", "hidden_units": 8, "epochs": 50}
    turned, plain = (
        fit(x, y, offset=o[:20] / 9, seed=1, engine=engine, **options)
        for engine in ("span_of_rows", "fused")
    )
    np.testing.assert_allclose(turned.fitted, plain.fitted, rtol=1e-5)


class Halves(nn.Module):
    """A module that only autograd can train."""

    def __init__(self, end):
        super().__init__()
        self.layer, self.end = nn.Linear(1, 1).double(), end

    def forward(self, x):
        return self.end(self.layer(x) / 2)


@pytest.mark.parametrize(
    ("loss", "end"), [("bce_with_logits", nn.Identity()), ("bce", nn.Sigmoid())]
)
def test_modules_of_ones_own(cars, loss, end):
    x, y, o, expected = rows_of(cars, "bce_with_logits")
    result = fit(x, y, offset=o, model=Halves(end), loss=loss, optimizer="lbfgs")
    odds = np.exp(expected[0] + x @ expected[1:] + o)
    np.testing.assert_allclose(result.fitted[:, 0], odds / (1 + odds), rtol=1e-5)
    again = predict(result, x, offset=o, model=Halves(end))
    np.testing.assert_array_equal(again, result.fitted)


# -- held out, repeated, resampled --


def test_a_share_holds_its_offset_out(cars):
    x, y, o, _ = rows_of(cars, "poisson_nll")
    options = {"loss": "poisson_nll", "seed": 1, "stop_iter": 10**6}
    result = fit(x, y, offset=o, validation=0.25, **options)
    out = result.validation_rows
    into = np.setdiff1d(np.arange(32), out)
    beside = fit(x[into], y[into], offset=o[into], validation=(x[out], y[out], o[out]), **options)
    np.testing.assert_allclose(beside.history["valid_loss"][0], _first(result), rtol=0.5)
    link = predict(result, x[out], offset=o[out], type="link")
    best = result.history["valid_loss"][result.best_epoch - 1]
    assert best == pytest.approx(loss_of(result, link, y[out]), rel=1e-9)


def _first(result):
    return result.history["valid_loss"][0]


def test_held_out_rows_need_one_as_the_others_do(cars):
    x, y, o, _ = rows_of(cars, "poisson_nll")
    with pytest.raises(NNFitError, match="`validation` has no offset, and the fit has one"):
        fit(x, y, offset=o, validation=(x, y))
    with pytest.raises(NNFitError, match="`validation` has an offset, and the fit has none"):
        fit(x, y, validation=(x, y, o))
    assert fit(x, y, validation=(x, y, None), epochs=1).history["valid_loss"] is not None


@pytest.mark.parametrize("loss", ["mse", "poisson_nll", "gamma_nll"])
@pytest.mark.parametrize("hidden", [(), 3])
@pytest.mark.parametrize("engine", ["stacked", "fused"])
def test_replicates_and_their_intervals_carry_it(cars, loss, hidden, engine):
    x, y, o, _ = rows_of(cars, loss)
    options = {"loss": loss, "hidden_units": hidden, "epochs": 20, "optimizer": "adam"}
    made = fit(x, y, offset=o, bootstrap=3, seed=1, engine=engine, **options)
    seed = int(made.replicates["seeds"][1])
    counts = np.bincount(np.random.default_rng(seed).integers(32, size=32), minlength=32)
    alone = fit(x, y, offset=o, weights=counts, seed=seed, **options)
    for name, values in made.replicates["parameters"].items():
        np.testing.assert_allclose(values[1], alone.parameters[name], rtol=1e-3, atol=1e-5)
    limits = predict_interval(made, x, offset=o)
    np.testing.assert_array_equal(limits["fit"], made.fitted)
    assert (limits["lwr"] <= limits["upr"]).all()
    moved = predict_interval(made, x, offset=o + 1, type="link")
    link = predict_interval(made, x, offset=o, type="link")
    np.testing.assert_allclose(moved["lwr"], link["lwr"] + 1, rtol=1e-9)


def test_restarts_carry_it(cars):
    x, y, o, _ = rows_of(cars, "poisson_nll")
    options = {"loss": "poisson_nll", "hidden_units": 3, "epochs": 30, "seed": 1}
    many = fit(x, y, offset=o, restarts=3, **options)
    assert many.restarts["train_loss"].min() == many.history["train_loss"][-1]
    np.testing.assert_array_equal(predict(many, x, offset=o), many.fitted)


@pytest.mark.parametrize("loss", ["mse", "poisson_nll"])
def test_folds_carry_it(cars, loss):
    x, y, o, _ = rows_of(cars, loss)
    fold = np.arange(32) % 4
    found = cross_validate(x, y, offset=o, folds=fold, loss=loss, seed=1)
    rest = fold != 2
    alone = fit(x[rest], y[rest], offset=o[rest], loss=loss)
    out = fold == 2
    by_alone = predict(alone, x[out], offset=o[out])
    np.testing.assert_allclose(found["predicted"][out, :, 0], by_alone, rtol=1e-6)
    link = predict(alone, x[out], offset=o[out], type="link")
    assert found["valid_loss"][2] == pytest.approx(loss_of(alone, link, y[out]), rel=1e-6)


# -- kept, and asked for again --


def test_predictions_need_it_and_other_fits_take_none(cars, kept_by_r):
    x, y, o, _ = rows_of(cars, "poisson_nll")
    result = fit(x, y, offset=o, loss="poisson_nll", seed=1, bootstrap=2)
    np.testing.assert_array_equal(predict(kept_by_r(result), x, offset=o), result.fitted)
    for function in (predict, predict_interval):
        with pytest.raises(NNFitError, match="`offset` is missing: the fit was made with one"):
            function(result, x)
    plain = fit(x, y, seed=1)
    with pytest.raises(NNFitError, match="`offset` is not needed: the fit was made without one"):
        predict(plain, x, offset=o)
    before = {**plain, "options": {k: v for k, v in plain.options.items() if k != "has_offset"}}
    np.testing.assert_array_equal(predict({**before, "schema": 1}, x), plain.fitted)


# -- files --


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"loss": "poisson_nll"},
        {"loss": "poisson_nll", "engine": "autograd"},
        {"loss": "poisson_nll", "batch_size": 8, "optimizer": "adam", "epochs": 20},
        {"hidden_units": 3, "loss": "gamma_nll", "optimizer": "adam", "epochs": 20},
    ],
    ids=str,
)
def test_a_column_of_files_is_an_offset(cars, write_parquet, options):
    names = ["wt", "hp"]
    path = write_parquet(cars)
    x = np.column_stack([cars[name] for name in names])
    options = {"dtype": "float64", "seed": 1, **options}
    files = fit_parquet(path, "carb", names, offset="o", **options)
    arrays = fit(x, cars["carb"], offset=cars["o"], **options)
    for name, values in arrays.parameters.items():
        np.testing.assert_allclose(files.parameters[name], values, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(predict_parquet(files, path), arrays.fitted, rtol=1e-6)
    others = fit_parquet(path, "carb", offset="o", epochs=1)
    assert ["o", None] not in [term[0] for term in others.design["terms"]]
    beside = fit_parquet(path, "carb", names, offset="o", validation=path, **options)
    if "batch_size" not in options:
        losses = beside.history
        np.testing.assert_allclose(losses["valid_loss"], losses["train_loss"], rtol=1e-6)


def test_files_of_classes_have_a_column_for_each(cars, write_parquet):
    o = cars["o"]
    columns = {"hp": cars["hp"], "cyl": cars["cyl"].astype(int).astype(str)}
    path = write_parquet({**columns, "a": 0 * o, "b": o, "c": -o})
    found = fit_parquet(path, "cyl", ["hp"], offset=["a", "b", "c"], reduction="sum", seed=1)
    assert 2 * found.history["train_loss"][-1] == pytest.approx(21.0637200470111, rel=1e-9)
    with pytest.raises(NNFitError, match=r"`offset` has 1 column\(s\), and there are 3 classes"):
        fit_parquet(path, "cyl", ["hp"], offset="a")
    with pytest.raises(NNFitError, match='`offset` must be columns of numbers, and "cyl" is none'):
        fit_parquet(path, "hp", ["a"], offset="cyl")


def test_rows_of_files_without_it_have_no_prediction(cars, write_parquet):
    path = write_parquet({name: cars[name] for name in ("carb", "wt", "o")})
    found = fit_parquet(path, "carb", ["wt"], offset="o", loss="poisson_nll")
    holes = write_parquet({"wt": cars["wt"][:3], "o": [0.0, None, 1.0]}, "holes.parquet")
    predicted = predict_parquet(found, holes)[:, 0]
    assert np.isnan(predicted).tolist() == [False, True, False]
    lacks = write_parquet({"wt": cars["wt"]}, "lacks.parquet")
    with pytest.raises(NNFitError, match='`path` has no column "o"'):
        predict_parquet(found, lacks)
