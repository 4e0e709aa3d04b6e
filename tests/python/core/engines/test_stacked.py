import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError
from nnfit.core.data import scaling
from nnfit.core.data.table import Table
from nnfit.core.engines.base import DoesNotApply
from nnfit.core.engines.choose import choose_together
from nnfit.core.engines.stacked import Group, SharedRows, Stack, check, make
from nnfit.core.ground.seed import seeded
from nnfit.core.model import network as models
from nnfit.core.model.units import _steps, units_of
from nnfit.core.options.asked import Asked

TABLE = Table(np.arange(12.0).reshape(6, 2), np.arange(6.0)[:, None])
NET = {"hidden_units": 3, "loss": "mse", "optimizer": "adam", "device": "cpu"}


def spec_of(**options):
    return Asked.of({**NET, **options}).resolved(2, 1)


def group_of(model=None, scales=(None, None), seeds=(1, 2), **options):
    return Group(model, spec_of(**options), seeds, scales, SharedRows(TABLE, None))


def stack_of(model=None, scales=(None, None), **options):
    return Stack(group_of(model, scales, **options))


def test_initial_values_are_those_of_a_model_built_under_the_seed():
    states = stack_of().states()
    for seed, state in zip((1, 2), states):
        with seeded(seed, torch.device("cpu")):
            expected = models.state(models.build(spec_of()))
        assert list(state) == list(expected)
        for name, values in expected.items():
            np.testing.assert_array_equal(state[name], values)


def test_a_module_of_ones_own_brings_its_values():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    engine, stack, _ = make(group_of(model))
    for state in stack.states():
        np.testing.assert_array_equal(state["0.weight"], model[0].weight.detach())
    engine.step(engine.batches.rows)
    assert not np.array_equal(stack.states()[0]["0.weight"], model[0].weight.detach())


def test_losses_are_each_replicas_own():
    engine = make(group_of()).engine
    losses = engine.step(engine.batches.rows)
    assert losses.shape == (2,)
    assert losses[0] != losses[1]


def test_a_replica_whose_loss_is_not_finite_stays_where_it_is():
    engine, stack, _ = make(group_of(optimizer="sgd"))
    before = stack.value.clone()
    stack.value[0] = float("nan")
    spoiled = stack.value.clone()
    engine.step(engine.batches.rows)
    torch.testing.assert_close(stack.value[0], spoiled[0], equal_nan=True)
    assert not torch.equal(stack.value[1], before[1])


def test_all_rows_of_all_replicas_are_one_step():
    batches = make(group_of()).engine.batches
    assert batches.size is None
    assert batches.rows.x.shape == (2, 6, 2)


def scales(*y_scales):
    scale = scaling.measure(TABLE.x, TABLE.y, 1)
    return [scale._replace(y_scale=y_scale) for y_scale in y_scales]


def test_factors_lead_back_to_the_users_units():
    np.testing.assert_array_equal(stack_of(scales=scales(2.0, 3.0)).factors, [4.0, 9.0])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"dropout": 0.5}, "dropout"),
        ({"optimizer": "lbfgs"}, "lbfgs"),
        ({"activation": "celu"}, "CELU"),
        ({"loss": "soft_margin"}, "SoftMarginLoss"),
    ],
)
def test_what_can_not_stand_side_by_side(options, reason):
    with pytest.raises(DoesNotApply, match=reason):
        make(group_of(**options))
    assert choose_together(group_of(**options)) is None
    with pytest.raises(NNFitError, match=f'"stacked" does not apply: .*{reason}'):
        choose_together(group_of(engine="stacked", **options))


def test_batches_and_single_fits_are_refused_before_anything_is_made():
    with pytest.raises(DoesNotApply, match="batches"):
        check(group_of(batch_size=3))
    with pytest.raises(DoesNotApply, match="several fits at once"):
        check(group_of(seeds=(1,), scales=(None,)))


@pytest.mark.parametrize(
    ("engine", "name"),
    [("auto", "stacked"), ("stacked", "stacked"), ("fused", "stacked"), ("autograd", None)],
)
def test_it_is_taken_where_it_is_asked_for_or_nothing_else_is(engine, name):
    made = choose_together(group_of(engine=engine))
    assert (made and made.engine.name) == name


