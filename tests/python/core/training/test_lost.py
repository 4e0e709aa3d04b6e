import numpy as np
import pytest

from nnfit.core import fit

UNSCALED = {"hidden_units": 4, "scale": False, "seed": 3, "epochs": 100}


@pytest.fixture
def data(rng):
    x = rng.standard_normal((40, 2))
    return x, x @ [1.0, 2.0] + 3 + 0.1 * rng.standard_normal(40)


def kind(made):
    return made.fault and made.fault["kind"]


@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
@pytest.mark.parametrize(("of_x", "of_y"), [(1e-10, 1), (1, 1e-10), (1, 1e8)])
def test_numbers_far_from_1_are_told_of_without_scale(optimizer, of_x, of_y, data):
    x, y = data
    made = fit(x * of_x, y * of_y, optimizer=optimizer, **UNSCALED)
    assert kind(made) == "units"
    assert repr(made).endswith("learned nothing: the data are far from 1, and scale is False>")
    scaled = {**UNSCALED, "scale": True}
    assert kind(fit(x * of_x, y * of_y, optimizer=optimizer, **scaled)) is None


def test_it_is_said_of_linear_models_by_descent_and_of_ones_own_modules_too(data):
    from torch import nn

    x, y = data
    assert kind(fit(x * 1e-12, y, optimizer="sgd", scale=False, seed=1)) == "units"
    assert kind(fit(x * 1e-12, y, scale=False)) is None
    own = {"scale": False, "epochs": 5, "seed": 1}
    assert kind(fit(x, y * 1e8, model=nn.Sequential(nn.Linear(2, 1)), **own)) == "units"


def test_nothing_is_said_where_there_is_nothing_to_learn_or_it_was_learned(data, rng):
    x, y = data
    assert kind(fit(x, y, **UNSCALED)) is None
    assert kind(fit(x, y * 1e4, optimizer="levenberg_marquardt", **UNSCALED)) is None
    assert kind(fit(x, 1e-10 * rng.standard_normal(40), **UNSCALED)) is None
    assert kind(fit(x, np.full(40, 1e-10), **UNSCALED)) is None
    assert kind(fit(x, y * 1e-10, penalty=1.0, **UNSCALED)) is None
    assert kind(fit(x, y * 1e-10, bias=False, **UNSCALED)) is None
    assert kind(fit(x, y * 1e-10, loss="l1", **UNSCALED)) is None
    assert kind(fit(x[:3], y[:3] * 1e-10, **UNSCALED)) is None


def test_a_network_of_unit_numbers_is_not_asked(data):
    x, y = data
    made = fit(x, y, **{**UNSCALED, "epochs": 1, "learn_rate": 1e-9})  # learned nothing, as asked
    assert kind(made) is None
