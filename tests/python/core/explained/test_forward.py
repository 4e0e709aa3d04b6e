import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, predict
from nnfit.core.explained.forward import Forward, Split, frozen
from nnfit.core.model.predictions import Reopened, link_from

NETWORKS = {
    "linear": {},
    "hidden": {"hidden_units": [5]},
    "members": {"hidden_units": 4, "members": 3},
    "skip": {"hidden_units": [3, 3], "residual": True, "skip": True},
    "normed": {"hidden_units": [4], "norm": "layer_norm"},
    "unscaled": {"hidden_units": [4], "scale": False},
}


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((40, 3))
    return x, x[:, 0] + x[:, 1] * x[:, 2]


def opened(made, x, model=None):
    reopened = Reopened(made, "link", model)
    forward = Forward(frozen(reopened.network), reopened.spec, reopened.scaling, x)
    return forward, lambda output: link_from(output, reopened.spec, reopened.scaling)


@pytest.mark.parametrize("options", NETWORKS.values(), ids=NETWORKS)
def test_outputs_are_those_of_predict(rows, options):
    x, y = rows
    made = fit(x, y, epochs=3, seed=1, dtype="float64", **options)
    forward, link = opened(made, x)
    np.testing.assert_allclose(link(forward.outputs()), predict(made, x, type="link"), atol=1e-12)
    other = np.roll(np.arange(40), 3)
    changed = x.copy()
    changed[:, [0, 2]] = x[other][:, [0, 2]]
    expected = predict(made, changed, type="link")
    replaced = link(forward.from_others([0, 2], torch.from_numpy(other)))
    np.testing.assert_allclose(replaced, expected, atol=1e-12)
    with_values = link(forward.with_values([2, 0], changed[:, [2, 0]]))
    np.testing.assert_allclose(with_values, expected, atol=1e-12)


def test_many_rows_are_computed_in_parts(rng, monkeypatch):
    monkeypatch.setattr("nnfit.core.explained.forward.NUMBERS_AT_ONCE", 1)
    x = rng.standard_normal((600, 2))
    made = fit(x, x[:, 0], hidden_units=[3], epochs=2, seed=1)
    forward, link = opened(made, x)
    assert forward.size < len(x)
    np.testing.assert_allclose(link(forward.outputs()), predict(made, x), atol=1e-6)


class Squares(nn.Sequential):
    def forward(self, x):
        return super().forward(x**2)


def test_a_module_of_the_users_own_is_asked_as_a_whole(rows):
    x, y = rows
    for module in (Squares(nn.Linear(3, 1)), nn.Sequential(nn.Linear(3, 1))):
        made = fit(x, y, model=module, epochs=2, seed=1, dtype="float64")
        forward, link = opened(made, x, module)
        assert forward.split.first is None
        other = np.arange(40)[::-1].copy()
        expected = predict(made, np.c_[x[other, 0], x[:, 1:]], model=module)
        found = link(forward.from_others([0], torch.from_numpy(other)))
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_column_without_weights_changes_nothing_at_all(rows):
    x, y = rows
    made = fit(np.c_[x, np.ones(40)], y, hidden_units=[5], epochs=3, seed=1)
    forward, _ = opened(made, np.c_[x, np.arange(40.0)])
    found = forward.from_others([3], torch.arange(40).flip(0))
    assert torch.equal(found, forward.outputs())


def test_rows_beyond_numbers_are_refused(rows):
    x, y = rows
    made = fit(x, y, hidden_units=[5], epochs=3, seed=1)
    with pytest.raises(NNFitError, match="`x` is so far from the rows of the fit"):
        opened(made, 1e300 * x)


def test_a_network_is_cut_only_behind_a_plain_product():
    plain = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    assert Split(plain, True).width == 4
    assert Split(plain, False).first is None
    assert Split(plain, False).width == 17
    assert Split(nn.Sequential(nn.Tanh(), nn.Linear(2, 1)), True).first is None
