import pytest
import torch
from torch import nn

from nnfit.core.data.table import Batch
from nnfit.core.engines.base import DoesNotApply
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused.jacobian import Residuals
from nnfit.core.engines.fused.network import Program, check_model, first_of
from nnfit.core.model.embedding import Embeddings
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked
from nnfit.core.options.embed import Embedded

TWO = Embedded("a", 1, ("p", "q", "r", "s"), 3), Embedded("b", 4, ("u", "v"), 2)
CPU = torch.device("cpu")


def model():
    return nn.Sequential(Embeddings(TWO, 5), nn.Linear(8, 4), nn.Tanh(), nn.Linear(4, 2)).double()


def rows(lead=(), n=9):
    x = torch.randn(*lead, n, 5).double()
    x[..., 1], x[..., 4] = torch.randint(4, (*lead, n)), torch.randint(2, (*lead, n))
    return Batch(x, torch.randn(*lead, n, 2).double())


def loss():
    return Loss(Asked.of({"loss": "mse", "dtype": "float64"}).resolved(5, 2))


def run(program):
    for op in program.forward + program.backward:
        op()


def made(network, batch, kind=Program, **more):
    flat = Flat.adopt(network)
    return kind(check_model(network, 2, CPU), flat, loss(), batch, **more), flat


def test_gradients_are_autograds():
    network, batch = model(), rows()
    expected = loss()(network(batch.x), batch.y, None)
    expected.backward()
    grads = [parameter.grad for parameter in network.parameters()]
    program, flat = made(network, batch)
    for _ in range(2):  # what was added up before is not added to
        run(program)
    assert program.loss.item() == pytest.approx(expected.item(), rel=1e-14)
    for grad, ours in zip(grads, flat.views(flat.grad)):
        torch.testing.assert_close(ours, grad, rtol=1e-13, atol=1e-15)


def test_a_batch_that_is_filled_again_is_read_again_unless_it_is_said_to_stay():
    network, batch, other = model(), rows(), rows()
    program, flat = made(network, batch)
    fixed = Program(check_model(network, 2, CPU), flat, loss(), batch, fixed=True)
    run(fixed)
    before = fixed.loss.item()
    batch.x.copy_(other.x)
    batch.y.copy_(other.y)
    run(program)
    expected = loss()(network(other.x), other.y, None).item()
    assert program.loss.item() == pytest.approx(expected, rel=1e-14)
    assert before != pytest.approx(expected, rel=1e-3)
    assert len(fixed.forward) < len(program.forward)


def test_replicas_are_what_each_is_alone():
    networks, batch = [model() for _ in range(3)], rows((3,))
    flats = [Flat.adopt(network) for network in networks]
    flat = Flat(flats[0].shapes, (3,), torch.float64)
    for place, one in zip(flat.value, flats):
        place.copy_(one.value)
    program = Program(check_model(networks[0], 2, CPU), flat, loss(), batch)
    run(program)
    for replica, network in enumerate(networks):
        alone = loss()(network(batch.x[replica]), batch.y[replica], None)
        alone.backward()
        assert program.loss[replica].item() == pytest.approx(alone.item(), rel=1e-14)
        for parameter, ours in zip(network.parameters(), flat.views(flat.grad)):
            torch.testing.assert_close(ours[replica], parameter.grad, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("noticed", [False, True])
def test_validation_answers_new_levels_by_the_mean(noticed):
    network, batch = model(), rows(n=40)
    if noticed:
        network[0].notice([torch.tensor([[0.0, 0, 0, 0, 1], [0.0, 2, 0, 0, 1]])])
    batch.x[0, 1], batch.x[1, 4] = 4, 2
    program, _ = made(network, batch, training=False)
    for op in program.forward:
        op()
    expected = loss()(network.eval()(batch.x), batch.y, None).item()
    assert program.loss.item() == pytest.approx(expected, rel=1e-13)


def test_derivatives_of_each_residual_are_autograds():
    network, batch = model(), rows(n=5)
    program, flat = made(network, batch, Residuals)
    run(program)
    outputs = (network(batch.x) - batch.y).flatten() / 10**0.5
    for residual, derivatives in zip(outputs, program.jacobian):
        network.zero_grad()
        residual.backward(retain_graph=True)
        for parameter, ours in zip(network.parameters(), flat.views(derivatives)):
            torch.testing.assert_close(ours, parameter.grad, rtol=1e-12, atol=1e-14)


def test_where_it_does_not_apply():
    layers = check_model(model(), 2, CPU)
    with pytest.raises(DoesNotApply, match="the first layer is of embedded columns"):
        first_of(layers)
    with pytest.raises(DoesNotApply, match="add up in no fixed order there"):
        check_model(model(), 2, torch.device("cuda"))
