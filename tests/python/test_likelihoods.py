"""Fits under the losses that are ours, against answers computed in another way."""

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet, predict, predict_interval
from nnfit.core.model.folding import linear_coefficients

NB = ("negative_binomial_nll", {"dispersion": 0.5})
OURS = ["gamma_nll", NB, "gaussian_nll"]


@pytest.fixture
def rows(rng):
    """Two columns, their log-linear mean, and an outcome for each loss."""
    x = rng.standard_normal((120, 2)) * [1.0, 20.0] + [0.0, 300.0]
    mean = np.exp(0.5 + 0.6 * x[:, 0] + 0.01 * (x[:, 1] - 300))
    spread = np.exp(1 + 0.5 * x[:, 0])
    return x, {
        "gamma_nll": rng.gamma(3.0, 2e4 * mean / 3),
        "negative_binomial_nll": rng.negative_binomial(2.0, 1 / (1 + mean / 2)).astype(float),
        "gaussian_nll": 1e3 + 5 * x[:, 0] - 0.3 * x[:, 1] + spread * rng.standard_normal(120),
    }


def outcome(rows, loss):
    return rows[1][loss if isinstance(loss, str) else loss[0]]


def irls(x, y, variance, weights=None):
    """Fit a generalised linear model with log link by iterated least squares."""
    design = np.column_stack([np.ones(len(x)), (x - x.mean(0)) / x.std(0)])
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(y.mean())
    w = np.ones(len(y)) if weights is None else weights
    for _ in range(100):
        mu = np.exp(design @ beta)
        working = w * mu**2 / variance(mu)
        gram = design.T @ (working[:, None] * design)
        beta = beta + np.linalg.solve(gram, design.T @ (working * (y - mu) / mu))
    slopes = beta[1:] / x.std(0)
    return np.concatenate([[beta[0] - slopes @ x.mean(0)], slopes])


VARIANCES = {"gamma_nll": np.square, "negative_binomial_nll": lambda mu: mu + 0.5 * mu**2}


@pytest.mark.parametrize("loss", OURS[:2], ids=str)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_linear_models_are_the_generalised_ones(rows, rng, loss, weighted, reduction):
    x, y = rows[0], outcome(rows, loss)
    weights = rng.random(120) + 0.1 if weighted else None
    result = fit(x, y, loss=loss, weights=weights, reduction=reduction)
    expected = irls(x, y, VARIANCES[result["options"]["loss"][0] if loss is NB else loss], weights)
    assert result["options"]["engine"] == "fused"
    np.testing.assert_allclose(linear_coefficients(result)[0], expected, rtol=1e-9, atol=1e-11)


def test_a_gamma_model_without_bias_is_the_one_of_the_outcome_as_it_is(rows):
    """Dividing the outcome would be an intercept."""
    x, y = rows[0][:, :1], outcome(rows, "gamma_nll") / 1e4
    result = fit(x, y, loss="gamma_nll", bias=False)
    assert result["scaling"]["y_scale"] == 1.0
    slope = linear_coefficients(result)[0]
    assert slope[0] == 0.0
    gradient = (x[:, 0] * (1 - y * np.exp(-slope[1] * x[:, 0]))).mean()
    assert gradient == pytest.approx(0, abs=1e-8)


def gaussian(x, y, coefficients):
    """Compute the loss and its gradient in the user's units, without this package."""
    design = torch.from_numpy(np.column_stack([np.ones(len(x)), x]))
    b = torch.from_numpy(coefficients).requires_grad_()
    mean, log_variance = design @ b[0], design @ b[1]
    # its least variance would be in the way of outcomes in small units
    loss = nn.functional.gaussian_nll_loss(mean, torch.from_numpy(y), log_variance.exp(), eps=1e-30)
    loss.backward()
    return loss.item(), b.grad.numpy()


@pytest.mark.parametrize("unit", [1.0, 1e-4, 1e5])
def test_mean_and_variance_by_gaussian_nll(rows, unit):
    x, y = rows[0], outcome(rows, "gaussian_nll") * unit
    result = fit(x, y, loss="gaussian_nll")
    coefficients = linear_coefficients(result)
    loss, gradient = gaussian(x, y, coefficients)
    assert result["stopped"] == "converged"
    assert result["history"]["train_loss"][-1] == pytest.approx(loss, rel=1e-9)
    # what a change of a coefficient by its unit would do to the loss
    units = np.outer([y.std(), 1], [1, *1 / x.std(0)])
    assert np.abs(gradient * units).max() < 1e-3
    assert coefficients[1, 1] == pytest.approx(1.0, abs=0.4)
    assert coefficients[0, 1] == pytest.approx(5 * unit, abs=2 * unit)


