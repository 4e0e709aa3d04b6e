import math

import numpy as np
import pytest
import torch

from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.table import Table
from nnfit.core.engines.base import Job, Step, is_broken, value_of
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked


class Recorded(Step):
    def __init__(self, loss):
        self.loss, self.updates = loss, 0

    def gradient(self, batch):
        return self.loss

    def update(self):
        self.updates += 1


@pytest.mark.parametrize(
    ("loss", "updates"), [(1.0, 1), (math.nan, 0), (math.inf, 0), (np.array([1.0, math.nan]), 1)]
)
def test_a_step_updates_where_the_loss_is_a_number(loss, updates):
    step = Recorded(loss)
    assert step(None) is loss
    assert step.updates == updates


def test_a_loss_is_fetched_from_the_cpu():
    assert value_of(torch.tensor(2.0)) == 2.0
    assert isinstance(value_of(torch.tensor(2.0)), float)
    assert value_of(torch.tensor(2.0, device="meta")).device.type == "meta"
    assert is_broken(math.inf)
    assert not is_broken(torch.tensor(math.inf))  # would have to be fetched


def job_of(**options):
    spec = Asked.of({"loss": "mse", **options}).resolved(1, 2)
    table = Table(np.arange(4.0)[:, None], np.arange(8.0).reshape(4, 2) ** 2)
    return Job(networks.build(spec), spec, ArraySource(table, spec))


def test_a_job_measures_its_rows_once():
    job = job_of()
    assert job.scaling is job.scaling
    loss = job.loss(job.rows)
    assert loss.factor == pytest.approx(job.scaling.y_scale**2)
    assert job_of(scale=False).loss(job.rows).factor == 1.0


def test_the_terms_of_a_sum_are_counted():
    assert job_of().terms == 1.0
    assert job_of(reduction="sum").terms == 8.0


def test_a_loss_goes_with_the_dtype_of_its_rows():
    spec = Asked.of({"loss": ("cross_entropy", {"weight": [1.0, 2.0]}), "hidden_units": 2})
    spec = spec.resolved(1, 2)
    table = Table(np.arange(4.0)[:, None], np.array([0, 1, 1, 0]))
    job = Job(networks.build(spec), spec, ArraySource(table, spec), dtype=torch.float64)
    assert job.loss(job.rows).criterion.weight.dtype == torch.float64
    assert job.loss(job.rows).dtype == torch.float32
