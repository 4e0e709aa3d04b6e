import pytest

from nnfit.core import NNFitError, fit
from nnfit.core.repeats.repeats import Repeats


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (
            {"bootstrap": -1},
            r"`bootstrap` must be 0, or a whole number from 2 to 2\^31 - 1, not -1",
        ),
        ({"bootstrap": 2.5}, "`bootstrap` must be 0, or a whole number"),
        ({"bootstrap": 1}, "`bootstrap` must be 0, or a whole number"),
        ({"restarts": 0}, "`restarts` must be a whole number from 1"),
        ({"restarts": 2, "bootstrap": 2}, "`restarts` does not go with `bootstrap`"),
    ],
)
def test_numbers_that_can_not_be(thermometer, numbers, message):
    with pytest.raises(NNFitError, match=message):
        fit(*thermometer, **numbers)


def test_one_fit_is_one_fit():
    assert not Repeats(0, 1)
    assert Repeats(2.0, 1)
    assert Repeats(0, 2)


def test_one_fit_is_not_trained_as_if_it_were_several(thermometer):
    with pytest.raises(NNFitError, match='`engine` "stacked" does not apply: it is for several'):
        fit(*thermometer, engine="stacked")
    made = fit(*thermometer, hidden_units=2, epochs=5, bootstrap=2, engine="stacked")
    assert made["options"]["engine"] == "fused"
    assert made["replicates"]["engine"] == "stacked"


def test_one_bar_over_all(thermometer, monkeypatch):
    from nnfit.core.training.callbacks import Progress

    monkeypatch.setattr(Progress, "FIRST", 0.0)
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    calls = []
    fit(
        *thermometer, hidden_units=2, epochs=10, bootstrap=3, seed=1,
        progress=lambda epoch, epochs, *losses: calls.append((epoch, epochs)),
    )  # fmt: skip
    assert {epochs for _, epochs in calls} == {40}
    done = [epoch for epoch, _ in calls]
    assert done == sorted(done)
    assert done[-1] == 40