def test_the_link_of_gaussian_nll_has_the_means_then_the_log_variances(rows, kept_by_r):
    x, one = rows[0], outcome(rows, "gaussian_nll")
    y = np.column_stack([one, 100 - one])
    result = fit(x, y, loss="gaussian_nll", hidden_units=4, epochs=30, seed=1)
    link = predict(kept_by_r(result), x, type="link")
    assert (link.shape, result["fitted"].shape) == ((120, 4), (120, 2))
    np.testing.assert_array_equal(link[:, :2], result["fitted"])
    np.testing.assert_array_equal(link, result["fitted_link"])
    np.testing.assert_array_equal(predict(kept_by_r(result), x), result["fitted"])
    again = fit(x, y, loss="gaussian_nll", hidden_units=4, epochs=31, seed=1)
    expected = nn.functional.gaussian_nll_loss(
        *(torch.from_numpy(a) for a in (link[:, :2], y, np.exp(link[:, 2:])))
    )
    assert again["history"]["train_loss"][-1] == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("loss", OURS, ids=str)
@pytest.mark.parametrize("hidden_units", [(), 5])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_both_engines_train_alike(rows, rng, loss, hidden_units, weighted, reduction):
    x, y = rows[0], outcome(rows, loss)
    options = {
        "loss": loss, "hidden_units": hidden_units, "reduction": reduction, "optimizer": "adam",
        "weights": rng.random(120) if weighted else None, "validation": (x[:20], y[:20]),
        "dtype": "float64", "epochs": 30, "stop_iter": 25, "batch_size": 50, "seed": 1,
    }  # fmt: skip
    fused, autograd = (fit(x, y, engine=engine, **options) for engine in ("fused", "autograd"))
    for part in ("train_loss", "valid_loss"):
        np.testing.assert_allclose(fused["history"][part], autograd["history"][part], rtol=1e-9)
    np.testing.assert_allclose(fused["fitted"], autograd["fitted"], rtol=1e-7)


@pytest.mark.parametrize("loss", OURS, ids=str)
@pytest.mark.parametrize("hidden_units", [(), 5])
def test_the_unit_of_the_outcome_does_not_matter(rows, loss, hidden_units):
    """But for counts, which have none."""
    if loss is NB:
        return
    x, y, c = rows[0], outcome(rows, loss), 1e-3
    options = {"loss": loss, "hidden_units": hidden_units, "epochs": 20, "seed": 1}
    one, other = fit(x, y, dtype="float64", **options), fit(x, c * y, dtype="float64", **options)
    np.testing.assert_allclose(other["fitted"], c * one["fitted"], rtol=1e-6)
    np.testing.assert_allclose(
        other["history"]["train_loss"], one["history"]["train_loss"] + np.log(c), rtol=1e-6
    )


@pytest.mark.parametrize("loss", OURS, ids=str)
def test_folds_and_replicates_at_once_are_those_of_single_fits(rows, loss):
    """Each has a scale of its own, which is in its losses."""
    x, y = rows[0], outcome(rows, loss)
    options = {"loss": loss, "hidden_units": 3, "epochs": 20, "dtype": "float64", "seed": 3}
    both = [cross_validate(x, y, folds=4, engine=e, **options) for e in ("auto", "autograd")]
    assert [cv["options"]["engine"] for cv in both] == ["stacked", "autograd"]
    for part in ("train_loss", "valid_loss", "predicted"):
        np.testing.assert_allclose(both[0][part], both[1][part], rtol=1e-7)
    assert both[0]["predicted"].shape == (120, 1, 1)
    fits = [fit(x, y, bootstrap=4, engine=e, **options) for e in ("auto", "autograd")]
    limits = [predict_interval(one, x[:3], type="link") for one in fits]
    for name in ("fit", "lwr", "upr"):
        np.testing.assert_allclose(limits[0][name], limits[1][name], rtol=1e-6, atol=1e-8)
    losses = [one["replicates"]["train_loss"] for one in fits]
    np.testing.assert_allclose(*losses, rtol=1e-7)


