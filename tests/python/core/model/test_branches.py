import torch
from torch import nn

from nnfit.core.model.branches import MemberSkip, Network, Residual, Skip, chained


def layers():
    torch.manual_seed(1)
    return {
        "0": nn.Linear(2, 2), "1": nn.Tanh(), "2": Residual(0),
        "3": nn.Linear(2, 3), "4": nn.Tanh(), "5": nn.Linear(3, 3), "6": Residual(5),
        "7": nn.Linear(3, 1), "skip": Skip(2, 1, bias=False),
    }  # fmt: skip


def test_branches_take_what_an_earlier_layer_was_given():
    network, x = chained(layers()), torch.randn(5, 2)
    first = x + torch.tanh(network[0](x))
    second = torch.tanh(network[3](first))
    third = second + network[5](second)
    expected = network[7](third) + x @ network.skip.weight.T
    torch.testing.assert_close(network(x), expected)


def test_a_plain_chain_is_torchs_own():
    plain = chained({"0": nn.Linear(2, 3), "1": nn.ReLU(), "2": nn.Linear(3, 1)})
    assert type(plain) is nn.Sequential
    assert list(plain.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert type(chained(layers())) is Network


def test_parameters_are_named_by_the_layers_place_and_the_skip_connections():
    assert list(chained(layers()).state_dict())[-3:] == ["7.weight", "7.bias", "skip.weight"]


def test_a_part_of_a_network_has_its_branches():
    network, x = chained(layers()), torch.randn(5, 2)
    assert type(network[:3]) is Network
    torch.testing.assert_close(network[:3](x), x + torch.tanh(network[0](x)))


def test_each_members_skip_connection_is_its_own():
    skip, x, out = MemberSkip(4, 3, 2, False), torch.randn(5, 3), torch.randn(4, 5, 2)
    with torch.no_grad():
        skip.weight.normal_()
    for member in range(4):
        expected = out[member] + x @ skip.weight[member].T
        torch.testing.assert_close(skip(out, x)[member], expected)


def test_a_residual_layer_says_from_where_it_comes():
    assert repr(Residual(5)) == "Residual(from=5)"
