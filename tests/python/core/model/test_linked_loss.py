import numpy as np
import pytest
import torch

from nnfit.core.data.links import LINKS
from nnfit.core.model.generalised import LIKELIHOODS
from nnfit.core.model.linked_loss import FLOOR, LOG_MEANS, OF_MEANS, SIDES, LinkedLoss, bounds
from nnfit.core.options.arguments import arguments
from nnfit.core.options.families import families

ARGUMENTS = {"dispersion": 0.5, "power": 1.4}
PAIRS = [
    (row.likelihood, link)
    for row in families()
    for link in (arguments("loss", row.name).get("link").row.choices
                 if "link" in arguments("loss", row.name) else ())
]  # fmt: skip


def test_every_likelihood_that_may_have_a_link_is_there():
    assert {likelihood for likelihood, _ in PAIRS} == {*OF_MEANS, "bernoulli"} == set(LIKELIHOODS)
    assert {link for likelihood, link in PAIRS if likelihood != "bernoulli"} == set(LOG_MEANS)
    assert {link for likelihood, link in PAIRS if likelihood == "bernoulli"} == set(SIDES)


@pytest.mark.parametrize(("likelihood", "link"), PAIRS)
def test_it_is_half_the_deviance_up_to_what_depends_on_the_outcome(likelihood, link):
    y = torch.tensor([[1.0, 1.0, 1.0]] if likelihood == "bernoulli" else [[1.0, 2.0, 5.0]]).double()
    losses, deviances = [], []
    for mean in ([0.3, 0.5, 0.7], [0.2, 0.6, 0.75]):
        means = torch.tensor([mean], dtype=torch.float64)
        loss = LinkedLoss(likelihood, link, ARGUMENTS)
        losses.append(loss(LINKS[link].of_mean(means), y))
        deviances.append(LIKELIHOODS[likelihood].deviance(y.numpy(), means.numpy(), ARGUMENTS))
    factor = 1.0 if likelihood == "normal" else 0.5
    expected = factor * (deviances[1] - deviances[0])
    np.testing.assert_allclose((losses[1] - losses[0]).numpy(), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("likelihood", "link"), PAIRS)
def test_the_gradient_is_the_score(likelihood, link):
    y = torch.tensor([[0.0, 1.0]] if likelihood == "bernoulli" else [[1.0, 5.0]]).double()
    means = torch.tensor([[0.3, 0.6]], dtype=torch.float64)
    eta = LINKS[link].of_mean(means.clone()).requires_grad_()
    LinkedLoss(likelihood, link, ARGUMENTS)(eta, y).sum().backward()
    variance = LIKELIHOODS[likelihood].variance(means.numpy(), ARGUMENTS)
    score = (means - y).numpy() / variance * LINKS[link].slope(eta.detach()).numpy()
    factor = 2.0 if likelihood == "normal" else 1.0
    np.testing.assert_allclose(eta.grad.numpy(), factor * score, rtol=1e-8)


@pytest.mark.parametrize("link", ["probit", "cauchit", "cloglog"])
def test_far_out_loss_and_gradient_are_numbers(link):
    eta = torch.tensor([[-1e3, 40.0]], dtype=torch.float64, requires_grad=True)
    for y in (0.0, 1.0):
        loss = LinkedLoss("bernoulli", link, {})(eta, torch.full((1, 2), y, dtype=torch.float64))
        assert loss.isfinite().all()
        (gradient,) = torch.autograd.grad(loss.sum(), eta)
        assert gradient.isfinite().all()


@pytest.mark.parametrize(
    ("likelihood", "link", "where"),
    [("poisson", "identity", -0.5), ("gamma", "inverse", -2.0), ("bernoulli", "log", 0.3),
     ("bernoulli", "identity", 1.2)],
)  # fmt: skip
def test_where_there_is_no_mean_it_leads_back(likelihood, link, where):
    least, most = bounds(likelihood, link)
    eta = torch.tensor([[where]], dtype=torch.float64, requires_grad=True)
    loss = LinkedLoss(likelihood, link, ARGUMENTS)(eta, torch.ones(1, 1, dtype=torch.float64))
    assert loss.isfinite().all()
    loss.sum().backward()
    inside = least is None or where > least
    assert (eta.grad > 0).all() if inside else (eta.grad < 0).all()
    assert FLOOR > 0 and (least, most) != (None, None)


def test_how_near_is_a_share_of_what_is_usual():
    near = torch.tensor([[0.5]], dtype=torch.float64, requires_grad=True)
    loss = LinkedLoss("poisson", "identity", {}, usual=100.0)  # 1 is the least
    loss(near, torch.zeros(1, 1, dtype=torch.float64)).sum().backward()
    np.testing.assert_allclose(near.grad.numpy(), [[-0.5]])
    assert bounds("bernoulli", "identity", 0.1) == (0.1, 0.9)
    assert bounds("bernoulli", "log", 0.1) == (None, -0.1)
    assert bounds("bernoulli", "probit", 0.1) == (None, None)
    assert bounds("gamma", "log", 0.1) == bounds("normal", "inverse", 0.1) == (None, None)


def test_counts_may_have_torchs_other_terms():
    mean = torch.tensor([[0.5, 2.0, 4.0]], dtype=torch.float64)
    y = torch.tensor([[0.0, 1.0, 5.0]], dtype=torch.float64)
    for args in ({"full": True}, {"eps": 0.1}, {"full": True, "eps": 1e-3}):
        ours = LinkedLoss("poisson", "identity", args)(mean, y)
        given = {"full": False, "eps": 0.0, **args}
        torchs = torch.nn.functional.poisson_nll_loss(
            mean, y, log_input=False, reduction="none", **given
        )
        torch.testing.assert_close(ours, torchs, rtol=1e-12, atol=1e-14)
