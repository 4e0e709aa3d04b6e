import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.penalty import Penalty, curvature, groups, trained_weights
from nnfit.core.model import network as networks
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.options.asked import Asked

LAMBDA = 0.3


def ridge(x, y, strength):
    """Minimise mean((y - a - xb)^2) + strength / 2 * |b|^2 in closed form."""
    xc, yc = x - x.mean(0), y - y.mean()
    n, p = x.shape
    slopes = np.linalg.solve(2 / n * xc.T @ xc + strength * np.eye(p), 2 / n * xc.T @ yc)
    return np.concatenate([[y.mean() - x.mean(0) @ slopes], slopes])


@pytest.fixture
def regression(rng):
    x = rng.standard_normal((40, 3))
    return x, x @ [1.0, -2.0, 0.5] + 3 + 0.1 * rng.standard_normal(40)


@pytest.mark.parametrize(
    ("optimizer", "learn_rate"), [("lbfgs", None), ("sgd", 0.2), ("adam", 0.1), ("rprop", 0.01)]
)
def test_the_penalty_is_ridge_on_weights_but_not_on_the_bias(regression, optimizer, learn_rate):
    x, y = regression
    result = fit(
        x,
        y,
        penalty=LAMBDA,
        optimizer=optimizer,
        learn_rate=learn_rate,
        scale=False,
        epochs=1000,
        seed=1,
    )
    np.testing.assert_allclose(linear_coefficients(result)[0], ridge(x, y, LAMBDA), rtol=1e-5)


def spec_of(**options):
    return Asked.of({"loss": "mse", **options}).resolved(3, 1)


def test_reported_losses_do_not_contain_the_penalty(regression):
    x, y = regression
    for optimizer in ("sgd", "lbfgs"):
        free, bound = (
            fit(x, y, penalty=p, optimizer=optimizer, epochs=1, seed=1)["history"]["train_loss"][0]
            for p in (0.0, 10.0)
        )
        assert free == bound


def test_the_penalty_is_a_term_only_where_torch_has_no_weight_decay():
    network = networks.build(spec_of())
    assert Penalty.of(spec_of(penalty=0.1, optimizer="sgd"), network) is None
    assert Penalty.of(spec_of(penalty=0.0, optimizer="lbfgs"), network) is None
    term = Penalty.of(spec_of(penalty=0.5, optimizer="lbfgs"), network)
    assert term().item() == pytest.approx(0.25 * network[0].weight.square().sum().item())


def test_there_is_no_term_where_there_is_nothing_to_penalise():
    spec = spec_of(penalty=0.5, optimizer="lbfgs")
    assert Penalty.of(spec, torch.nn.LayerNorm(3)) is None


def test_a_penalty_without_biases_makes_no_empty_group():
    spec = spec_of(optimizer="sgd", penalty=0.1, bias=False)
    assert all(group["params"] for group in groups(spec, networks.build(spec)))


def test_it_falls_on_weights_that_are_trained():
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2), torch.nn.Linear(2, 1))
    model[2].weight.requires_grad_(False)
    assert [p.shape for p in trained_weights(model)] == [(2, 3)]


def test_its_curvature_is_the_second_derivative_of_the_term():
    spec = spec_of(penalty=0.5, optimizer="lbfgs")
    network = networks.build(spec)
    term = Penalty.of(spec, network)
    (gradient,) = torch.autograd.grad(term(), [network[0].weight])
    flat = Flat.adopt(network)
    pull = curvature(spec, flat)
    weights, biases = flat.views(pull)
    torch.testing.assert_close(weights * network[0].weight.detach(), gradient)
    assert biases.tolist() == [0.0]
    assert curvature(spec_of(), flat) is None
