import math

import pytest
import torch
from torch import nn

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
