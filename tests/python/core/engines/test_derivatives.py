import numpy as np
import pytest
import torch
from torch.nn import functional

from nnfit.core.data.table import Table
from nnfit.core.engines.derivatives import columns, counted, derivatives, output_of, scores
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked
from nnfit.core.repeats.replicas import job_of


def job_for(loss, x, y, weights=None, levels=None, **options):
    table = Table(x, y, weights)
    asked = Asked.of({"loss": loss, "scale": False, **options})
    spec = networks.resolve(None, table, asked.with_outcome(levels, False))
    return job_of(networks.make(None, table, spec), spec, table, None)


def both(job, loss_of):
    """Give slope and curvature as computed, and as autograd has them."""
    (batch,) = job.chunks()
    x = columns(counted(batch), job)
    layer = next(part for part in job.network.modules() if hasattr(part, "weight"))
    values = torch.column_stack([layer.weight, layer.bias]).detach().double()

    def total(values):
        return loss_of(x @ values.reshape(len(layer.weight), -1).T, counted(batch))

    flat = values.ravel()
    slope = torch.autograd.functional.jacobian(total, flat)
    curvature = torch.autograd.functional.hessian(total, flat)
    return derivatives(counted(batch), job), (-slope.reshape(-1, 1), curvature)


def assert_same(pair):
    for ours, theirs in zip(*pair):
        torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("loss", ["bce_with_logits", "bce"])
def test_log_odds(loss, rng):
    x, y = rng.standard_normal((30, 2)), rng.integers(0, 2, (30, 2)).astype(float)

    def loss_of(output, batch):
        losses = functional.binary_cross_entropy_with_logits(output, batch.y, reduction="none")
        return (losses * (1 if batch.weights is None else batch.weights.reshape(-1, 1))).sum()

    assert_same(both(job_for(loss, x, y), loss_of))
    weights = rng.integers(0, 3, 30).astype(float)
    assert_same(both(job_for(loss, x, y, weights), loss_of))


@pytest.mark.parametrize("loss", ["cross_entropy", "nll"])
def test_scores_of_classes(loss, rng):
    x, y = rng.standard_normal((30, 2)), rng.integers(0, 3, 30)

    def loss_of(output, batch):
        return functional.cross_entropy(output, batch.y, reduction="sum")

    assert_same(both(job_for(loss, x, y, levels=("a", "b", "c")), loss_of))


def test_rows_of_no_weight_are_left_out(rng):
    x, y = rng.standard_normal((4, 1)), np.ones((4, 1))
    (batch,) = job_for("mse", x, y, np.array([1.0, 0.0, 2.0, 0.0])).chunks()
    assert len(counted(batch).x) == 2
    (batch,) = job_for("mse", x, y).chunks()
    assert counted(batch) is batch


def test_without_an_intercept_there_is_no_column_of_ones(rng):
    x, y = rng.standard_normal((4, 2)), np.ones((4, 1))
    job = job_for("mse", x, y, bias=False)
    (batch,) = job.chunks()
    assert columns(batch, job).shape == (4, 2)
    assert columns(batch, job_for("mse", x, y)).shape == (4, 3)


def test_an_offset_is_in_the_output(rng):
    x, y = rng.standard_normal((4, 1)), np.ones((4, 1))
    job = job_for("bce", x, y)
    (batch,) = job.chunks()
    plain = scores(batch, job)
    moved = scores(batch._replace(offset=torch.full((4, 1), 2.0, dtype=torch.float64)), job)
    torch.testing.assert_close(moved, plain + 2)
    assert (output_of(batch, job) <= 1).all()
