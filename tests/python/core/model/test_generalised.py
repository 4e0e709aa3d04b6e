import numpy as np
import pytest
import torch

from nnfit.core.model.generalised import LIKELIHOODS, SLOPES
from nnfit.core.model.loss import RESPONSES
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
ARGUMENTS = {"dispersion": 0.5}
OUTCOMES = {"bernoulli": [0.0, 1.0, 1.0]}


def outcome(name):
    return torch.tensor(OUTCOMES.get(name, [1.0, 2.0, 5.0]), dtype=torch.float64)


def test_every_likelihood_of_one_parameter_is_there():
    named = {row.likelihood for row in families() if row.likelihood}
    assert named - set(LIKELIHOODS) == {"normal_by_row", "multinomial", "partial"}
    links = {row.link for row in families() if row.likelihood in LIKELIHOODS}
    assert links <= set(SLOPES)


@pytest.mark.parametrize("name", LIKELIHOODS)
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


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_variance_is_that_of_the_distribution(name):
    mean = torch.tensor([0.3, 0.6, 0.8], dtype=torch.float64)
    made = LIKELIHOODS[name].variance(mean.numpy(), ARGUMENTS)
    np.testing.assert_allclose(made, DENSITIES[name](mean).variance.numpy(), rtol=1e-12)


def test_dispersion_is_estimated_where_it_is_not_one():
    scatter = {name for name, one in LIKELIHOODS.items() if one.scatters}
    assert scatter == {"normal", "gamma"}


@pytest.mark.parametrize("link", ["identity", "log", "logit"])
def test_slopes_are_derivatives(link):
    eta = torch.tensor([-1.0, 0.2, 2.0], dtype=torch.float64, requires_grad=True)
    mean = RESPONSES[link](eta)
    mean.sum().backward()
    made = SLOPES[link](mean.detach().numpy())
    np.testing.assert_allclose(made, eta.grad.numpy(), rtol=1e-12)


def test_a_model_that_ends_with_a_probability_has_log_odds_before():
    np.testing.assert_allclose(SLOPES["probability"](np.array([0.3])), 0.21)
