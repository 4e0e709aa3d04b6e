import pytest
import torch
from torch import nn

from nnfit.core import NNFitError
from nnfit.core.compare.losses import LOSSES, link_of, links

ETA = torch.tensor([0.3, 1.2, 0.7], dtype=torch.float64, requires_grad=True)
OUTCOMES = {"binomial": [0.0, 1.0, 0.25], "poisson": [0.0, 2.0, 5.0]}


def outcome(family):
    return torch.tensor(OUTCOMES.get(family, [0.5, 2.0, 1.5]), dtype=torch.float64)


def test_every_row_of_the_table_is_a_loss_and_the_other_way_round():
    assert set(links()) == set(LOSSES)


@pytest.mark.parametrize("key", LOSSES)
def test_slope_and_curvature_are_what_autograd_finds(key):
    loss, y = LOSSES[key], outcome(key[0])
    (slope,) = torch.autograd.grad(loss.value(ETA, y).sum(), ETA, create_graph=True)
    torch.testing.assert_close(loss.slope(ETA, y), slope)
    flat = loss.slope(ETA, y).sum()
    (curvature,) = torch.autograd.grad(flat, ETA) if flat.requires_grad else (None,)
    torch.testing.assert_close(loss.curvature(ETA, y).detach(), curvature)


TORCHS = {
    ("gaussian", "identity"): nn.MSELoss(reduction="none"),
    ("binomial", "logit"): nn.BCEWithLogitsLoss(reduction="none"),
    ("poisson", "log"): nn.PoissonNLLLoss(reduction="none"),
    ("poisson", "identity"): nn.PoissonNLLLoss(log_input=False, eps=0, reduction="none"),
}


@pytest.mark.parametrize("key", TORCHS)
def test_losses_that_torch_has_are_torchs(key):
    y = outcome(key[0])
    torch.testing.assert_close(LOSSES[key].value(ETA, y), TORCHS[key](ETA, y))


def test_gamma_is_minus_the_log_density_at_dispersion_1():
    loss, y = LOSSES["Gamma", "log"], outcome("Gamma")
    density = torch.distributions.Gamma(1.0, torch.exp(-ETA)).log_prob(y)
    torch.testing.assert_close(loss.value(ETA, y), -density)


def test_the_response_is_the_mean_that_the_loss_is_least_at():
    for key, loss in LOSSES.items():
        y = outcome(key[0]).clamp(min=0.1)
        eta = {"identity": y, "log": y.log(), "logit": y.clamp(max=0.9).logit()}[key[1]]
        torch.testing.assert_close(loss.response(eta), y if key[1] != "logit" else y.clamp(max=0.9))


def test_what_is_not_there_is_refused_with_what_is():
    with pytest.raises(NNFitError, match=r"`family` binomial\(probit\).*binomial\(logit\)"):
        link_of("binomial", "probit")


def test_where_there_is_no_mean_the_loss_is_infinite_whatever_the_outcome():
    eta = torch.tensor([-1.0, -1.0, 0.0, 0.0], dtype=torch.float64)
    y = torch.tensor([0.0, 2.0, 0.0, 2.0], dtype=torch.float64)
    found = LOSSES["poisson", "identity"].value(eta, y)
    assert found.tolist() == [float("inf"), float("inf"), 0, float("inf")]
