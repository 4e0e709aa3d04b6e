import torch
from torch import nn

from nnfit.core.model.members import Average, MemberLinear


def drawn(*sizes, bias=True):
    layer = MemberLinear(*sizes, bias=bias)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(1))
    return layer


def alone(layer, member):
    outputs, inputs = layer.weight.shape[1:]
    one = nn.Linear(inputs, outputs, bias=layer.bias is not None)
    with torch.no_grad():
        one.weight.copy_(layer.weight[member])
        if layer.bias is not None:
            one.bias.copy_(layer.bias[member])
    return one


def test_each_member_is_a_linear_layer_of_its_own():
    x = torch.randn(5, 3)
    for bias in (True, False):
        layer = drawn(4, 3, 2, bias=bias)
        out = layer(x)
        assert out.shape == (4, 5, 2)
        for member in range(4):
            torch.testing.assert_close(out[member], alone(layer, member)(x))


def test_a_second_layer_takes_each_members_own():
    x = torch.randn(4, 5, 3)
    layer = drawn(4, 3, 2)
    for member in range(4):
        torch.testing.assert_close(layer(x)[member], alone(layer, member)(x[member]))


def test_the_average_is_over_members():
    x = torch.randn(4, 5, 2)
    torch.testing.assert_close(Average()(x), (x[0] + x[1] + x[2] + x[3]) / 4)


def test_it_says_its_sizes():
    assert repr(MemberLinear(10, 3, 2)) == (
        "MemberLinear(members=10, in_features=3, out_features=2, bias=True)"
    )
    assert repr(MemberLinear(10, 3, 2, bias=False)).endswith("bias=False)")
