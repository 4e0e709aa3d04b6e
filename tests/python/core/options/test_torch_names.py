import functools

import pytest
import torch
from torch import nn

from nnfit.core.ground.errors import NNFitError
from nnfit.core.options import catalog
from nnfit.core.options.torch_names import arguments_of, name_of


@pytest.mark.parametrize(
    "entry", [e for e in catalog.entries() if e.torch], ids=lambda entry: entry.name
)
def test_every_class_of_torch_is_known_by_its_own_name(entry):
    cls = catalog.torch_class(entry)
    assert name_of(entry.kind, cls) == (entry.torch, None)
    assert catalog.parse(entry.kind, cls).name == entry.name
    if entry.kind in ("activation", "loss"):  # the objects of others hold parameters
        module = catalog.build(entry.kind, catalog.Named(entry.name, {}))
        given = catalog.DEFAULTS.get(entry.name, {})
        assert catalog.parse(entry.kind, module) == catalog.Named(entry.name, given)


@pytest.mark.parametrize(
    ("kind", "value", "name"),
    [
        ("activation", torch.tanh, "tanh"),
        ("activation", nn.functional.leaky_relu, "leaky_relu"),
        ("loss", nn.functional.huber_loss, "huber_loss"),
        ("init", nn.init.xavier_uniform_, "xavier_uniform_"),
        ("norm", nn.LayerNorm, "LayerNorm"),
        ("activation", "anything", "anything"),
    ],
)
def test_functions_of_torch_stand_for_their_names(kind, value, name):
    assert name_of(kind, value) == (name, None)


class Own(nn.ReLU):
    """A subclass may do anything."""


@pytest.mark.parametrize(
    "value",
    [None, 3, Own, Own(), nn.Sequential, functools.partial(nn.ReLU), len, lambda x: x, torch, []],
)
def test_what_is_not_torchs_is_none_of_them(value):
    assert name_of("optimizer", value) is None


def test_an_instance_gives_its_arguments():
    for kind, name, module, found in (
        ("loss", "huber", nn.HuberLoss(delta=2.0), {"delta": 2.0}),
        ("loss", "poisson_nll", nn.PoissonNLLLoss(log_input=False), {"log_input": False}),
        ("activation", "threshold", nn.Threshold(0.5, 2), {"threshold": 0.5, "value": 2}),
        ("activation", "prelu", nn.PReLU(3, 0.5), {"num_parameters": 3, "init": 0.5}),
        ("activation", "softmax", nn.Softmax(dim=1), {"dim": 1}),
        ("activation", "rrelu", nn.RReLU(), {}),
    ):
        assert arguments_of(kind, name, module) == found
    weighed = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0]))
    assert catalog.parse("loss", weighed).args == {"weight": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("loss", "problem"),
    [
        (nn.MSELoss(reduction="sum"), "has reduction = 'sum'"),
        (nn.CrossEntropyLoss(ignore_index=0), "has ignore_index = 0"),
    ],
)
def test_what_is_an_option_of_the_fit_is_not_read_from_an_instance(loss, problem):
    with pytest.raises(NNFitError, match=problem) as caught:
        catalog.parse("loss", loss)
    assert caught.value.argument == "loss"


def test_what_holds_trained_parameters_is_refused():
    prelu = nn.PReLU()
    optimizer = torch.optim.Adam(prelu.parameters())
    with pytest.raises(NNFitError, match='Give its name, "Adam"'):
        catalog.parse("optimizer", optimizer)
    with torch.no_grad():
        prelu.weight.fill_(0.5)
    with pytest.raises(NNFitError, match="has been trained"):
        catalog.parse("activation", prelu)
