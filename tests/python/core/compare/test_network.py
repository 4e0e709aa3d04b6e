import numpy as np
import pytest
import torch
from thermometer import rows

from nnfit.core.compare import network
from nnfit.core.compare.track import Track


@pytest.mark.parametrize(
    ("family", "link"), [("gaussian", "identity"), ("binomial", "logit"), ("Gamma", "log")]
)
def test_it_comes_below_the_straight_line(family, link):
    y = np.arange(11) % 3 > 0 if family == "binomial" else abs(rows().y) + 1
    made = rows(y=y.astype(float), family=family, link=link)
    _, problem = made.seen(True)
    net = network.build(problem, 1, 8, seed=1)
    track = Track(1500)
    network.descend(problem, net, 0.01, track)
    at = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    line = torch.optim.LBFGS([at], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        line.zero_grad()
        loss = problem.value(at)
        loss.backward()
        return loss

    line.step(closure)
    assert track.losses[-1] < float(problem.value(at.detach()))


def test_a_seed_makes_it_the_same_and_leaves_torchs_generator():
    _, problem = rows().seen(True)
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first, again, other = (network.build(problem, 1, 4, seed) for seed in (1, 1, 2))
    assert torch.equal(first.hidden.weight, again.hidden.weight)
    assert not torch.equal(first.hidden.weight, other.hidden.weight)
    assert torch.equal(torch.rand(1), expected)
