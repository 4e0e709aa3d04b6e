import numpy as np
import pytest
import torch

from nnfit.core.data.links import LINKS
from nnfit.core.model.generalised import LIKELIHOODS, first_means, has_means, scatters
from nnfit.core.options.families import families

DENSITIES = {
    "normal": lambda mean: torch.distributions.Normal(mean, 1.0),
    "poisson": torch.distributions.Poisson,
    "gamma": lambda mean: torch.distributions.Gamma(torch.ones_like(mean), 1 / mean),
    "bernoulli": lambda mean: torch.distributions.Bernoulli(mean),
    "negative_binomial": lambda mean: torch.distributions.NegativeBinomial(
        2.0, probs=mean / (mean + 2.0)
    ),
}
ARGUMENTS = {"dispersion": 0.5, "power": 1.5}
OUTCOMES = {"bernoulli": [0.0, 1.0, 1.0]}


def outcome(name):
    return torch.tensor(OUTCOMES.get(name, [1.0, 2.0, 5.0]), dtype=torch.float64)


def test_every_likelihood_of_one_parameter_is_there():
    named = {row.likelihood for row in families() if row.likelihood}
    assert named - set(LIKELIHOODS) == {"normal_by_row", "multinomial", "partial"}
    links = {row.link for row in families() if row.likelihood in LIKELIHOODS}
    assert links <= set(LINKS)


@pytest.mark.parametrize("name", DENSITIES)
def test_deviance_is_twice_the_likelihood_that_is_lacking(name):
    y, mean = outcome(name), torch.tensor([0.3, 0.6, 0.8], dtype=torch.float64)
    made = LIKELIHOODS[name].deviance(y.numpy(), mean.numpy(), ARGUMENTS)
    best = y.clamp(1e-300, 1 - 1e-16) if name == "bernoulli" else y
    lacking = DENSITIES[name](best).log_prob(y) - DENSITIES[name](mean).log_prob(y)
    np.testing.assert_allclose(made, 2 * lacking.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["poisson", "negative_binomial", "bernoulli"])
def test_deviance_of_an_outcome_of_zero(name):
    made = LIKELIHOODS[name].deviance(np.zeros(1), np.full(1, 0.4), ARGUMENTS)
    zero = torch.zeros(1, dtype=torch.float64)
    lacking = -DENSITIES[name](torch.full((1,), 0.4, dtype=torch.float64)).log_prob(zero)
    np.testing.assert_allclose(made, 2 * lacking.numpy())


@pytest.mark.parametrize("name", ["inverse_gaussian", "tweedie"])
def test_deviance_of_others_follows_from_the_variance(name):
    """It is twice the integral of (y - m) / V(m) from the mean to y."""
    y, mean = outcome(name).numpy(), np.array([0.3, 0.6, 0.8])
    grid = mean + np.linspace(0, 1, 200_001)[:, None] * (y - mean)
    each = (y - grid) / LIKELIHOODS[name].variance(grid, ARGUMENTS)
    integral = (each[1:] + each[:-1]).sum(axis=0) / 2 * (y - mean) / 200_000
    made = LIKELIHOODS[name].deviance(y, mean, ARGUMENTS)
    np.testing.assert_allclose(made, 2 * integral, rtol=1e-8)


def test_deviance_of_a_tweedie_outcome_of_zero():
    made = LIKELIHOODS["tweedie"].deviance(np.zeros(1), np.full(1, 0.4), ARGUMENTS)
    np.testing.assert_allclose(made, 2 * 0.4**0.5 / 0.5)


@pytest.mark.parametrize("name", DENSITIES)
def test_variance_is_that_of_the_distribution(name):
    mean = torch.tensor([0.3, 0.6, 0.8], dtype=torch.float64)
    made = LIKELIHOODS[name].variance(mean.numpy(), ARGUMENTS)
    np.testing.assert_allclose(made, DENSITIES[name](mean).variance.numpy(), rtol=1e-12)


def test_dispersion_is_estimated_where_it_is_not_one():
    scatter = {name for name, one in LIKELIHOODS.items() if one.scatters}
    assert scatter == {"normal", "gamma", "inverse_gaussian", "tweedie"}


def test_a_scatter_that_is_asked_for_is_estimated():
    assert scatters("poisson", {"scatter": True})
    assert not scatters("poisson", {})
    assert scatters("gamma", {})


@pytest.mark.parametrize(
    "name, mean, there",
    [
        ("poisson", [0.5, 2.0], True),
        ("poisson", [0.5, 0.0], False),
        ("gamma", [np.inf], False),
        ("normal", [-3.0], True),
        ("bernoulli", [0.2, 0.9], True),
        ("bernoulli", [1.0], False),
        ("bernoulli", [0.0], False),
    ],
)
def test_what_can_be_a_mean(name, mean, there):
    assert has_means(name, np.array(mean)) is there


def test_iterations_start_at_means():
    y, weights = np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]])
    np.testing.assert_allclose(first_means("bernoulli", y, weights), [[0.25], [0.875]])
    for name in ("poisson", "negative_binomial", "tweedie"):
        assert has_means(name, first_means(name, y, weights))
    assert first_means("normal", y, weights) is y
