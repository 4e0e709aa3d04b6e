"""A network that has learned nothing is trained again; what was right at first stays as it is."""

import numpy as np
import pytest
import torch

from nnfit.core import cross_validate, fit
from nnfit.core.engines.base import Job
from nnfit.core.training import again
from nnfit.core.training.again import train_again_where_it_helps
from nnfit.core.training.fault import Fault
from nnfit.core.training.trained import Trained

DEAD = {"hidden_units": 3, "penalty": 0, "seed": 13}  # of mpg by wt: no unit is left after training


@pytest.fixture
def cars(mtcars):
    return mtcars.x[:, 4], mtcars.y


def test_a_dead_network_is_trained_again_and_learns(cars):
    made = fit(*cars, **DEAD)
    assert np.ptp(made.fitted) > 10
    assert made.fault == {
        "kind": "dead", "layer": 1, "units": 3, "dead": 3, "redrawn": 1, "cured": True,
    }  # fmt: skip
    assert "learned nothing" not in repr(made)
    assert len(made.history["train_loss"]) == 500
    np.testing.assert_array_equal(fit(*cars, **DEAD).fitted, made.fitted)
    torch.manual_seed(5)
    other = fit(*cars, **DEAD)
    np.testing.assert_array_equal(other.fitted, made.fitted)


def test_a_straight_one_is_trained_again_where_the_outcome_bends(cars):
    line = np.polyval(np.polyfit(*cars, 1), cars[0])
    made = fit(*cars, hidden_units=4, penalty=0, seed=2)
    assert (made.fault["kind"], made.fault["dead"], made.fault["cured"]) == ("straight", 1, True)
    assert np.mean((made.fitted[:, 0] - cars[1]) ** 2) < 0.95 * np.mean((line - cars[1]) ** 2)


def test_where_initial_values_are_always_the_same_there_is_no_other_start(cars):
    made = fit(*cars, hidden_units=3, init="zeros", epochs=20, seed=1)
    assert made.fault["redrawn"] == 0 and not made.fault["cured"]


def test_torchs_generator_goes_on_where_there_is_no_seed(cars):
    def draw():
        torch.manual_seed(13)
        return fit(*cars, hidden_units=3, penalty=0)

    assert draw().fault["kind"] == "dead"
    np.testing.assert_array_equal(draw().fitted, draw().fitted)


def test_replicas_trained_at_once_are_trained_again_as_alone(cars, monkeypatch):
    # of 60 times 3 units some die
    made = fit(*cars, hidden_units=3, seed=3, bootstrap=60, epochs=300)
    assert made.replicates["engine"] == "stacked"
    assert made.replicates["dead"] == 0
    monkeypatch.setattr(again, "MOST", 0)
    before = fit(*cars, hidden_units=3, seed=3, bootstrap=60, epochs=300)
    assert before.replicates["dead"] > 0
    changed = made.replicates["train_loss"] != before.replicates["train_loss"]
    assert changed.sum() == before.replicates["dead"]
    assert (made.replicates["train_loss"] <= before.replicates["train_loss"]).all()


def test_restarts_and_folds_are_watched_too(cars):
    made = fit(*cars, **DEAD, restarts=2)
    alone = fit(*cars, **DEAD)
    assert made.restarts["train_loss"][0] == pytest.approx(
        alone.history["train_loss"][-1], rel=1e-3
    )
    useless = {"hidden_units": 1, "activation": "softmax", "epochs": 2, "seed": 1}
    assert fit(*cars, **useless, restarts=2).fault["redrawn"] == 3
    assert cross_validate(*cars, **useless, folds=2)["dead"] == [True, True]
    assert cross_validate(*cars, hidden_units=8, epochs=2, seed=1, folds=2)["dead"] == [False] * 2


# -- the order of things, without training --


class Script:
    """Plays what training would give: a loss and a fault a start."""

    def __init__(self, monkeypatch, starts):
        self.starts, self.calls, self.faults = list(starts), 0, []
        monkeypatch.setattr(again, "fault_of", lambda job: self.faults.pop())
        monkeypatch.setattr(again.networks, "redraw", lambda network, spec: None)

    def train(self):
        loss, kind, *stopped = self.starts[self.calls]
        self.calls += 1
        if stopped == ["raise"]:
            raise KeyboardInterrupt
        self.faults.append(Fault(kind, 1, 4, 2) if kind else None)
        history = {"train_loss": np.array([loss]), "valid_loss": None}
        parameters = {"weight": np.full((1, 1), loss), "bias": np.zeros(1)}
        why = stopped[0] if stopped else "epochs"
        cut = why == "interrupted"
        return Trained(parameters, [], None, history, why, None, "fused", None, 1.0, cut)


@pytest.fixture
def play(monkeypatch):
    def run(*starts):
        script = Script(monkeypatch, starts)
        network = torch.nn.Linear(1, 1)

        class Spec:
            seed, torch_device, linear, init = 1, torch.device("cpu"), False, None

        trained = train_again_where_it_helps(Job(network, Spec(), None), script.train)
        assert script.calls == 1 or network.weight.item() == trained.final_losses[0]
        return trained, script.calls

    return run


@pytest.mark.parametrize(
    ("starts", "loss", "calls", "fault"),
    [
        ([(5, None)], 5, 1, None),
        ([(5, "dead"), (3, None)], 3, 2, ("dead", 1, True)),
        # what lives is taken though its loss is larger, as in validation it may be
        ([(5, "dead"), (6, None)], 6, 2, ("dead", 1, True)),
        ([(5, "straight"), (3, None)], 3, 2, ("straight", 1, True)),
        # a line that what bends does not beat: stays, and says that nothing has helped
        ([(5, "straight"), (6, None)], 5, 2, ("straight", 1, False)),
        ([(5, "dead"), (4, "straight"), (3, None)], 3, 3, ("dead", 2, True)),
        ([(5, "dead"), (4, "dead"), (4.5, "dead"), (9, "dead"), (1, None)], 4, 4,
         ("dead", 3, False)),
        ([(5, "dead"), (np.nan, "dead"), (np.inf, "dead"), (9, "dead")], 5, 4, ("dead", 3, False)),
    ],
)  # fmt: skip
def test_which_start_is_kept(play, starts, loss, calls, fault):
    trained, called = play(*starts)
    assert (trained.final_losses[0], called) == (loss, calls)
    its = trained.fault
    assert fault == (None if its is None else (its.kind, its.redrawn, its.cured))
    assert trained.seconds == called
    assert trained.learned_nothing == (its is not None and not its.cured)


def test_what_diverged_or_was_interrupted_is_left_as_it_is(play):
    for stopped in ("diverged", "interrupted"):
        trained, called = play((5, "dead", stopped))
        assert (called, trained.fault, trained.stopped) == (1, None, stopped)


@pytest.mark.parametrize("how", ["interrupted", "raise"])
def test_an_interrupt_on_the_way_gives_the_best_so_far(play, how):
    trained, called = play((5, "dead"), (1, "dead", how), (0, None))
    assert (called, trained.interrupted, trained.final_losses[0]) == (2, True, 5)
    assert trained.stopped == "epochs"
    assert (trained.fault.redrawn, trained.fault.cured) == (0, False)
