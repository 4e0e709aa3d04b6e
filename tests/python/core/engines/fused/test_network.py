import pytest
import torch
from torch import nn

from nnfit.core.data.table import Batch
from nnfit.core.engines.base import DoesNotApply
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused.network import Program, check_model
from nnfit.core.model.branches import Residual, Skip, chained
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked

X = torch.ones(2, 3)


def deep():
    return nn.Sequential(
        nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4, bias=False), nn.SiLU(), nn.Identity(),
        nn.Sequential(nn.Linear(4, 4), nn.Sigmoid(), nn.ReLU()), nn.Linear(4, 2),
    ).double()  # fmt: skip


def branched(**norm):
    """A network in which values go two ways, two of them from the rows, one from a residual."""
    return chained({
        "0": nn.Linear(3, 3), "1": nn.LayerNorm(3, **norm), "2": nn.ReLU(), "3": Residual(0),
        "4": nn.Linear(3, 4), "5": nn.SiLU(),
        "6": nn.Linear(4, 4, bias=False), "7": nn.LayerNorm(4, **norm), "8": nn.Tanh(),
        "9": Residual(6),
        "10": nn.Linear(4, 4), "11": nn.Identity(), "12": Residual(10),
        "13": nn.Linear(4, 2), "skip": Skip(3, 2, bias=False), "14": nn.Sigmoid(),
    }).double()  # fmt: skip


NETWORKS = [
    deep, branched, lambda: branched(bias=False), lambda: branched(elementwise_affine=False),
]  # fmt: skip


def drawn(network):
    """Draw what is 1 or 0 at first, too."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_()
    return network


def rows(weighted, lead=()):
    x, y = torch.randn((*lead, 7, 3)).double(), torch.randn((*lead, 7, 2)).double()
    return Batch(x, y, torch.rand((*lead, 7)).double() if weighted else None)


def loss_for(reduction, weighted):
    spec = Asked.of({"loss": "mse", "reduction": reduction, "dtype": "float64"})
    return Loss(spec.resolved(3, 2), weighted=weighted)


def run(program):
    for op in program.forward + program.backward:
        op()


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradients_are_autograds(network, reduction, weighted):
    model, batch, loss = drawn(network()), rows(weighted), loss_for(reduction, weighted)
    expected = loss(model(batch.x), batch.y, batch.weights)
    expected.backward()
    grads = [parameter.grad for parameter in model.parameters()]
    layers, flat = check_model(model, 2, torch.device("cpu")), Flat.adopt(model)
    program = Program(layers, flat, loss, batch)
    run(program)
    assert program.loss.item() == pytest.approx(expected.item(), rel=1e-14)
    for grad, ours in zip(grads, flat.views(flat.grad)):
        torch.testing.assert_close(ours, grad, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_weights_that_stay_are_looked_at_once(reduction):
    model, batch, loss = deep(), rows(True), loss_for(reduction, True)
    layers, flat = check_model(model, 2, torch.device("cpu")), Flat.adopt(model)
    always, once = (Program(layers, flat, loss, batch, fixed=fixed) for fixed in (False, True))
    assert len(once.forward) < len(always.forward)
    run(always)
    expected = flat.grad.clone()
    run(once)
    torch.testing.assert_close(flat.grad, expected, rtol=0, atol=0)
    assert once.loss == always.loss


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_replicas_at_once_are_each_by_itself(network, reduction, weighted):
    model, batch, loss = network(), rows(weighted, (4,)), loss_for(reduction, weighted)
    layers, one = check_model(model, 2, torch.device("cpu")), Flat.adopt(model)
    many = Flat(one.shapes, (4,), torch.float64)
    for view in many.views(many.value):
        view.normal_()
    together = Program(layers, many, loss, batch)
    run(together)
    for r in range(4):
        one.value.copy_(many.value[r])
        alone = Program(layers, one, loss, Batch(*(c if c is None else c[r] for c in batch)))
        run(alone)
        torch.testing.assert_close(together.loss[r], alone.loss, rtol=1e-13, atol=0)
        torch.testing.assert_close(many.grad[r], one.grad, rtol=1e-12, atol=1e-14)


def test_dropout_draws_what_torch_draws():
    model = nn.Sequential(nn.Linear(3, 50), nn.ReLU(), nn.Dropout(0.3), nn.Linear(50, 2)).double()
    batch, loss = rows(False), loss_for("mean", False)
    torch.manual_seed(3)
    expected = loss(model(batch.x), batch.y)
    expected.backward()
    grad = model[0].weight.grad
    layers, flat = check_model(model, 2, torch.device("cpu")), Flat.adopt(model)
    torch.manual_seed(3)
    program = Program(layers, flat, loss, batch)
    run(program)
    assert program.loss.item() == expected.item()
    torch.testing.assert_close(flat.views(flat.grad)[0], grad, rtol=1e-13, atol=0)
    quiet = Program(layers, flat, loss, batch, training=False)
    run(quiet)
    assert quiet.loss.item() == loss(model.eval()(batch.x), batch.y).item()


def hooked():
    model = nn.Linear(3, 1)
    model.register_forward_hook(lambda *_: None)
    return model


def shared():
    layer = nn.Linear(3, 3)
    return nn.Sequential(layer, nn.Tanh(), layer)


def tied(name):
    model = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3))
    setattr(model[2], name, getattr(model[0], name))
    return model


def frozen():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 1))
    model[0].requires_grad_(False)
    return model


class Subclass(nn.Linear):
    pass


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (hooked(), "hooks"),
        (shared(), "shared or not trained"),
        (tied("weight"), "shared or not trained"),
        (tied("bias"), "shared or not trained"),
        (frozen(), "shared or not trained"),
        (Subclass(3, 1), "Subclass is not among its layers"),
        (nn.Sequential(nn.Linear(3, 2), nn.Softmax(1)), "Softmax is not among its layers"),
        (nn.Sequential(nn.ReLU(), nn.Linear(3, 1)), "does not begin with a Linear layer"),
    ],
)
def test_what_cannot_be_fused_says_why(model, reason):
    with pytest.raises(DoesNotApply, match=reason):
        check_model(model, 2, torch.device("cpu"))


def test_data_of_more_dimensions_cannot_be_fused():
    with pytest.raises(DoesNotApply, match="rows and columns"):
        check_model(nn.Linear(3, 1), 3, torch.device("cpu"))


def test_values_of_hidden_units_of_replicas_lie_unit_by_unit_but_where_rows_are_normalised():
    def values_of(network, lead):
        flat = Flat.adopt(network) if not lead else Flat(Flat.adopt(network).shapes, lead)
        program = Program(check_model(network, 2, torch.device("cpu")), flat,
                          loss_for("mean", False), rows(False, lead))  # fmt: skip
        return program.apart

    assert len(values_of(deep(), (2,))) == 3
    assert not values_of(deep(), ()) and not values_of(branched(), (2,))
