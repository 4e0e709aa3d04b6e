import copy

import torch
from torch import nn

from nnfit.core.engines.flat import Flat


def test_an_adopted_module_works_on_the_vector():
    module = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1))
    before = copy.deepcopy(module.state_dict())
    flat = Flat.adopt(module)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    flat.value.fill_(7)
    assert all((parameter == 7).all() for parameter in module.parameters())


def test_parameters_are_aligned_and_apart():
    flat = Flat([(5, 3), (5,), (1, 5), (1,)])
    views = flat.views(flat.value)
    assert [tuple(view.shape) for view in views] == flat.shapes
    assert all((view.data_ptr() - flat.value.data_ptr()) % 64 == 0 for view in views)
    for number, view in enumerate(views):
        view += number + 1
    assert flat.value.sum() == 15 + 10 + 15 + 4


def test_replicas_lie_side_by_side():
    flat = Flat([(2, 3), (2,)], lead=(4,), dtype=torch.float64)
    weight, bias = flat.views(flat.value)
    assert (weight.shape, bias.shape) == ((4, 2, 3), (4, 2))
    weight[1].fill_(1)
    assert flat.value.sum(1).tolist() == [0, 6, 0, 0]


def test_weights_are_told_from_biases():
    flat = Flat([(2, 3), (2,)], lead=(4,))
    weight, bias = flat.views(flat.on_weights(0.5, elsewhere=1.0))
    assert (weight == 0.5).all()
    assert (bias == 1).all()
