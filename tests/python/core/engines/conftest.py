"""A small network and its rows, whole and cut into chunks."""

import pytest
import torch
from torch import nn

from nnfit.core.data.table import Batch
from nnfit.core.engines.chunks import ChunkShare
from nnfit.core.engines.gradients import ChunkGradient, Gradient
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named


@pytest.fixture(params=["mean", "sum"])
def spec(request):
    return Asked(
        loss=Named("huber", {}), reduction=request.param, dtype="float64", device="cpu"
    ).resolved(1, 1)


@pytest.fixture
def setting():
    """Make a network and 30 rows, the same each time."""

    def make(weighted):
        torch.manual_seed(1)
        network = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
        x, y = torch.randn(30, 2).double(), torch.randn(30, 1).double()
        return network, Batch(x, y, torch.rand(30).double() if weighted else None)

    return make


@pytest.fixture
def cut():
    """Cut a batch of 30 rows into chunks."""

    def chunks(batch, sizes=(5, 1, 24)):
        columns = [[None] * len(sizes) if c is None else c.split(list(sizes)) for c in batch]
        return [Batch(*part) for part in zip(*columns)]

    return chunks


@pytest.fixture
def share_of(spec):
    """Give what a chunk of the 30 rows counts."""

    def share(batch):
        mass = 30.0 if batch.weights is None else float(batch.weights.sum())
        return ChunkShare(mass if spec.reduction == "mean" else None)

    return share


@pytest.fixture
def gradients(spec, share_of):
    """Make the gradient of all rows at once, or of their chunks."""

    def make(network, batch, penalty=None, streamed=False):
        loss = Loss(spec, 1.0, batch.weights is not None)
        if streamed:
            return ChunkGradient(network, loss, penalty, share_of(batch))
        return Gradient(network, loss, penalty)

    return make