def test_a_width_that_is_scaled_differently():
    stack_of(scales=scales(2.0, 2.0), loss="huber")
    with pytest.raises(DoesNotApply, match="width"):
        stack_of(scales=scales(2.0, 3.0), loss="huber")


def test_each_replica_is_looked_at_with_its_own_norm_and_branches():
    x = np.random.default_rng(1).standard_normal((12, 2))
    options = {"loss": "mse", "hidden_units": [2, 3], "norm": ["identity", "layer_norm"]}
    spec = Asked.of({**options, "skip": True, "residual": True}).resolved(2, 1)
    rows = SharedRows(Table(x, x[:, :1]), None)
    stack = Stack(Group(None, spec, [1, 2], [None] * 2, rows))
    for view in stack.flat.values:
        view.normal_()
    batch = stack.batch(rows)
    for replica, state in enumerate(stack.states()):
        network = models.rebuild(spec, state)
        alone = units_of(list(network), [batch.x[replica]])
        together = units_of(stack.layers, [batch.x], stack._apply())
        for one, all_ in zip(alone, together):
            assert (one.dead == all_.dead[replica]).all()
            assert (one.bent == all_.bent[replica]).all()
        outputs = [values for *_, values in _steps(stack.layers, batch.x, stack._apply())]
        torch.testing.assert_close(outputs[-1][replica], network(batch.x[replica]).detach())


def test_dead_units_with_a_way_past_them_are_not_suspected():
    x = np.linspace(-1, 1, 12)[:, None]
    spec = Asked.of({"loss": "mse", "hidden_units": [2, 2], "residual": True}).resolved(1, 1)
    rows = SharedRows(Table(x, x), None)
    stack = Stack(Group(None, spec, [1, 2, 3], [None] * 3, rows))
    first, first_bias, _, second_bias, last, _ = stack.flat.values
    first.fill_(1.0)
    last.fill_(1.0)
    # nothing dead; the second layer, past which a branch leads; the first one
    first_bias.copy_(torch.tensor([[0.5, 0.0], [0.5, 0.0], [-9.0, -9.0]]))
    second_bias.copy_(torch.tensor([[0.0, 0.0], [-99.0, -99.0], [0.0, 0.0]]))
    assert stack.suspects(stack.batch(rows)).tolist() == [False, False, True]


@pytest.mark.parametrize("weighted", [False, True])
def test_replicas_that_have_learned_nothing_are_suspected(weighted):
    x = np.linspace(-1, 1, 12)[:, None]
    spec = Asked.of({"loss": "mse", "hidden_units": 2}).resolved(1, 1)
    weights = None
    if weighted:  # the third uses only rows above 0, where its second unit is a straight line
        weights = np.ones((3, 12))
        weights[2, :6] = 0
    rows = SharedRows(Table(x, x), weights)
    stack = Stack(Group(None, spec, [1, 2, 3], [None] * 3, rows))
    slope, bias = stack.flat.values[:2]
    slope.fill_(1.0)
    # both dead, one bent, one dead and one bent at 0
    bias.copy_(torch.tensor([[-2.0, -3.0], [2.0, 0.0], [-2.0, 0.0]]))
    assert stack.suspects(stack.batch(rows)).tolist() == [True, False, weighted]


def test_what_replicas_lose_on_rows_held_out_is_that_of_their_parameters_now():
    group = group_of()._replace(held_out=SharedRows(TABLE.take(np.arange(3)), None))
    made = make(group)
    before = made.unseen()
    made.engine.step(made.engine.batches.rows)
    after = made.unseen()
    for replica, state in enumerate(made.stack.states()):
        network = models.load(models.build(spec_of()), state)
        with torch.no_grad():
            missed = network(torch.as_tensor(TABLE.x[:3]).float()).numpy() - TABLE.y[:3]
        assert after[replica] == pytest.approx(np.mean(missed**2), rel=1e-5)
    assert (before != after).all()
    assert make(group_of()).unseen is None
