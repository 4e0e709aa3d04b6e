import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit
from nnfit.core.model import network as networks
from nnfit.core.model.initial import draw, draw_again
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named

ARGS = {"constant": {"val": 0.25}, "sparse": {"sparsity": 0.5}}
NAMES = catalog.names("init")
X = np.random.default_rng(1).standard_normal((30, 5))
Y = np.sin(X[:, 0])


def spec_of(init, **options):
    asked = Asked.of({"loss": "mse", "hidden_units": [4, 3], "init": init, **options})
    return asked.resolved(5, 1)


def by_hand(name, **args):
    """Build in plain torch, and draw as torch has it."""
    torch.manual_seed(3)
    network = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))
    for layer in network[::2]:
        getattr(nn.init, f"{name}_")(layer.weight, **args)
        nn.init.zeros_(layer.bias)
    return network.state_dict()


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_those_of_torchs_function_and_biases_zero(name):
    args = ARGS.get(name, {})
    torch.manual_seed(3)
    network = networks.build(spec_of((name, args)))
    for key, value in by_hand(name, **args).items():
        torch.testing.assert_close(network.state_dict()[key], value, rtol=0, atol=0)


def test_arguments_reach_torch():
    torch.manual_seed(3)
    network = networks.build(
        spec_of(("kaiming_normal", {"nonlinearity": "relu", "mode": "fan_out"}))
    )
    expected = by_hand("kaiming_normal", nonlinearity="relu", mode="fan_out")
    torch.testing.assert_close(network[0].weight.detach(), expected["0.weight"], rtol=0, atol=0)
    with pytest.raises(NNFitError, match="refused by torch.*val") as caught:
        networks.build(spec_of("constant"))
    assert caught.value.argument == "init"


def test_without_a_name_nothing_is_drawn_again():
    network = nn.Sequential(nn.Linear(5, 4))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    draw(network, None)
    for name, value in network.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


@pytest.mark.parametrize("init", [None, Named("orthogonal", {})])
def test_drawn_again_it_is_as_if_built_again(init):
    spec = spec_of(init and init.plain(), skip=True, norm="layer_norm")
    torch.manual_seed(3)
    network = networks.build(spec)
    values = {name: value.clone() for name, value in network.state_dict().items()}
    draw_again(network, init)
    assert not torch.equal(network[0].weight, values["0.weight"])
    torch.manual_seed(3)
    draw_again(network, init)
    for name, value in network.state_dict().items():
        torch.testing.assert_close(value, values[name], rtol=0, atol=0)


@pytest.mark.parametrize("name", NAMES)
def test_layers_without_columns_are_left_alone(name):
    args = ARGS.get(name, {})
    fit(np.empty((10, 0)), Y[:10], init=(name, args), epochs=2, optimizer="sgd")


def test_linear_models_start_there_too():
    made = fit(X, Y, init="zeros", optimizer="sgd", epochs=1, learn_rate=0.1)
    # from nothing, the first loss is that of the mean
    assert made.history["train_loss"][0] == pytest.approx(Y.var(), rel=1e-12)


def test_members_and_restarts_are_drawn_by_name_each(rng):
    options = {"hidden_units": [4, 3], "init": "orthogonal", "seed": 1, "epochs": 1,
               "optimizer": "sgd", "learn_rate": 1e-8, "dtype": "float64"}  # fmt: skip
    made = fit(X, Y, members=3, **options)
    assert made.options["engine"] == "stacked"
    for rows in made.parameters["0.weight"]:
        np.testing.assert_allclose(rows @ rows.T, np.eye(4), atol=1e-6)
    assert len({rows[0, 0] for rows in made.parameters["0.weight"]}) == 3
    alone = fit(X, Y, **options)
    np.testing.assert_allclose(
        made.parameters["0.weight"][0], alone.parameters["0.weight"], rtol=1e-7
    )
