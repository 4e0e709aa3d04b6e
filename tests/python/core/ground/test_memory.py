import os

import pytest

from nnfit.core import NNFitError, cross_validate, fit
from nnfit.core.ground import memory
from nnfit.core.ground.memory import UNKNOWN, check_room, physical

MOST = 2**31 - 1


def test_what_does_not_fit_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(memory, "physical", lambda: 2**30)
    check_room("bootstrap", "many fits", 2**27)
    with pytest.raises(NNFitError, match="^`bootstrap` asks for many fits, which take 2 GB at le"):
        check_room("bootstrap", "many fits", 2**28)
    check_room("bootstrap", "many fits", 2**28, size=4)


def test_the_system_says_how_much_there_is_or_does_not(monkeypatch):
    assert 2**20 < physical() < 2**50
    monkeypatch.delattr(os, "sysconf", raising=False)
    assert physical() == UNKNOWN


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("hidden_units", {"hidden_units": MOST}),
        ("hidden_units", {"hidden_units": [10**6, 10**6]}),
        ("bootstrap", {"bootstrap": MOST}),
        ("restarts", {"restarts": MOST, "hidden_units": 2}),
    ],
)  # fmt: skip
def test_huge_counts_are_refused_before_they_take_memory(name, options, thermometer, monkeypatch):
    monkeypatch.setattr(memory, "physical", lambda: 16 << 30)
    with pytest.raises(NNFitError, match=f"^`{name}` asks for .*this machine has 16"):
        fit(*thermometer, **options)


def test_so_are_repeats(thermometer):
    with pytest.raises(NNFitError, match="^`repeats` asks for 2,147,483,647 times"):
        cross_validate(*thermometer, repeats=MOST, epochs=2, folds=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("batch_size", 1e19), ("epochs", 1e12), ("hidden_units", 1e12), ("stop_iter", 1e19),
     ("bootstrap", 1e12), ("restarts", 1e12)],
)  # fmt: skip
def test_counts_beyond_the_range_are_refused(name, value, thermometer):
    with pytest.raises(NNFitError, match=f"^`{name}` must be "):
        fit(*thermometer, **{name: value})


def test_huge_counts_that_cost_nothing_work(thermometer):
    network = {"hidden_units": 2, "seed": 1}
    made = fit(*thermometer, epochs=MOST, stop_iter=1, learn_rate=0.5, **network)
    assert made.stopped == "early"
    for option in ({"batch_size": 2.0**53}, {"stop_iter": 2.0**53}):
        assert fit(*thermometer, epochs=2, **option, **network).stopped == "epochs"


def test_l_bfgs_remembers_no_more_steps_than_there_are_epochs(thermometer, monkeypatch):
    pairs = {"optimizer": ("lbfgs", {"history_size": 10_000}), "hidden_units": 2, "seed": 1}
    monkeypatch.setattr(memory, "physical", lambda: 2**30)
    assert len(fit(*thermometer, epochs=3, **pairs).history["train_loss"]) == 3
    with pytest.raises(NNFitError, match='^`optimizer` asks for a "history_size" of 10,000'):
        fit(*thermometer, epochs=MOST, **pairs)
