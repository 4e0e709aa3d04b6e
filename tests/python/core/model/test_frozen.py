import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, predict


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((40, 3))
    return x, np.sin(2 * x[:, 0]) + x[:, 1] ** 2


OPTIONS = {"hidden_units": [5, 4], "epochs": 20, "seed": 1}
PLACES = {1: "0", 2: "2", 3: "4"}


@pytest.mark.parametrize("freeze", [[1], [2], [3], [1, 2], [1, 3], [2, 3]])
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "lbfgs"])
def test_frozen_layers_stay_and_the_others_learn(rows, freeze, optimizer):
    first = fit(*rows, **OPTIONS)
    made = fit(*rows, **OPTIONS, start=first, freeze=freeze, optimizer=optimizer)
    for layer, place in PLACES.items():
        for name in (f"{place}.weight", f"{place}.bias"):
            same = (made["parameters"][name] == first["parameters"][name]).all()
            assert same == (layer in freeze)
            assert (name in made["buffers"]) == (layer in freeze)
    assert made["history"]["train_loss"][-1] < first["history"]["train_loss"][-1]


def test_losses_are_those_of_torchs_loop(rows):
    first = fit(*rows, **OPTIONS, scale=False, dtype="float64")
    made = fit(*rows, **OPTIONS, scale=False, dtype="float64", start=first, freeze=1,
               optimizer="sgd", penalty=0.01)  # fmt: skip
    wide = {"dtype": torch.float64}
    model = nn.Sequential(
        nn.Linear(3, 5, **wide), nn.ReLU(), nn.Linear(5, 4, **wide), nn.ReLU(),
        nn.Linear(4, 1, **wide),
    )  # fmt: skip
    model.load_state_dict({
        name: torch.from_numpy(value) for name, value in first["parameters"].items()
    })  # fmt: skip
    model[0].requires_grad_(False)
    weights = [model[2].weight, model[4].weight]
    biases = {"params": [model[2].bias, model[4].bias], "weight_decay": 0.0}
    optimizer = torch.optim.SGD([{"params": weights, "weight_decay": 0.01}, biases], lr=0.01)
    x, y = (torch.from_numpy(part) for part in rows)
    losses = []
    for _ in range(20):
        loss = nn.functional.mse_loss(model(x).squeeze(1), y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert made["history"]["train_loss"] == pytest.approx(losses, rel=1e-12)


def test_norms_and_trained_activations_go_with_their_layer_and_skip_with_the_output(rows):
    options = {**OPTIONS, "norm": "layer_norm", "activation": "prelu", "skip": True}
    made = fit(*rows, **options, freeze=[1])
    assert set(made["buffers"]) == {"0.weight", "0.bias", "1.weight", "1.bias", "2.weight"}
    made = fit(*rows, **options, freeze=[3])
    assert set(made["buffers"]) == {"skip.weight", "6.weight", "6.bias"}


def test_random_features_are_least_squares_on_them(rows):
    x, y = rows
    made = fit(x, y, hidden_units=10, freeze=1, optimizer="lbfgs", epochs=500, seed=1,
               dtype="float64")  # fmt: skip
    weight, bias = made["parameters"]["0.weight"], made["parameters"]["0.bias"]
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    hidden = np.column_stack([np.ones(40), np.maximum(z @ weight.T + bias, 0)])
    fitted = hidden @ np.linalg.lstsq(hidden, y, rcond=None)[0]
    assert predict(made, x)[:, 0] == pytest.approx(fitted, abs=1e-5)


def test_several_fits_have_it(rows):
    for repeats in ({"members": 2}, {"bootstrap": 2}, {"restarts": 2}):
        made = fit(*rows, **OPTIONS, freeze=1, **repeats)
        assert made["options"]["freeze"] == [1]
        assert np.isfinite(made["fitted"]).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"freeze": 4}, "`freeze` has layer 4, and there are 3 with the output"),
        ({"freeze": [1, 2, 3]}, "`freeze` has all layers"),
        ({"freeze": 0}, "`freeze` must be whole numbers, each from 1"),
        ({"freeze": 1, "hidden_units": []}, "`freeze` needs hidden layers"),
        ({"freeze": 1, "hidden_units": [], "model": nn.Linear(3, 1)}, "does not go with `model`"),
    ],
)
def test_what_is_no_layer_is_refused(rows, options, message):
    with pytest.raises(NNFitError, match=message):
        fit(*rows, **{**OPTIONS, **options})
