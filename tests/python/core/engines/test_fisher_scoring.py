import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.engines.fisher_scoring import solve
from nnfit.core.ground.errors import NNFitError
from nnfit.core.model.folding import linear_coefficients


@pytest.fixture
def rows(rng):
    x = rng.uniform(-1, 1, (120, 2))
    return x, np.exp(0.8 + 0.3 * x[:, 0] - 0.2 * x[:, 1])


def drawn(rng, name, mean):
    draw = {
        "poisson_nll": lambda: rng.poisson(mean).astype(float),
        "negative_binomial_nll": lambda: rng.poisson(mean * rng.gamma(2, 0.5, len(mean))) * 1.0,
        "gamma_nll": lambda: rng.gamma(3, mean / 3),
        "inverse_gaussian_nll": lambda: rng.wald(mean, 5.0),
        "tweedie_nll": lambda: rng.gamma(3, mean / 3) * (rng.random(len(mean)) > 0.2),
        "mse": lambda: mean + 0.2 * rng.standard_normal(len(mean)) ** 2,
        "bce_with_logits": lambda: (rng.random(len(mean)) < mean / 6) * 1.0,
    }
    return draw[name]()


CASES = [
    ("mse", "log"), ("mse", "inverse"), ("mse", "sqrt"),
    ("poisson_nll", "identity"), ("poisson_nll", "sqrt"), ("poisson_nll", "log"),
    ("negative_binomial_nll", "identity"), ("negative_binomial_nll", "sqrt"),
    ("gamma_nll", "inverse"), ("gamma_nll", "identity"), ("gamma_nll", "log"),
    ("inverse_gaussian_nll", "log"), ("inverse_gaussian_nll", "1/mu^2"),
    ("inverse_gaussian_nll", "inverse"), ("inverse_gaussian_nll", "identity"),
    ("tweedie_nll", "log"), ("tweedie_nll", "sqrt"),
    ("bce_with_logits", "probit"), ("bce_with_logits", "cauchit"),
    ("bce_with_logits", "cloglog"), ("bce_with_logits", "logit"),
]  # fmt: skip


def gradient_at(result, x, y, name, link, weights=None):
    """Compute the slope of the whole loss by the coefficients, by autograd, in units of data."""
    from nnfit.core.model.loss import Loss
    from nnfit.core.options.asked import Asked

    spec = Asked.of({"loss": (name, {"link": link}), "dtype": "float64"}).resolved(2, 1)
    beta = torch.from_numpy(linear_coefficients(result)).requires_grad_()
    design = torch.from_numpy(np.column_stack([np.ones(len(x)), x]))
    given = None if weights is None else torch.from_numpy(weights)
    loss = Loss(spec, weighted=weights is not None)
    value = loss(design @ beta.T, torch.from_numpy(y[:, None]), given)
    (slope,) = torch.autograd.grad(value, beta)
    return slope.numpy()


@pytest.mark.parametrize(("name", "link"), CASES)
@pytest.mark.parametrize("weighted", [False, True])
def test_it_ends_where_the_likelihood_has_no_slope(rng, rows, name, link, weighted):
    x, mean = rows
    y = drawn(rng, name, mean)
    weights = rng.integers(0, 4, len(y)).astype(float) if weighted else None
    result = fit(x, y, loss=(name, {"link": link}), weights=weights, optimizer="fisher_scoring")
    assert result["options"]["engine"] == "reweighted"
    assert result["stopped"] == "converged"
    slope = gradient_at(result, x, y, name, link, weights)
    assert np.abs(slope).max() < 1e-10
    assert result["information"]["gap"] < 1e-6
    losses = result["history"]["train_loss"]
    assert (np.diff(losses) <= 1e-9 * np.abs(losses[:-1])).all()


def test_it_is_the_default_where_the_link_is_not_the_losses_own(rng, rows):
    y = drawn(rng, "poisson_nll", rows[1])
    chosen = {
        link: fit(rows[0], y, loss=("poisson_nll", {"link": link}))["options"]["optimizer"]
        for link in ("log", "sqrt")
    }
    assert chosen == {"log": "lbfgs", "sqrt": "fisher_scoring"}
    steps = fit(rows[0], y, loss=("poisson_nll", {"link": "sqrt"}), learn_rate=0.1)
    assert steps["options"]["optimizer"] == "lbfgs"
    for name in ("inverse_gaussian_nll", "tweedie_nll"):
        assert fit(rows[0], y + 1, loss=name)["options"]["optimizer"] == "fisher_scoring"


def test_several_outcomes_are_as_each_alone(rng, rows):
    x, mean = rows
    y = np.column_stack([drawn(rng, "poisson_nll", mean), drawn(rng, "poisson_nll", 3 * mean)])
    loss = ("poisson_nll", {"link": "sqrt"})
    both = linear_coefficients(fit(x, y, loss=loss))
    for k in range(2):
        alone = linear_coefficients(fit(x, y[:, k], loss=loss))
        np.testing.assert_allclose(both[k], alone[0], rtol=1e-10)


def test_an_offset_is_part_of_the_predictor(rng, rows):
    x, mean = rows
    y = drawn(rng, "poisson_nll", mean)
    loss = ("poisson_nll", {"link": "identity"})
    plain = linear_coefficients(fit(x, y, loss=loss))
    moved = linear_coefficients(fit(x, y, loss=loss, offset=0.5 + 0.1 * x[:, 0]))
    np.testing.assert_allclose(moved, plain - [[0.5, 0.1, 0.0]], rtol=1e-8)