@pytest.mark.parametrize("loss", OURS, ids=str)
@pytest.mark.parametrize("options", [{}, {"hidden_units": 4, "batch_size": 40, "epochs": 5}])
@pytest.mark.parametrize("engine", ["auto", "autograd"])
def test_files_give_what_arrays_give(rows, loss, options, engine, write_parquet):
    from nnfit.core import fit_parquet, predict_parquet

    x, y = rows[0], outcome(rows, loss)
    path = write_parquet({"a": x[:, 0], "b": x[:, 1], "y": y}, row_group_size=50)
    options = {"loss": loss, "dtype": "float64", "seed": 2, "engine": engine, **options}
    files = fit_parquet(path, "y", **options)
    arrays = fit(x, y, **options)
    for type in ("response", "link"):
        ours = predict_parquet(files, path, type=type)
        np.testing.assert_allclose(ours, predict(arrays, x, type=type), rtol=1e-4)
    np.testing.assert_allclose(
        files["history"]["train_loss"][:3], arrays["history"]["train_loss"][:3], rtol=1e-9
    )


def test_a_module_of_ones_own_gives_both_heads(rows):
    x, y = rows[0], outcome(rows, "gaussian_nll")
    result = fit(x, y, loss="gaussian_nll", model=nn.Linear(2, 2), epochs=5, seed=1)
    assert result["fitted"].shape == (120, 1)
    with pytest.raises(NNFitError, match=r"gives shape \(2, 1\) .* y and loss need \(2, 2\)"):
        fit(x, y, loss="gaussian_nll", model=nn.Linear(2, 1))


def test_early_stopping_by_a_likelihood(rows):
    x, y = rows[0], outcome(rows, "gamma_nll")
    result = fit(x, y, loss="gamma_nll", hidden_units=20, learn_rate=0.1, epochs=300,
                 validation=0.3, stop_iter=10, seed=1)  # fmt: skip
    assert result["stopped"] == "early"
    assert result["best_epoch"] == 1 + np.argmin(result["history"]["valid_loss"])


def test_an_argument_out_of_range_is_refused_by_fit(rows):
    with pytest.raises(NNFitError, match="`dispersion` that is a number of at least 1e-8"):
        fit(rows[0], outcome(rows, NB), loss=("negative_binomial_nll", {"dispersion": -1}))
    with pytest.raises(NNFitError, match='has no argument "shape"'):
        fit(rows[0], outcome(rows, "gamma_nll"), loss=("gamma_nll", {"shape": 2}))


@pytest.mark.parametrize("loss", ["negative_binomial_nll", "poisson_nll", "gamma_nll"])
def test_networks_reach_the_mean_of_counts_of_ordinary_size(rng, loss):
    x = rng.random((200, 1))
    y = rng.poisson(1000 * np.exp(1 + x[:, 0])).astype(float)
    options = {"loss": loss, "hidden_units": 4, "seed": 1}
    made = fit(x, y, **options)
    assert made.fitted.mean() / y.mean() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(made.fitted[:, 0], y)[0, 1] > 0.95
    np.testing.assert_allclose(predict(made, x), made.fitted, rtol=1e-6)


def test_counts_start_at_their_mean_in_files_replicates_and_with_an_offset(rng, write_parquet):
    x = rng.random((200, 1))
    exposure = rng.uniform(1, 2, 200)
    y = rng.poisson(1000 * exposure * np.exp(1 + x[:, 0])).astype(float)
    options = {"loss": "negative_binomial_nll", "hidden_units": 4, "seed": 1, "epochs": 50}
    path = write_parquet({"x": x[:, 0], "y": y})
    made = fit(x, y, **options)
    from_file = fit_parquet(path, "y", **options)
    np.testing.assert_allclose(
        from_file.scaling["output_center"], made.scaling["output_center"], rtol=1e-12
    )
    np.testing.assert_allclose(made.scaling["output_center"], [np.log(y.mean())], rtol=1e-12)
    folds = cross_validate(x, y, folds=2, **options)
    assert folds["predicted"].mean() / y.mean() == pytest.approx(1, abs=0.1)
    with_offset = fit(x, y, offset=np.log(exposure), **options)
    assert with_offset.fitted.mean() / y.mean() == pytest.approx(1, abs=0.1)
    assert fit(x, y, bias=False, **options).scaling["output_center"] == 0
