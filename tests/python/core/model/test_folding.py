import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnfit.core import fit, predict
from nnfit.core.data.scaling import from_spreads
from nnfit.core.model.folding import linear_coefficients, unscaled
from nnfit.core.options.asked import Asked

SCALING = from_spreads((np.array([10.0]), np.array([4.0])), (np.array([3.0]), np.array([8.0])), 1)
LINE = {"0.weight": np.array([[2.0]]), "0.bias": np.array([1.0])}


def spec_of(own_model=False, **options):
    return Asked.of({"loss": "mse", **options}, own_model=own_model).resolved(1, 1)


def test_a_lines_coefficients_come_back_in_the_users_units():
    # y = 3 + 8 * (1 + 2 * (x - 10) / 4)
    found = unscaled(LINE, SCALING, spec_of())
    assert {name: value.tolist() for name, value in found.items()} == {
        "0.weight": [[4.0]], "0.bias": [-29.0],
    }  # fmt: skip
    fit = {"parameters": LINE, "unscaled": found}
    assert linear_coefficients(fit).tolist() == [[-29.0, 4.0]]
    assert linear_coefficients({**fit, "unscaled": None}).tolist() == [[1.0, 2.0]]


def test_nothing_is_folded_without_scaling_or_into_a_module_of_ones_own():
    assert unscaled(LINE, None, spec_of()) is None
    assert unscaled(LINE, SCALING, spec_of(own_model=True)) is None


@pytest.mark.parametrize("bias", [True, False])
def test_a_network_on_the_data_as_they_are(mtcars, bias):
    x, y = mtcars.x[:, :3], mtcars.x[:, 4:6]
    made = fit(x, y, hidden_units=[4, 3], bias=bias, epochs=20, seed=1, dtype="float64")
    assert set(made["unscaled"]) == {
        name for name in made["parameters"] if name.startswith(("0.", "4."))
    }
    state = {**made["parameters"], **made["unscaled"]}
    network = torch.nn.Sequential(
        torch.nn.Linear(3, 4, bias), torch.nn.ReLU(), torch.nn.Linear(4, 3, bias),
        torch.nn.ReLU(), torch.nn.Linear(3, 2, bias),
    ).double()  # fmt: skip
    network.load_state_dict({name: torch.as_tensor(value) for name, value in state.items()})
    with torch.no_grad():
        output = network(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(output, made["fitted"], rtol=1e-9)


NORMS = st.sampled_from([None, "layer_norm", "batch_norm", ["identity", "layer_norm"]])


@given(norm=NORMS, residual=st.booleans(), skip=st.booleans(), members=st.sampled_from([1, 2]),
       bias=st.sampled_from([True, False, [True, False, False], [True, True, False]]))  # fmt: skip
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_branches_and_norms_on_the_data_as_they_are(norm, residual, skip, members, bias):
    rng = np.random.default_rng(3)
    x = rng.standard_normal((20, 3)) * [1, 20, 0.3] + [5, -3, 0]
    y = 50 * np.sin(x[:, :2]) + 100
    made = fit(
        x, y, hidden_units=[4, 4], norm=norm, residual=residual, skip=skip, members=members,
        bias=bias, epochs=3, seed=1, dtype="float64",
    )  # fmt: skip
    parameters = {**made.parameters, **made.unscaled}
    options = {**made.options, "scale": False}
    raw = predict({"parameters": parameters, "scaling": None, "options": options}, x)
    np.testing.assert_allclose(raw, made.fitted, rtol=1e-8)


def test_where_the_first_layer_adds_the_inputs_they_stay_standardised(mtcars):
    x, y = mtcars.x[:, :3], mtcars.x[:, 4:6]
    made = fit(x, y, hidden_units=3, residual=True, skip=True, epochs=5, seed=1, dtype="float64")
    assert set(made.unscaled) == {"3.weight", "3.bias", "skip.weight"}
    parameters = {**made.parameters, **made.unscaled}
    inputs = (x - made.scaling["x_center"]) / made.scaling["x_scale"]
    raw = predict({"parameters": parameters, "scaling": None, "options": made.options}, inputs)
    np.testing.assert_allclose(raw, made.fitted, rtol=1e-9)


def test_the_parameters_as_trained_are_not_touched(mtcars):
    made = fit(mtcars.x[:, :2], mtcars.y, seed=1)
    before = {name: value.copy() for name, value in made["parameters"].items()}
    linear_coefficients(made)
    for name, value in made["parameters"].items():
        np.testing.assert_array_equal(value, before[name])


def test_each_head_comes_back_in_its_units():
    spreads = (np.array([10.0]), np.array([4.0])), (np.array([3.0]), np.array([8.0]))
    scaling = from_spreads(*spreads, 2, ("mean", "log_variance"))
    parameters = {"0.weight": np.array([[2.0], [1.0]]), "0.bias": np.array([1.0, 0.5])}
    spec = Asked.of({"loss": "gaussian_nll"}).resolved(1, 2)
    fit = {"parameters": parameters, "unscaled": unscaled(parameters, scaling, spec)}
    # log variance = 2 log(8) + 0.5 + (x - 10) / 4
    expected = [[-29.0, 4.0], [2 * np.log(8) + 0.5 - 2.5, 0.25]]
    np.testing.assert_allclose(linear_coefficients(fit), expected)
