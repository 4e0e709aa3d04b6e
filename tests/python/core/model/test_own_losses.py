import math

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, predict
from nnfit.core.model import own_losses
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.model.own_losses import (
    OwnLoss,
    gamma_nll,
    gaussian_nll,
    log_count_of_ways,
    negative_binomial_nll,
)

D = torch.distributions


def draws(n=50):
    return torch.randn(n, 2, dtype=torch.float64), torch.randn(n, 2, dtype=torch.float64)


@pytest.mark.parametrize("full", [False, True])
def test_gaussian_nll_is_torchs(full):
    mean, log_variance = draws()
    y = torch.randn(50, 2, dtype=torch.float64)
    expected = nn.functional.gaussian_nll_loss(
        mean, y, log_variance.exp(), full=full, reduction="none"
    )
    torch.testing.assert_close(
        gaussian_nll(mean, log_variance, y, full=full), expected, rtol=1e-14, atol=1e-14
    )
    if full:
        density = D.Normal(mean, torch.exp(log_variance / 2)).log_prob(y)
        torch.testing.assert_close(expected, -density)


def test_gaussian_nll_has_no_least_variance():
    """Torch's is 1e-6, which is much in some units."""
    o = torch.tensor([[-30.0]], dtype=torch.float64, requires_grad=True)
    loss = gaussian_nll(torch.zeros(1, 1), o, torch.zeros(1, 1), full=False)
    loss.sum().backward()
    assert (loss.item(), o.grad.item()) == (-15.0, 0.5)


def test_gamma_nll_is_that_of_shape_1():
    log_mean, y = draws()
    y = y.exp()
    density = D.Gamma(torch.ones(1), torch.exp(-log_mean)).log_prob(y)
    torch.testing.assert_close(gamma_nll(log_mean, y), -density)


@pytest.mark.parametrize("dispersion", [1e-3, 0.5, 1.0, 20.0])
def test_negative_binomial_nll_leaves_nothing_out(dispersion):
    log_mean, y = draws()
    y = (3 * y.abs()).round()
    density = D.NegativeBinomial(1 / dispersion, logits=log_mean + math.log(dispersion)).log_prob(y)
    torch.testing.assert_close(negative_binomial_nll(log_mean, y, dispersion=dispersion), -density)


def test_the_mean_and_the_variance_of_a_negative_binomial_are_as_documented():
    mean, dispersion = 3.0, 0.5
    y = torch.arange(2000, dtype=torch.float64)
    o = torch.full_like(y, math.log(mean))
    p = torch.exp(-negative_binomial_nll(o, y, dispersion=dispersion))
    assert p.sum().item() == pytest.approx(1.0)
    assert (p * y).sum().item() == pytest.approx(mean)
    assert (p * (y - mean) ** 2).sum().item() == pytest.approx(mean + dispersion * mean**2)


