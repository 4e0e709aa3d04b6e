import pytest
import torch
from thermometer import rows

from nnfit.core.compare import analytic
from nnfit.core.compare.track import Track

START = torch.tensor([1.0, 0.0])


def test_the_gradient_is_the_documents():
    _, problem = rows().seen(False)
    found = analytic.gradient(problem.to(torch.float32), START)
    torch.testing.assert_close(found, torch.tensor([4517.2969, 82.6000]), rtol=5e-7, atol=0)


def test_5000_epochs_on_tenths_end_where_the_documents_do():
    _, problem = rows().seen(0.1)
    track = Track(5000)
    analytic.descend(problem.to(torch.float32), START, 1e-2, track)
    assert track.params.tolist() == pytest.approx([5.3671, -17.3012], abs=1e-4)
    assert track.losses[0] == pytest.approx(80.364342, rel=1e-6)
    assert track.losses[1:3] == pytest.approx([37.574917, 30.871077], rel=1e-6)
    assert [track.losses[k - 1] for k in (10, 100, 4000, 5000)] == pytest.approx(
        [29.030487, 22.148710, 2.927680, 2.927648], abs=5e-5
    )


@pytest.mark.parametrize(
    ("family", "link"),
    [("binomial", "logit"), ("poisson", "log"), ("poisson", "identity"), ("Gamma", "log")],
)
def test_the_gradient_by_hand_is_autograds(family, link):
    y = rows().y > 9 if family == "binomial" else abs(rows().y) + 1
    _, problem = rows(y=y.astype(float), family=family, link=link).seen(0.01)
    at = torch.tensor([0.2, 1.0], dtype=torch.float64, requires_grad=True)
    (found,) = torch.autograd.grad(problem.value(at), at)
    torch.testing.assert_close(analytic.gradient(problem, at.detach()), found)
