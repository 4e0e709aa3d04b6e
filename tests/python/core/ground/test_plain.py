import numpy as np
import pytest

from nnfit.core import fit, predict
from nnfit.core.ground.plain import MOST, plain, whole


@pytest.mark.parametrize("number", [0, 1, -1, MOST, -MOST, True])
def test_what_r_can_hold_stays_an_integer(number):
    assert whole(number) is number


@pytest.mark.parametrize("number", [MOST + 1, -MOST - 1, 2**53])
def test_what_it_can_not_hold_becomes_a_float(number):
    assert isinstance(whole(number), float)
    assert whole(number) == number


def test_it_looks_into_lists_and_dicts():
    array = np.array([2**40])
    made = plain({"a": [1, 2**40, (2**41, "x")], "b": None, "c": array, "d": 0.5})
    assert made == {"a": [1, 2.0**40, [2.0**41, "x"]], "b": None, "c": array, "d": 0.5}
    assert made["c"] is array
    assert isinstance(made["a"][1], float)


def test_options_beyond_31_bits_come_back_as_they_were(thermometer):
    made = fit(
        *thermometer,
        hidden_units=2,
        epochs=3,
        batch_size=10**15,
        stop_iter=10**14,
        seed=2**50,
    )
    for name, value in (("batch_size", 1e15), ("stop_iter", 1e14), ("seed", 2.0**50)):
        assert isinstance(made.options[name], float)
        assert made.options[name] == value
    assert predict(made, thermometer.x).shape == (11, 1)
