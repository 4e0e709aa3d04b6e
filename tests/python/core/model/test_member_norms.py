import pytest
import torch
from torch import nn

from nnfit.core.model.member_norms import MemberNorm


@pytest.mark.parametrize(
    "one",
    [
        nn.LayerNorm(3, eps=0.1), nn.LayerNorm(3, elementwise_affine=False),
        nn.LayerNorm(3, bias=False), nn.BatchNorm1d(3, eps=0.1), nn.BatchNorm1d(3, affine=False),
    ],
    ids=str,
)  # fmt: skip
def test_each_member_is_a_norm_of_its_own_as_in_evaluation(one):
    norms = MemberNorm(one, 4)
    assert list(norms.state_dict()) == list(one.state_dict())
    with torch.no_grad():
        for value in norms.state_dict().values():
            if value.is_floating_point():
                value.uniform_(0.5, 2.0)
    x = torch.randn(4, 7, 3)
    for member in range(4):
        own = {name: value[member] for name, value in norms.state_dict().items()}
        one.load_state_dict(own)
        torch.testing.assert_close(norms(x)[member], one.eval()(x[member]))


def test_it_says_what_a_single_one_says():
    assert repr(MemberNorm(nn.LayerNorm(3), 2)) == (
        f"MemberNorm({repr(nn.LayerNorm(3))[len('LayerNorm(') : -1]})"
    )
