from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core.data.table import Batch
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.shared import Exchange, SharedProgram, _added
from support import as_threads

SHARES = [(5, 1, 24), (0, 30, 0), (29, 0, 1), (10, 10, 10)]


def network():
    torch.manual_seed(1)
    return nn.Linear(2, 1).double()


def rows(weighted):
    torch.manual_seed(2)
    x, y = torch.randn(30, 2).double(), torch.randn(30, 1).double()
    return Batch(x, y, torch.rand(30).double() if weighted else None)


def loss_of(model, batch, mean):
    squares = torch.square(model(batch.x) - batch.y)[:, 0]
    weights = torch.ones(len(squares)).double() if batch.weights is None else batch.weights
    total = (weights * squares).sum()
    return total / weights.sum() if mean else total


class Own:
    """What a process does on its own rows: loss and gradient."""

    def __init__(self, model, batch, flat, mean):
        self.loss = torch.zeros((), dtype=torch.float64)
        self.args, self.flat = (model, batch, mean), flat
        self.forward, self.backward = [self.run], []

    def run(self):
        model = self.args[0]
        with torch.enable_grad():
            loss = loss_of(*self.args)
            grads = torch.autograd.grad(loss, list(model.parameters()))
        self.loss.copy_(loss.detach())
        for place, grad in zip(self.flat.views(self.flat.grad), grads):
            place.copy_(grad)


@pytest.mark.parametrize("mean", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("shares", SHARES)
def test_gradients_of_shares_are_that_of_the_batch(mean, weighted, shares):
    whole, batch = network(), rows(weighted)
    expected = loss_of(whole, batch, mean)
    expected.backward()
    gradient = torch.cat([one.grad.flatten() for one in whole.parameters()]).numpy()
    edges = np.cumsum([0, *shares])

    def work(processes):
        model = models[processes.rank]
        part = slice(edges[processes.rank], edges[processes.rank + 1])
        own = Batch(*(None if column is None else column[part] for column in batch))
        job = SimpleNamespace(
            rows=SimpleNamespace(processes=processes),
            spec=SimpleNamespace(reduction="mean" if mean else "sum"),
        )
        flat = Flat.adopt(model)
        exchange = Exchange(job, flat)
        made = Own(model, own, flat, mean) if len(own.x) else None
        program = SharedProgram(made, own, exchange)
        for _ in range(2):  # again from what is left of the first
            for op in [*program.forward, *program.backward]:
                op()
        found = torch.cat([one.flatten() for one in flat.views(flat.grad)]).numpy()
        return float(program.loss), found, exchange.mass_of_all(own)

    models = [network() for _ in shares]
    for loss, found, mass in as_threads(len(shares), work):
        assert loss == pytest.approx(expected.item(), rel=1e-12)
        np.testing.assert_allclose(found, gradient, rtol=1e-12, atol=1e-14)
        count = 30 if batch.weights is None else float(batch.weights.sum())
        assert mass == pytest.approx(count, rel=1e-12)


def test_of_parts_of_gradients_the_mean_is_made_in_place():
    def work(processes):
        part = torch.full((3,), float(processes.rank))
        bucket = SimpleNamespace(buffer=lambda: part)
        return _added(processes, bucket).wait().tolist(), part.tolist()

    assert as_threads(3, work) == [([1.0] * 3, [1.0] * 3)] * 3
