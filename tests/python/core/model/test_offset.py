import pytest
import torch

from nnfit.core.model.offset import OFFSETS
from nnfit.core.options.families import families
from support import output_for, through


@pytest.mark.parametrize("loss", families(), ids=lambda loss: loss.name)
def test_it_is_what_an_offset_before_the_last_activation_gives(loss):
    raw = output_for(loss)
    offset = 2 * torch.randn_like(raw)
    found = OFFSETS[loss.output](through(loss, raw), offset)
    torch.testing.assert_close(found, through(loss, raw + offset), rtol=1e-12, atol=1e-14)


def test_a_probability_of_0_or_1_has_a_gradient():
    p = torch.tensor([[0.0], [1.0]], requires_grad=True)
    shifted = OFFSETS["sigmoid"](p, torch.tensor([[3.0], [-3.0]]))
    shifted.sum().backward()
    assert shifted.tolist() == [[0.0], [1.0]]
    assert p.grad.isfinite().all()
