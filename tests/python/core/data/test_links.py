import math

import numpy as np
import pytest
import torch

from nnfit.core.data.links import LINKS
from nnfit.core.data.scaling import HEADS
from nnfit.core.options.families import families, link_heads

MEANS = torch.tensor([0.01, 0.3, 0.8], dtype=torch.float64)
BY_LINK = [name for name in LINKS if name != "probability"]


@pytest.mark.parametrize("name", BY_LINK)
def test_a_link_and_its_inverse_undo_each_other(name):
    link = LINKS[name]
    eta = link.of_mean(MEANS)
    torch.testing.assert_close(link.mean(eta), MEANS, rtol=1e-12, atol=0)
    assert (eta > link.above).all()


@pytest.mark.parametrize("name", BY_LINK)
def test_slopes_are_derivatives(name):
    eta = LINKS[name].of_mean(MEANS.clone()).requires_grad_()
    LINKS[name].mean(eta).sum().backward()
    torch.testing.assert_close(LINKS[name].slope(eta.detach()), eta.grad, rtol=1e-12, atol=0)


def test_a_model_that_ends_with_a_probability_has_log_odds_before():
    np.testing.assert_allclose(LINKS["probability"].slope(torch.tensor([0.3])), 0.21)


@pytest.mark.parametrize("name", ["logit", "probit", "cauchit", "cloglog"])
def test_a_probability_far_out_keeps_its_digits(name):
    eta = torch.tensor([-20.0], dtype=torch.float64)
    exact = {
        "logit": np.exp(-20) / (1 + np.exp(-20)),
        "probit": math.erfc(20 / 2**0.5) / 2,
        "cauchit": 0.015902251256176378,
        "cloglog": -math.expm1(-math.exp(-20)),
    }
    assert LINKS[name].always
    np.testing.assert_allclose(LINKS[name].mean(eta).numpy(), exact[name], rtol=1e-12)


def test_every_link_of_the_table_is_there():
    assert set(link_heads()) == set(BY_LINK)
    assert set(link_heads().values()) <= set(HEADS)


@pytest.mark.parametrize("name", ["identity", "log", "sqrt", "inverse", "1/mu^2"])
def test_an_output_scales_as_the_link_of_a_multiple(name):
    head = HEADS[link_heads()[name]]
    one, other = LINKS[name].of_mean(MEANS), LINKS[name].of_mean(7 * MEANS)
    torch.testing.assert_close(other, one * 7**head.scale + head.log * np.log(7))


def test_the_links_that_losses_have_by_themselves_are_there():
    own = {row.link for row in families() if row.likelihood and row.outcome != "class"}
    assert own <= set(LINKS)
