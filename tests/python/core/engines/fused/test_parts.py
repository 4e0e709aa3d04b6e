import pytest
import torch
from torch import nn

from nnfit.core.data.table import Batch
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused import parts
from nnfit.core.engines.fused.network import Program
from nnfit.core.engines.fused.parts import PartedProgram, program_of
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked


def loss_for(reduction="mean", weighted=False, **options):
    asked = Asked.of({"loss": "mse", "reduction": reduction, "dtype": "float64", **options})
    return Loss(asked.resolved(3, 2), 1.5, weighted=weighted)


def network(*more):
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), *more, nn.Linear(5, 2)).double()


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(parts, "PART", 20)


@pytest.mark.parametrize("offset", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_parts_have_the_loss_and_the_gradient_of_all_rows(reduction, offset):
    x, y = torch.randn(14, 3).double(), torch.randn(14, 2).double()
    batch = Batch(x, y, None, torch.randn(14, 2).double() if offset else None)
    made, loss = network(), loss_for(reduction)
    layers, flat = list(made), Flat.adopt(made)
    found = []
    for program in (Program(layers, flat, loss, batch), program_of(layers, flat, loss, batch)):
        flat.grad.fill_(7.0)
        for _ in range(2):  # nothing is left of the time before
            for op in [*program.forward, *program.backward]:
                op()
        found.append([program.loss.clone(), *(one.clone() for one in flat.views(flat.grad))])
    assert isinstance(program, PartedProgram)
    torch.testing.assert_close(found[1], found[0])


def test_rows_that_count_each_for_itself_and_what_is_drawn_stay_together():
    x, y, weights = (torch.rand(14, *more).double() for more in ((3,), (2,), ()))
    linear = nn.Sequential(nn.Linear(3, 2)).double()

    def program(batch, loss, made=None):
        made = made or network()
        return program_of(list(made), Flat.adopt(made), loss, batch)

    assert isinstance(program(Batch(x, y), loss_for()), PartedProgram)
    assert isinstance(program(Batch(x, y, weights), loss_for(weighted=True)), Program)
    assert isinstance(program(Batch(x, y), loss_for(), network(nn.Dropout(0.5))), Program)
    assert isinstance(program(Batch(x[:4], y[:4]), loss_for()), Program)
    assert isinstance(program(Batch(x, y), loss_for(), linear), Program)
