import pytest
import torch
from thermometer import rows

from nnfit.core.compare import analytic, autograd
from nnfit.core.compare.track import Track

START = torch.tensor([1.0, 0.0], dtype=torch.float64)


def test_its_steps_are_those_of_the_gradient_by_hand():
    _, problem = rows().seen(0.1)
    tracks = [Track(200), Track(200)]
    for method, track in zip((autograd, analytic), tracks):
        method.descend(problem, START, 1e-2, track)
    assert tracks[0].losses == pytest.approx(tracks[1].losses, rel=1e-12)
    torch.testing.assert_close(tracks[0].params, tracks[1].params)


def test_the_first_parameters_are_left_alone():
    _, problem = rows().seen(0.1)
    autograd.descend(problem, START, 1e-2, Track(3))
    assert START.tolist() == [1, 0]
    assert not START.requires_grad
