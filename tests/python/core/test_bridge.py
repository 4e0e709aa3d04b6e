import numpy as np
import pytest

from nnfit.core import NNFitError, api, bridge
from nnfit.core.options.own import OwnFunction


def test_functions_that_train_give_dicts(thermometer):
    made = bridge.fit(*thermometer, seed=1)
    assert type(made) is dict
    assert made["interrupted"] is False
    np.testing.assert_array_equal(bridge.predict(made, thermometer.x), made["fitted"])


def test_refusals_pass(thermometer):
    with pytest.raises(NNFitError, match="`epochs`"):
        bridge.fit(*thermometer, epochs=-1)


def test_a_function_of_r_gives_its_value_or_what_went_wrong(thermometer):
    def squared(prediction, truth):
        return {"value": (prediction - truth).square().mean()}

    made = bridge.fit(*thermometer, seed=1, loss=squared)
    assert made["options"]["loss"] == ["own", {"traced": True}]
    np.testing.assert_allclose(made["fitted"], bridge.fit(*thermometer)["fitted"], rtol=1e-4)
    folds = bridge.cross_validate(*thermometer, folds=3, loss=squared)
    assert folds["options"]["loss"] == ["own", {"traced": True}]
    with pytest.raises(NNFitError, match="^`loss` is a function that stopped: no such thing$"):
        bridge.fit(*thermometer, loss=lambda prediction, truth: {"error": "no such thing"})


@pytest.mark.parametrize("sign", [{"interrupted": True}, {"error": "KeyboardInterrupt: "}])
def test_an_interrupt_in_a_function_of_r_ends_the_training(thermometer, sign):
    calls = []

    def stops(prediction, truth):
        calls.append(1)
        return sign if len(calls) > 30 else {"value": (prediction - truth).square().mean()}

    loss = OwnFunction(bridge._of_r(stops))
    made = bridge._training(api.fit)(*thermometer, loss=loss, optimizer="adam", epochs=500)
    assert made["interrupted"]
    assert made["stopped"] == "interrupted"
    assert 10 < len(made["history"]["train_loss"]) < 30


def test_censored_times_come_as_a_dict(thermometer):
    times = {"event": np.arange(11) % 3 > 0, "time": thermometer.y + 5}
    made = bridge.fit(thermometer.x, times, hidden_units=2, epochs=3, seed=1)
    found = bridge.diagnose(made, thermometer.x, times)
    assert type(found) is dict  # R knows no other
    assert found["own_rows"] and "linear" in found["checks"]["check"]


def test_r_has_matched_names_already(thermometer, recwarn):
    pandas = pytest.importorskip("pandas")
    rows = thermometer.x.reshape(-1, 1)
    made = dict(api.fit(pandas.DataFrame(rows, columns=["a"]), thermometer.y, seed=1))
    np.testing.assert_allclose(bridge.predict(made, rows), made["fitted"])
    assert bridge.diagnose(made, rows, thermometer.y)["own_rows"]
    assert not list(recwarn)
