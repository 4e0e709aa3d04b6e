import pytest
import torch
from torch import nn

from nnfit.core.data.table import Batch
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused.jacobian import Residuals
from nnfit.core.engines.fused.network import Program, call, check_model
from nnfit.core.model.branches import Residual, Skip, chained
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked


def made(
    n_outputs=2, weighted=False, reduction="mean", activation=nn.Tanh, bias=True, branches=False
):
    torch.manual_seed(3)
    network = nn.Sequential(
        nn.Linear(3, 5, bias=bias), activation(), nn.Linear(5, 4), nn.Sigmoid(),
        nn.Linear(4, n_outputs, bias=bias),
    ).double()  # fmt: skip
    if branches:
        network = chained({
            "0": nn.Linear(3, 3), "1": nn.LayerNorm(3), "2": nn.Tanh(), "3": Residual(0),
            "4": nn.Linear(3, 3), "5": nn.SiLU(), "6": Residual(4),
            "7": nn.Linear(3, n_outputs), "skip": Skip(3, n_outputs, bias=False),
        }).double()  # fmt: skip
    batch = Batch(
        torch.randn(7, 3).double(), torch.randn(7, n_outputs).double(),
        torch.rand(7).double() if weighted else None,
    )  # fmt: skip
    spec = Asked.of({"loss": "mse", "reduction": reduction, "dtype": "float64"}).resolved(1, 1)
    return network, Loss(spec, weighted=weighted), batch


CASES = [
    {}, {"n_outputs": 1}, {"weighted": True}, {"weighted": True, "reduction": "sum"},
    {"reduction": "sum"}, {"activation": nn.ReLU}, {"activation": nn.GELU}, {"bias": False},
    {"branches": True}, {"branches": True, "weighted": True, "n_outputs": 1},
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_loss_is_the_sum_of_squared_residuals(case):
    network, loss, batch = made(**case)
    expected = loss(network(batch.x), batch.y, batch.weights).detach()
    layers = check_model(network, 2, torch.device("cpu"))
    residuals = Residuals(layers, Flat.adopt(network), loss, batch)
    call(residuals.forward)
    torch.testing.assert_close(residuals.loss, expected)
    torch.testing.assert_close(residuals.values @ residuals.values, expected)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_jacobian_is_autograds(case):
    network, loss, batch = made(**case)
    names = [name for name, _ in network.named_parameters()]

    def residuals_at(*values):
        output = torch.func.functional_call(network, dict(zip(names, values)), batch.x)
        weights = torch.ones(len(batch.x)) if batch.weights is None else batch.weights
        share = weights / (weights.sum() * batch.y.shape[1]) if loss.mean else weights
        return ((output - batch.y) * share.sqrt()[:, None]).flatten()

    parts = torch.autograd.functional.jacobian(
        residuals_at, tuple(p.detach().clone() for p in network.parameters())
    )
    flat = Flat.adopt(network)
    residuals = Residuals(check_model(network, 2, torch.device("cpu")), flat, loss, batch)
    call(residuals.forward)
    call(residuals.backward)
    for place, part in zip(flat.views(residuals.jacobian), parts):
        torch.testing.assert_close(place, part)


def test_what_the_gradient_is_made_of_is_the_gradient():
    network, loss, batch = made(weighted=True)
    flat = Flat.adopt(network)
    layers = check_model(network, 2, torch.device("cpu"))
    residuals, program = (kind(layers, flat, loss, batch) for kind in (Residuals, Program))
    for one in (residuals, program):
        call(one.forward)
        call(one.backward)
    torch.testing.assert_close(2 * residuals.values @ residuals.jacobian, flat.grad)
