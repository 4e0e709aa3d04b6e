import numpy as np
import pytest
from thermometer import CELSIUS, UNKNOWN, least_squares

from nnfit.core.compare.compare import certify_fit, compare

TARGET = least_squares(UNKNOWN, CELSIUS)
GIVEN = {"target": TARGET, "allowed": 1e-6 * abs(TARGET)}


def compared(*methods, **more):
    return compare(UNKNOWN[:, None], CELSIUS, methods, **{**GIVEN, **more})


def test_all_methods_are_answered_in_their_order():
    names = ["numeric", "analytic", "autograd", "sgd", "adam", "lbfgs"]
    answers = compared(*({"method": name} for name in names))
    for answer in answers:
        assert answer["there"]
        np.testing.assert_allclose(answer["coefficients"], TARGET, rtol=1e-7)
        fitted = TARGET[0] + TARGET[1] * UNKNOWN
        np.testing.assert_allclose(answer["fitted"], fitted, rtol=1e-6)
        assert answer["epochs"] == len(answer["losses"])
        assert "cure" not in answer


def test_the_path_is_in_the_units_of_the_data_and_ends_at_the_answer():
    (answer,) = compared({"method": "sgd", "scale": 0.1, "learn_rate": 0.01, "epochs": 50})
    assert answer["path"][0].tolist() == [0, 0.1]
    np.testing.assert_allclose(answer["path"][-1], answer["coefficients"])
    assert answer["path_epochs"][-1] == 50


def test_what_is_not_there_has_a_cure():
    (answer,) = compared({"method": "sgd", "scale": False, "learn_rate": 0.01, "epochs": 100})
    assert answer["stopped"] == "diverged"
    assert answer["cure"]["stable_rate"] == 0.0003
    assert answer["cure"]["largest_rate"] == pytest.approx(1)


def test_a_network_has_a_fit_and_no_coefficients():
    (answer,) = compared({"method": "network", "epochs": 50, "hidden_units": 5, "seed": 1})
    assert answer["coefficients"] is None
    assert answer["parameters"] == 16
    assert answer["fitted"].shape == (11,)
    assert not answer["there"]


def test_without_an_intercept():
    slope = UNKNOWN @ CELSIUS / (UNKNOWN @ UNKNOWN)
    (answer,) = compared({"method": "sgd"}, target=[slope], allowed=[1e-9], intercept=False)
    np.testing.assert_allclose(answer["coefficients"], [slope])


def test_a_fit_that_was_made_elsewhere_is_certified_from_where_it_ended():
    asked = {"method": "sgd", "learn_rate": 0.01, "scale": 0.1}
    said = certify_fit(UNKNOWN[:, None], CELSIUS, asked, TARGET * 1.001, 100, **GIVEN)
    assert not said["there"]
    assert 100 < said["needed"] < 8134
    assert said["cure"]["epochs"] == 1
    assert certify_fit(UNKNOWN[:, None], CELSIUS, asked, TARGET, 100, **GIVEN)["there"]
