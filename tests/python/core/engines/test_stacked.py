import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core.data import scaling
from nnfit.core.data.table import Table
from nnfit.core.engines.fused.kernels import Unfused
from nnfit.core.engines.stacked import Rows, Stack
from nnfit.core.ground.seed import seeded
from nnfit.core.model import network as models
from nnfit.core.options.asked import Asked

TABLE = Table(np.arange(12.0).reshape(6, 2), np.arange(6.0)[:, None])
NET = {"hidden_units": 3, "loss": "mse", "optimizer": "adam", "device": "cpu"}


def spec_of(**options):
    return Asked.of({**NET, **options}).resolved(2, 1)


def stack_of(model=None, scales=(None, None), **options):
    return Stack(model, spec_of(**options), [1, 2], scales, Rows(TABLE, None))


def test_initial_values_are_those_of_a_model_built_under_the_seed():
    states = stack_of().states(stack_of().value)
    for seed, state in zip((1, 2), states):
        with seeded(seed, torch.device("cpu")):
            expected = models.state(models.build(spec_of()))
        assert list(state) == list(expected)
        for name, values in expected.items():
            np.testing.assert_array_equal(state[name], values)


def test_a_module_of_ones_own_brings_its_values():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    stack = stack_of(model)
    for state in stack.states(stack.value):
        np.testing.assert_array_equal(state["0.weight"], model[0].weight.detach())
    stack.losses()
    stack.step(1)
    assert not np.array_equal(stack.states(stack.value)[0]["0.weight"], model[0].weight.detach())


def test_losses_are_each_replicas_own():
    losses = stack_of().losses()
    assert [loss.shape for loss in losses] == [(2,)]
    assert losses[0][0] != losses[0][1]


def scales(*y_scales):
    scale = scaling.measure(TABLE.x, TABLE.y, 1)
    return [scale._replace(y_scale=y_scale) for y_scale in y_scales]


def test_factors_lead_back_to_the_users_units():
    np.testing.assert_array_equal(stack_of(scales=scales(2.0, 3.0)).factors, [4.0, 9.0])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"engine": "autograd"}, "autograd"),
        ({"batch_size": 3}, "batches"),
        ({"dropout": 0.5}, "dropout"),
        ({"optimizer": "lbfgs"}, "lbfgs"),
        ({"activation": "celu"}, "CELU"),
        ({"loss": "soft_margin"}, "SoftMarginLoss"),
    ],
)
def test_what_can_not_stand_side_by_side(options, reason):
    with pytest.raises(Unfused, match=reason):
        stack_of(**options)


def test_a_width_that_is_scaled_differently():
    stack_of(scales=scales(2.0, 2.0), loss="huber")
    with pytest.raises(Unfused, match="width"):
        stack_of(scales=scales(2.0, 3.0), loss="huber")
