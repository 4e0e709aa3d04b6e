import numpy as np
import pytest

from nnfit.core import NNFitError, bridge


def test_functions_that_train_give_dicts(thermometer):
    made = bridge.fit(*thermometer, seed=1)
    assert type(made) is dict
    assert made["interrupted"] is False
    np.testing.assert_array_equal(bridge.predict(made, thermometer.x), made["fitted"])


def test_refusals_pass(thermometer):
    with pytest.raises(NNFitError, match="`epochs`"):
        bridge.fit(*thermometer, epochs=-1)
