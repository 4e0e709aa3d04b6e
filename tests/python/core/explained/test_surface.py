"""A fit as a function of rows: its predictions are predict()'s, its gradients their slopes."""

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, predict
from nnfit.core.explained.surface import ROWS_AT_ONCE, Surface, parts_of

FEW = {"epochs": 30, "seed": 1}


@pytest.fixture
def data(rng):
    x = rng.lognormal(size=(80, 3))
    return x, x[:, 0] + np.sin(x[:, 1])


KINDS = {
    "linear": {},
    "network": {"hidden_units": [5], "activation": "tanh", "dtype": "float64", **FEW},
    "unscaled": {"hidden_units": [5], "activation": "tanh", "dtype": "float64", "scale": False,
                 **FEW},  # fmt: skip
    "chosen": {"hidden_units": 3, "activation": "tanh", "dtype": "float64", **FEW},
    "skip": {"hidden_units": [5], "skip": True, "activation": "tanh", "dtype": "float64", **FEW},
    "levels": {"loss": ("quantile", {"level": [0.1, 0.9]}), "hidden_units": [4],
               "activation": "tanh", "dtype": "float64", **FEW},  # fmt: skip
    "counts": {"loss": "poisson_nll"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("type", ["response", "link"])
def test_predictions_and_slopes(data, kind, type):
    x, y = data
    made = fit(x, np.round(y - y.min()) if kind == "counts" else y, **KINDS[kind])
    surface = Surface(made, type, None)
    assert np.allclose(surface(surface.inputs(x), None), predict(made, x, type=type), rtol=1e-9)
    step = 1e-5
    for column in range(3):
        ahead, behind = x.copy(), x.copy()
        ahead[:, column] += step
        behind[:, column] -= step
        slopes = (predict(made, ahead, type=type) - predict(made, behind, type=type)) / (2 * step)
        # straightened columns have a bend at their least value
        inner = x[:, column] > x[:, column].min()
        found = surface.gradients(x, None)[:, :, column].T
        assert np.allclose(found[inner], slopes[inner], rtol=1e-4, atol=1e-6)


def test_offsets_are_added(data):
    x, y = data
    offset = np.linspace(0, 1, len(x))[:, None]
    made = fit(x, np.round(y - y.min()), loss="poisson_nll", offset=offset)
    surface = Surface(made, "response", None)
    values = surface(surface.inputs(x), offset)
    assert np.allclose(values, predict(made, x, offset=offset))


def test_a_module_without_slopes_has_none(data):
    class Steps(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 1)

        def forward(self, x):
            return self.layer(x.detach().round()).detach()

    x, y = data
    made = fit(x, y, model=nn.Linear(3, 1), epochs=1)
    surface = Surface(made, "response", nn.Linear(3, 1))
    surface.network = Steps()
    assert not surface.gradients(x, None).any()


def test_rows_beyond_numbers_are_refused(data):
    x, y = data
    made = fit(x, y, hidden_units=[3], **FEW)
    surface = Surface(made, "response", None)
    with pytest.raises(NNFitError, match="far from the rows"):
        surface.inputs(x * 1e300)
    with pytest.raises(NNFitError, match="far from the rows"):
        surface(torch.full((2, 3), torch.nan), None)


def test_coefficients_are_in_the_units_of_the_data(data):
    x, y = data
    made = fit(x, y)
    b = np.linalg.lstsq(np.column_stack([np.ones(80), x]), y, rcond=None)[0]
    assert np.allclose(Surface(made, "response", None).coefficients(x), b[1:], rtol=1e-8)


def test_parts_cover_all():
    parts = list(parts_of(2 * ROWS_AT_ONCE + 1))
    assert [part.stop - part.start for part in parts] == [ROWS_AT_ONCE, ROWS_AT_ONCE, 1]
