"""`effects()`, against known functions and loops over `predict()`."""

import numpy as np
import pytest

import nnfit
from nnfit.core import NNFitError, coefficients, effects, fit, predict


@pytest.fixture
def data(rng):
    x = rng.standard_normal((120, 3))
    x[:, 1] = 0.8 * x[:, 0] + 0.6 * x[:, 1]
    return x, x[:, 0] - x[:, 2] + 0.1 * rng.standard_normal(120)


def test_it_is_at_the_top():
    assert nnfit.effects is effects


def test_partial_dependence(data):
    x, y = data
    made = fit(x, y, hidden_units=[4], epochs=20, seed=1)
    found = effects(made, x, 2, values=[0.0, 1.5])
    for place, value in enumerate(found["values"][0]):
        moved = x.copy()
        moved[:, 2] = value
        assert np.allclose(found["estimate"][place], predict(made, moved).mean(0), rtol=1e-5)
    two = effects(made, x, [0, 2], grid=3)
    assert two["estimate"].shape == (3, 3, 1)
    moved[:, [0, 2]] = two["values"][0][1], two["values"][1][2]
    assert np.allclose(two["estimate"][1, 2], predict(made, moved).mean(0), rtol=1e-5)
    single = effects(made, x, 2, type="ice", grid=3, curves=4, center=True)
    assert single["curves"].shape == (4, 3, 1)
    assert not single["curves"][:, 0].any() and not single["estimate"][0].any()


def test_a_linear_fit_has_its_coefficients(data):
    x, y = data
    made = fit(x, y)
    known = coefficients(made)
    found = effects(made, x, type="average", weights=np.linspace(1, 2, 120))
    assert found["variables"] == ["x1", "x2", "x3"]
    assert np.allclose(found["estimate"][:, 0], known.estimate[1:])
    assert np.allclose(found["std_error"][:, 0], known.std_error[1:])
    local = effects(made, x, 0, type="ale", grid=5)
    slopes = np.diff(local["estimate"][:, 0]) / np.diff(local["values"][0])
    assert np.allclose(slopes, known.estimate[1])
    assert np.allclose(effects(made, x, [0, 2], type="ale", grid=4)["estimate"], 0)
    penalised = fit(x, y, penalty=0.1)
    assert "std_error" not in effects(penalised, x, 0)


def test_replicates_and_names(data):
    x, y = data
    frame = pytest.importorskip("pandas").DataFrame(x, columns=["a", "b", "c"])
    made = fit(frame, y, bootstrap=5, seed=1)
    found = effects(made, frame, "c", grid=4)
    assert (found["lower"] <= found["upper"]).all()
    assert found["std_error"].shape == (4, 1)


def test_what_cannot_be_is_refused(data):
    x, y = data
    made = fit(x, y)
    wrong = [
        ("type", {"type": "all"}), ("predict_type", {"predict_type": "class"}),
        ("variables", {"variables": "z"}), ("variables", {"variables": [0, 1, 2]}),
        ("grid", {"grid": 1}), ("grid", {"grid": 4, "type": "average"}),
        ("grid", {"grid": 4, "values": [1.0]}), ("values", {"values": [1.0], "type": "ale"}),
        ("center", {"center": True, "type": "ale"}), ("weights", {"weights": -np.ones(120)}),
        ("offset", {"offset": np.ones(120)}), ("level", {"level": 1}),
        ("curves", {"curves": 0, "type": "ice"}),
    ]  # fmt: skip
    for argument, given in wrong:
        with pytest.raises(NNFitError) as told:
            effects(made, x, **{"variables": 0, **given})
        assert told.value.argument == argument
    for given, number in (({}, "one to 2"), ({"type": "ice"}, "one")):
        with pytest.raises(NNFitError, match=f"must name {number} of `x1`, `x2`, `x3`") as told:
            effects(made, x, **given)
        assert 'type "average" takes' in str(told.value)
    flat = x.copy()
    flat[:, 0] = 1
    with pytest.raises(NNFitError, match="vary"):
        effects(made, flat, 0, type="ale")
