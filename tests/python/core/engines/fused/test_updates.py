import pytest
import torch
from torch import nn

from nnfit.core.engines import optimizers
from nnfit.core.engines.base import DoesNotApply
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused.updates import IN_ONE, UPDATES, Rate, update_of
from nnfit.core.options.asked import Asked
from support import OPTIMIZERS_TESTED

CASES = OPTIMIZERS_TESTED


def spec_of(name, args, momentum=0.0, penalty=0.0):
    options = {"optimizer": (name, args), "momentum": momentum, "penalty": penalty}
    return Asked.of({"loss": "mse", "learn_rate": 0.05, **options}).resolved(3, 2)


@pytest.mark.parametrize("penalty", [0.0, 0.3])
@pytest.mark.parametrize(("name", "args", "momentum"), CASES)
def test_updates_are_torchs(name, args, momentum, penalty):
    spec = spec_of(name, args, momentum, penalty)
    ours, theirs = nn.Linear(3, 2).double(), nn.Linear(3, 2).double()
    theirs.load_state_dict(ours.state_dict())
    optimizer = optimizers.build(spec, theirs)
    flat = Flat.adopt(ours)
    update = update_of(spec, flat)
    for step in range(1, 21):
        for parameter, grad in zip(theirs.parameters(), flat.views(flat.grad)):
            grad.normal_()
            parameter.grad = grad.clone()
        optimizer.step()
        if update.prepare:
            update.prepare(step)
        for op in update.ops:
            op()
    for one, other in zip(ours.parameters(), theirs.parameters()):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14)


def test_the_tests_know_every_update():
    assert {name for name, *_ in CASES} == set(UPDATES)


@pytest.mark.parametrize(("name", "args"), [("rprop", {}), ("sgd", {"maximize": True})])
def test_what_is_not_in_the_table_is_named(name, args):
    with pytest.raises(DoesNotApply, match=f'"{name}" is .*among its optimizers'):
        update_of(spec_of(name, args), Flat([(2, 3)]))


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("moves", [False, True])
def test_what_takes_one_pass_is_the_same_update(moves, amsgrad):
    found = []
    for formula in (UPDATES["adam"], IN_ONE["adam"]):
        torch.manual_seed(1)
        flat = Flat([(3, 2)], dtype=torch.float64)
        rate = Rate(flat, 0.05, moves)
        update = formula(flat, rate, betas=(0.8, 0.99), eps=1e-6, amsgrad=amsgrad)
        for step in range(1, 9):
            if moves:
                rate.set(0.05 / step)
            flat.grad.normal_()
            update.prepare(step)
            for op in update.ops:
                op()
        found.append([flat.value, *update.memory.values()])
    torch.testing.assert_close(found[1], found[0], rtol=1e-12, atol=1e-14)


def test_a_lasso_has_the_operations_that_say_how_far_an_update_moves():
    flat = Flat([(3, 2)])
    assert len(update_of(spec_of("adam", {}), flat).ops) == 1
    spec = Asked.of({"loss": "mse", "optimizer": "adam", "penalty": 0.1, "mixture": 1})
    assert len(update_of(spec.resolved(3, 2), flat).ops) > 6