def test_a_small_dispersion_is_nearly_poissons_in_float32_too():
    y = torch.arange(20.0)
    o = torch.full_like(y, 2.0)
    loss = negative_binomial_nll(o, y, dispersion=1e-6)
    torch.testing.assert_close(loss, -D.Poisson(o.exp()).log_prob(y), rtol=1e-3, atol=1e-3)
    exact = log_count_of_ways(y.double(), 1e-6)
    torch.testing.assert_close(log_count_of_ways(y, 1e-6), exact.float(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("o", [-200.0, 200.0])
def test_far_out_the_losses_are_finite(o):
    o, y = torch.full((1, 1), o, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    assert torch.isfinite(gamma_nll(o, y))
    assert torch.isfinite(negative_binomial_nll(o, y, dispersion=0.5))


def test_the_output_is_cut_into_heads():
    """First the means of all outcomes, then the logarithms of their variances."""
    output, y = torch.randn(4, 6), torch.randn(4, 3)
    expected = gaussian_nll(output[:, :3], output[:, 3:], y, full=True)
    assert torch.equal(OwnLoss("gaussian_nll", {"full": True})(output, y), expected)


def test_missing_arguments_have_the_tables_defaults():
    assert OwnLoss("negative_binomial_nll", {}).args == {"dispersion": 1.0}
    assert OwnLoss("negative_binomial_nll", {"dispersion": 2}).args == {"dispersion": 2}
    assert OwnLoss("gaussian_nll", {}).args == {"full": False}


def asymmetric(x, y, level):
    """Iterate weighted least squares until they stand."""
    columns = np.column_stack([np.ones(len(x)), x])
    line = np.linalg.lstsq(columns, y, rcond=None)[0]
    for _ in range(300):
        root = np.sqrt(np.where(y > columns @ line, level, 1 - level))
        line = np.linalg.lstsq(columns * root[:, None], y * root, rcond=None)[0]
    return line


def test_expectiles_are_asymmetric_least_squares(rng):
    x = rng.standard_normal((80, 2)) * [1.0, 30.0]
    y = x @ [2.0, 0.1] + rng.exponential(size=80)
    levels = [0.1, 0.5, 0.95]
    result = fit(x, y, loss=("expectile", {"level": levels}))
    assert (result.options["optimizer"], result.stopped) == ("lbfgs", "converged")
    for row, level in zip(linear_coefficients(result), levels):
        np.testing.assert_allclose(row, asymmetric(x, y, level), rtol=1e-7)


@pytest.mark.parametrize("loss", ["quantile", "expectile"])
def test_levels_are_sorted_columns_that_never_cross(rng, loss):
    x, y = rng.standard_normal((60, 1)), rng.standard_normal(60)
    result = fit(x, y, loss=(loss, {"level": [0.9, 0.1, 0.5]}))
    assert result.options["loss"] == [loss, {"level": [0.1, 0.5, 0.9]}]
    far = np.linspace(-200, 200, 9)[:, None]
    link, response = (predict(result, far, type=kind) for kind in ("link", "response"))
    assert (np.diff(link) < 0).any()  # straight lines of different slopes do cross
    np.testing.assert_array_equal(response, np.sort(link, axis=1))
    assert result.fitted.shape == (60, 3)


def test_the_levels_of_each_outcome_are_sorted_by_themselves(rng):
    x, y = rng.standard_normal((40, 1)), rng.standard_normal((40, 2)) + [0.0, 100.0]
    result = fit(x, y, loss=("quantile", {"level": [0.2, 0.8]}))
    low, high = result.fitted[:, :2], result.fitted[:, 2:]
    assert (low <= high).all()
    assert (np.abs(low - [0.0, 100.0]) < 5).all()


def test_quantiles_of_a_network_hold_as_many_rows_as_they_say(rng):
    """The spread grows with x, so that no line and no constant width would do."""
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    x = rng.uniform(0, 3, (4000, 1))
    y = np.sin(2 * x[:, 0]) + (0.2 + 0.5 * x[:, 0]) * rng.standard_normal(4000)
    train, test = slice(0, 2000), slice(2000, None)
    result = fit(x[train], y[train], loss=("quantile", {"level": levels}), hidden_units=16,
                 activation="tanh", epochs=400, learn_rate=0.02, seed=1)  # fmt: skip
    predicted = predict(result, x[test])
    assert (np.diff(predicted) >= 0).all()
    below = y[test, None] < predicted
    np.testing.assert_allclose(below.mean(0), levels, atol=0.03)
    for part in (x[test, 0] < 1, x[test, 0] > 2):
        np.testing.assert_allclose(below[part].mean(0), levels, atol=0.06)


@pytest.mark.parametrize("loss", ["quantile", "expectile"])
def test_both_engines_give_the_same(rng, loss):
    x, y = rng.standard_normal((50, 3)), rng.standard_normal((50, 2))
    asked = {"loss": (loss, {"level": [0.2, 0.5, 0.7]}), "hidden_units": 5, "epochs": 30,
             "seed": 1, "dtype": "float64", "batch_size": 20}  # fmt: skip
    one, other = (fit(x, y, engine=engine, **asked) for engine in ("fused", "autograd"))
    np.testing.assert_allclose(one.fitted, other.fitted, rtol=1e-9)
    weights = rng.uniform(size=50)
    one, other = (fit(x, y, engine=e, weights=weights, **asked) for e in ("fused", "autograd"))
    np.testing.assert_allclose(one.fitted, other.fitted, rtol=1e-9)


def focal_by_hand(scores, y, gamma):
    p = torch.softmax(scores, 1)[torch.arange(len(y)), y]
    return -((1 - p) ** gamma) * torch.log(p)


def test_focal_is_its_formula():
    torch.manual_seed(1)
    for k in (2, 4):
        scores = torch.randn(30, k, dtype=torch.float64, requires_grad=True)
        y = torch.randint(k, (30,))
        for gamma in (0.5, 1.0, 2.0, 5.0):
            expected = focal_by_hand(scores, y, gamma)
            found = own_losses.focal(scores, y, gamma=gamma)
            torch.testing.assert_close(found, expected)
            (slope,) = torch.autograd.grad(expected.sum(), scores)
            (ours,) = torch.autograd.grad(found.sum(), scores)
            torch.testing.assert_close(ours, slope)
        weight = list(range(1, k + 1))
        weighted = own_losses.focal(scores, y, gamma=2.0, weight=weight)
        alpha = torch.tensor(weight)[y]
        torch.testing.assert_close(weighted, alpha * focal_by_hand(scores, y, 2.0))


def test_focal_of_two_classes_is_that_of_the_sigmoid():
    torch.manual_seed(1)
    scores = torch.randn(30, 2, dtype=torch.float64)
    y = torch.randint(2, (30,))
    p = torch.sigmoid(scores[:, 1] - scores[:, 0])
    right = torch.where(y == 1, p, 1 - p)
    expected = -((1 - right) ** 2) * torch.log(right)
    torch.testing.assert_close(own_losses.focal(scores, y, gamma=2.0), expected)


@pytest.mark.parametrize("weight", [None, {"setosa": 1, "versicolor": 2.5, "virginica": 0.5}])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("by_row", [False, True])
def test_focal_without_focus_is_cross_entropy(iris, rng, weight, reduction, by_row):
    asked = {"hidden_units": 4, "epochs": 20, "seed": 1, "reduction": reduction,
             "dtype": "float64", "optimizer": "adam"}  # fmt: skip
    args = {} if weight is None else {"weight": weight}
    weights = rng.uniform(size=len(iris.x)) if by_row else None
    one = fit(iris.x, iris.y, loss=("focal", {"gamma": 0, **args}), weights=weights, **asked)
    other = fit(iris.x, iris.y, loss=("cross_entropy", args), weights=weights, **asked)
    losses = (result.history["train_loss"] for result in (one, other))
    np.testing.assert_allclose(*losses, rtol=1e-10)


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_focal_of_what_is_certain_has_a_gradient(gamma):
    scores = torch.tensor([[800.0, -800.0], [-800.0, 800.0]], requires_grad=True)
    loss = own_losses.focal(scores, torch.tensor([0, 0]), gamma=gamma)
    loss.sum().backward()
    assert torch.isfinite(loss).all()
    assert torch.isfinite(scores.grad).all()


@pytest.mark.parametrize(
    ("loss", "problem"),
    [
        (("quantile", {"level": 0}), "`level` that is different numbers, each between 0 and 1, no"),
        (("quantile", {"level": 1}), "between 0 and 1"),
        (("quantile", {"level": [0.1, 0.1]}), "different numbers"),
        (("expectile", {"level": []}), "different numbers"),
        (("quantile", {"level": None}), "different numbers"),
        (("focal", {"gamma": -1}), "`gamma` that is a number of at least 0"),
        (("focal", {"weight": {"a": 1}}), "lacks"),
        (("quantile", {"tau": 0.1}), 'has no argument "tau"'),
        (("focal", {"alpha": 0.25}), "Give it as `class_weights` instead"),
    ],
)
def test_arguments_are_checked(iris, loss, problem):
    y = iris.y if loss[0] == "focal" else iris.x[:, 0]
    with pytest.raises(NNFitError, match=problem):
        fit(iris.x, y, loss=loss)


@pytest.mark.parametrize("asked", [{"metrics": "mae"}, {"monitor": "rmse", "validation": 0.2}])
def test_metrics_go_with_one_level(rng, asked):
    x, y = rng.standard_normal((40, 1)), rng.standard_normal(40)
    name = next(iter(asked))
    with pytest.raises(NNFitError, match=f"^`{name}` does not go with several levels of the loss"):
        fit(x, y, loss=("quantile", {"level": [0.1, 0.9]}), **asked)
    result = fit(x, y, loss="quantile", metrics="mae")
    history = result.history
    np.testing.assert_allclose(history["train_mae"], 2 * history["train_loss"], rtol=1e-6)