def test_without_bias_and_without_scale(rng):
    x = rng.uniform(1, 3, (100, 2))
    y = rng.poisson(x @ [1.0, 2.0]).astype(float)
    loss = ("poisson_nll", {"link": "identity"})
    results = [fit(x, y, loss=loss, bias=False, scale=scale) for scale in (True, False)]
    one, other = (linear_coefficients(result) for result in results)
    np.testing.assert_allclose(one, other, rtol=1e-9)
    mean = x @ one[0, 1:]
    np.testing.assert_allclose(((y - mean) / mean) @ x, 0, atol=1e-8)


def test_a_penalty_is_that_of_lbfgs(rng, rows):
    x, mean = rows
    y = drawn(rng, "gamma_nll", mean)
    for reduction in ("mean", "sum"):
        told = {"loss": "gamma_nll", "penalty": 0.3, "reduction": reduction}
        one = linear_coefficients(fit(x, y, optimizer="fisher_scoring", **told))
        np.testing.assert_allclose(one, linear_coefficients(fit(x, y, **told)), rtol=1e-7)
    told = {"loss": "mse", "penalty": 0.3}
    one = linear_coefficients(fit(x, y, optimizer="fisher_scoring", **told))
    np.testing.assert_allclose(one, linear_coefficients(fit(x, y, **told)), rtol=1e-9)


def test_columns_that_follow_from_others_take_no_part(rng, rows):
    x, mean = rows
    y = drawn(rng, "poisson_nll", mean)
    loss = ("poisson_nll", {"link": "sqrt"})
    found = linear_coefficients(fit(np.column_stack([x, x @ [1, 2], np.ones(120)]), y, loss=loss))
    assert np.isnan(found[0, 3:]).all()
    np.testing.assert_allclose(found[0, :3], linear_coefficients(fit(x, y, loss=loss))[0])


def test_it_goes_on_from_an_earlier_fit(rng, rows):
    y = drawn(rng, "poisson_nll", rows[1])
    told = {"loss": ("poisson_nll", {"link": "identity"})}
    first = fit(rows[0], y, epochs=2, **told)
    after = fit(rows[0], y, start=first, epochs=1, **told)
    whole = fit(rows[0], y, epochs=3, **told)
    np.testing.assert_allclose(linear_coefficients(after), linear_coefficients(whole), rtol=1e-12)


def test_outcomes_that_have_no_mean_under_the_link_are_no_obstacle(rng):
    x = rng.standard_normal((80, 1))
    y = np.exp(0.5 + 0.2 * x[:, 0]) + 0.8 * rng.standard_normal(80)
    assert (y < 0).any()
    result = fit(x, y, loss=("mse", {"link": "log"}))
    eta = linear_coefficients(result) @ np.vstack([np.ones(80), x.T])
    score = ((y - np.exp(eta[0])) * np.exp(eta[0])) @ np.column_stack([np.ones(80), x])
    np.testing.assert_allclose(score, 0, atol=1e-8)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"hidden_units": 3}, "it is for linear models"),
        ({"loss": "huber"}, "it is for losses that are the likelihood of a mean"),
        ({"loss": "gaussian_nll"}, "it is for losses that are the likelihood of a mean"),
    ],
)
def test_what_it_is_not_for_is_refused(rows, options, reason):
    with pytest.raises(NNFitError, match=f'`optimizer` "fisher_scoring" does not apply: {reason}'):
        fit(rows[0], rows[1], optimizer="fisher_scoring", **options)


def test_a_likelihood_that_grows_to_where_there_are_no_means_is_told():
    x = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]])
    result = fit(
        x, np.array([9.0, 4.0, 1.0, 0.0, 0.0, 0.0]), loss=("poisson_nll", {"link": "identity"})
    )
    assert result["fault"]["kind"] == "boundary"
    assert "no maximum of the likelihood" in repr(result)


def test_classes_that_can_be_told_apart_are_told_of():
    x = np.arange(10.0)[:, None]
    for link in ("probit", "cauchit", "cloglog"):
        loss = ("bce_with_logits", {"link": link})
        assert fit(x, x[:, 0] > 4.5, loss=loss)["fault"]["kind"] == "separated"
        assert "fault" not in fit(x, np.arange(10) % 3 == 0, loss=loss)


def test_no_place_to_start_from_is_told():
    x = np.array([[1.0], [-1.0], [2.0], [-2.0]])  # without an intercept no sign is right for all
    with pytest.raises(
        NNFitError, match='`loss` "poisson_nll" under the link "identity" has found'
    ):
        fit(
            x,
            np.array([1.0, 2.0, 3.0, 4.0]),
            loss=("poisson_nll", {"link": "identity"}),
            bias=False,
        )


def test_columns_that_rows_of_weight_do_not_tell_apart_are_shared():
    x = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    found = solve(x, np.array([2.0, 4.0, 6.0]), np.zeros(2), np.array([True, True]))
    np.testing.assert_allclose(found.step, [1.0, 1.0])
    alone = solve(x, np.array([2.0, 4.0, 6.0]), np.zeros(2), np.array([True, False]))
    np.testing.assert_allclose(alone.step, [2.0, 0.0])
    np.testing.assert_allclose(alone.size, 1.0)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_an_offset_beyond_what_rows_may_have_is_made_up_for(rng, sign):
    x = rng.standard_normal((40, 1))
    y = (rng.random(40) < 0.3) * 1.0
    offset = 2 * x[:, 0] + 5 * sign  # as it is, some probabilities would be above 1
    made = fit(x, y, loss=("bce_with_logits", {"link": "log"}), offset=offset)
    plain = fit(x, y, loss=("bce_with_logits", {"link": "log"}))
    np.testing.assert_allclose(
        made.unscaled["0.weight"][0, 0], plain.unscaled["0.weight"][0, 0] - 2
    )
    np.testing.assert_allclose(made.fitted, plain.fitted, rtol=1e-6)
