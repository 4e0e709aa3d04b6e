import copy

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, module, predict

RNG = np.random.default_rng(1)
X = RNG.normal(size=(60, 3)) * 10 + 5
Y = X @ [1.0, 2.0, 3.0] + np.sin(X[:, 0])
FITS = {
    "line": {},
    "network": {"hidden_units": 5, "epochs": 20, "penalty": 0},
    "chosen penalty": {"hidden_units": 5},
    "as it is": {"hidden_units": 4, "epochs": 5, "penalty": 0, "scale": False},
    "members": {"hidden_units": 4, "epochs": 5, "penalty": 0, "members": 3},
    "in double": {"hidden_units": 4, "epochs": 5, "penalty": 0, "dtype": "float64"},
}


def rows(live):
    return torch.tensor(X, dtype=next(live.parameters()).dtype)


@pytest.mark.parametrize("name", FITS)
def test_it_gives_the_output_that_predict_gives(name):
    made = fit(X, Y, seed=1, **FITS[name])
    live = module(made)
    assert not live.training
    output = live(rows(live)).detach().numpy().squeeze()
    np.testing.assert_allclose(output, predict(made, X, type="link").squeeze(), rtol=1e-5)


def test_it_is_a_copy_of_the_network_and_has_gradients():
    made = fit(X, Y, seed=1, **FITS["as it is"])
    before = copy.deepcopy(made["parameters"])
    live = module(made)
    assert isinstance(live, nn.Sequential)
    live(rows(live)).sum().backward()
    assert all(one.grad is not None for one in live.parameters())
    with torch.no_grad():
        live[0].weight.zero_()
    np.testing.assert_array_equal(made["parameters"]["0.weight"], before["0.weight"])


def test_fit_trains_it_on_from_where_it_was():
    made = fit(X, Y, seed=1, **FITS["network"])
    on = fit(X, Y, model=module(made), scale=False, epochs=5, learn_rate=1e-3, seed=1)
    first = np.mean((predict(made, X).squeeze() - Y) ** 2)
    assert on["history"]["train_loss"][0] == pytest.approx(first, rel=1e-4)


def test_a_module_of_ones_own_is_needed_again():
    own = nn.Sequential(nn.Linear(3, 1))
    made = fit(X, Y, model=own, epochs=2, learn_rate=1e-4, scale=False)
    with pytest.raises(NNFitError, match="is needed") as caught:
        module(made)
    assert caught.value.argument == "model"
    given = module(made, model=own)
    assert given is not own
    np.testing.assert_array_equal(given[0].weight.detach(), made["parameters"]["0.weight"])
