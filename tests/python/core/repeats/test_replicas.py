"""Replicas trained at once are the fits that they would be alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit
from nnfit.core.data.table import Table
from nnfit.core.options.asked import Asked
from nnfit.core.repeats import replicas as replicates
from nnfit.core.repeats.progress import SharedProgress
from nnfit.core.repeats.replicas import Replica, Task, train_all, train_alone
from nnfit.core.training.callbacks import Progress
from support import OneOf

NET = {"hidden_units": [5, 4], "activation": "tanh", "epochs": 30, "dtype": "float64"}
CLOSE = {"rtol": 1e-8, "atol": 1e-10}
EXACT = {"rtol": 0, "atol": 0}


def task_of(rng, loss="mse", weights=None, model=None, held_out=False, **options):
    x = rng.standard_normal((20, 2))
    y = x[:, :1] + 0.5 * rng.standard_normal((20, 1))
    y = {"cross_entropy": rng.integers(3, size=20), "bce_with_logits": (y > 0) * 1.0,
         "poisson_nll": np.abs(y)}.get(loss, y)  # fmt: skip
    levels = ["a", "b", "c"] if loss == "cross_entropy" else None
    spec = Asked.of({**NET, "loss": loss, "levels": levels, **options}, own_model=model is not None)
    table = Table(x, y, weights)
    spec = spec.resolved(2, 3 if levels else 1)
    return Task(table, spec, model, table.take(slice(0, 6)) if held_out else None)


def some(rng, weights=True, valid=False):
    replicas = []
    for seed in range(4):
        rows = np.sort(rng.permutation(20)[: 12 + seed])
        each = rng.integers(1, 4, size=len(rows)).astype(float) if weights else None
        others = np.setdiff1d(np.arange(20), rows) if valid else None
        replicas.append(Replica(seed, rows, each, others))
    return replicas


def assert_as_alone(task, replicas, engine, tolerance):
    together = list(
        train_all(task, replicas, SharedProgress(None, len(replicas), 30)).fits.values()
    )
    assert len(together) == len(replicas)
    for replica, ours in zip(replicas, together):
        alone = train_alone(task, replica)
        assert ours.engine == engine
        assert (ours.stopped, ours.best_epoch) == (alone.stopped, alone.best_epoch)
        for part in ("parameters", "history"):
            mine, theirs = getattr(ours, part), getattr(alone, part)
            assert list(mine) == list(theirs)
            for name, values in theirs.items():
                if values is not None:
                    np.testing.assert_allclose(mine[name], values, **tolerance)
    return together


@pytest.fixture
def at_once(monkeypatch):
    """Fail where replicas would be trained in turn."""

    def refuse(*args):
        raise AssertionError("in turn")

    train_alone = replicates.train_alone
    monkeypatch.setattr(replicates, "train_alone", refuse)
    return train_alone


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop", "adagrad"])
@pytest.mark.parametrize("loss", ["mse", "l1", "cross_entropy", "bce_with_logits", "poisson_nll"])
@pytest.mark.usefixtures("at_once")
def test_at_once_as_alone(loss, optimizer, rng):
    for reduction in ("mean", "sum"):
        task = task_of(rng, loss, optimizer=optimizer, reduction=reduction, penalty=0.01)
        assert_as_alone(task, some(rng), "stacked", CLOSE)


@pytest.mark.parametrize("valid", ["rows", "beside", None])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.usefixtures("at_once")
def test_validation_and_early_stopping(valid, weighted, rng):
    weights = rng.random(20) if weighted else None
    task = task_of(rng, weights=weights, held_out=valid == "beside", learn_rate=0.1, stop_iter=1)
    results = assert_as_alone(task, some(rng, weighted, valid == "rows"), "stacked", CLOSE)
    assert "early" in {result.stopped for result in results}
    assert len({len(result.history["train_loss"]) for result in results}) > 1


@pytest.mark.usefixtures("at_once")
def test_a_replica_that_diverges_leaves_the_others_alone(rng):
    task = task_of(
        rng, optimizer="sgd", activation="relu", learn_rate=0.001, reduction="sum", scale=False
    )
    replicas = some(rng, weights=False)
    replicas[2] = replicas[2]._replace(weights=np.full(len(replicas[2].rows), 1e6))
    results = list(train_all(task, replicas, SharedProgress(None, 4, 30)).fits.values())
    assert [result.stopped for result in results] == ["epochs", "epochs", "diverged", "epochs"]
    assert len(results[2].history["train_loss"]) < 30
    assert not np.isfinite(results[2].history["train_loss"][-1])
    assert all(np.isfinite(values).all() for values in results[2].parameters.values())
    others = replicas[:2] + replicas[3:]
    for ours, expected in zip(
        results[:2] + results[3:], assert_as_alone(task, others, "stacked", CLOSE)
    ):
        np.testing.assert_allclose(ours.history["train_loss"], expected.history["train_loss"])


@pytest.mark.usefixtures("at_once")
def test_float32(rng):
    assert_as_alone(
        task_of(rng, dtype="float32"), some(rng), "stacked", {"rtol": 1e-3, "atol": 1e-5}
    )


def own():
    return nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.BatchNorm1d(4), nn.Linear(4, 1)).double()


@pytest.mark.parametrize(
    ("options", "engine"),
    [
        ({"batch_size": 4}, "fused"),
        ({"dropout": 0.3}, "fused"),
        ({"optimizer": "lbfgs", "epochs": 5}, "fused"),
        ({"activation": "celu"}, "autograd"),
        ({"loss": "huber"}, "fused"),
        ({"model": own()}, "autograd"),
        ({"hidden_units": ()}, "stacked"),
    ],
)
def test_in_turn_exactly_as_alone(options, engine, rng):
    close = CLOSE if options == {"hidden_units": ()} else EXACT
    assert_as_alone(task_of(rng, **{"optimizer": "adam", **options}), some(rng), engine, close)


def test_alone_is_what_fit_makes(rng):
    task = task_of(rng)
    replica = some(rng)[1]
    weights = np.zeros(20)
    weights[replica.rows] = replica.weights
    expected = fit(*task.table[:2], weights=weights, seed=replica.seed, **NET)
    ours = train_alone(task, replica)
    for name, values in expected["parameters"].items():
        np.testing.assert_array_equal(ours.parameters[name], values)


def test_memory_is_bounded_by_parts(rng, monkeypatch):
    task, replicas = task_of(rng), some(rng)
    whole = list(train_all(task, replicas, SharedProgress(None, 4, 30)).fits.values())
    sizes = []
    monkeypatch.setattr(replicates, "MOST_FLOATS", 2500)
    monkeypatch.setattr(replicates, "_together", lambda task, part, make=replicates._together: (
        sizes.append(len(part)), make(task, part))[1])  # fmt: skip
    in_parts = list(train_all(task, replicas, SharedProgress(None, 4, 30)).fits.values())
    for ours, expected in zip(in_parts, whole):
        np.testing.assert_allclose(ours.history["train_loss"], expected.history["train_loss"])
    assert sizes == [2, 2]


def test_an_interrupt_between_fits_leaves_those_that_were_done(rng):
    task, replicas = task_of(rng, optimizer="lbfgs", epochs=3), some(rng)
    done = []

    class Stop(SharedProgress):
        def advance(self, result, fits=1):
            done.append(result)
            if len(done) == 2:
                raise KeyboardInterrupt

    made = train_all(task, replicas, Stop(None, 4, 3))
    assert made.interrupted
    assert list(made.fits.values()) == done
    assert list(made.ended) == [0, 1]


@pytest.mark.parametrize(("engine", "number"), [("auto", 4), ("autograd", 1)])
def test_an_interrupt_within_leaves_the_fits_as_they_were(rng, monkeypatch, engine, number):
    monkeypatch.setattr(Progress, "FIRST", 0.0)
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    task, replicas = task_of(rng, engine=engine), some(rng)
    epochs = []

    def report(*args):
        epochs.append(args)
        return len(epochs) < 3

    made = train_all(task, replicas, SharedProgress(report, 4, 30))
    assert made.interrupted
    assert [one.stopped for one in made.fits.values()] == ["interrupted"] * number
    assert [len(one.history["train_loss"]) for one in made.fits.values()] == [3] * number
    assert made.ended == {}


def test_those_that_had_ended_before_an_interrupt_are_whole(rng, monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", 0.0)
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    options = {"stop_iter": 1, "optimizer": "sgd", "learn_rate": 0.5, "momentum": 0.9}
    task, replicas = task_of(rng, **options), some(rng)
    whole = list(train_all(task, replicas, SharedProgress(None, 4, 30)).fits.values())
    epochs = sorted(len(one.history["train_loss"]) for one in whole)
    assert epochs[0] < epochs[-1]
    report = lambda epoch, *_: epoch < 4 * (epochs[-1] - 1)  # noqa: E731
    made = train_all(task, replicas, SharedProgress(report, 4, 30))
    assert made.interrupted
    assert 0 < len(made.ended) < 4
    for r in made.ended:
        for name, values in whole[r].parameters.items():
            np.testing.assert_array_equal(made.fits[r].parameters[name], values)


def test_the_users_generator_is_untouched(rng):
    before = torch.random.get_rng_state()
    train_all(task_of(rng), some(rng), SharedProgress(None, 4, 30))
    assert torch.equal(before, torch.random.get_rng_state())


class Brought(Exception):
    """What a process has brought to the others, who are not there."""


class Bringing(OneOf):
    def gather(self, value):
        raise Brought(value)


def test_each_process_trains_a_share(rng):
    task, replicas = task_of(rng), some(rng)
    whole = train_all(task, replicas, SharedProgress(None, 4, 30)).fits
    brought = {}
    for rank in range(6):  # two of which have nothing to do
        shared = replace(task, processes=Bringing(rank, 6))
        with pytest.raises(Brought) as share:
            train_all(shared, replicas, SharedProgress(None, 4, 30))
        brought.update(share.value.args[0])
    assert sorted(brought) == [0, 1, 2, 3]
    for place, trained in brought.items():
        assert trained.engine == "stacked"  # as one of several is
        for name, values in whole[place].parameters.items():
            np.testing.assert_allclose(trained.parameters[name], values, **CLOSE)


class Beside(OneOf):
    """A process beside another, which has brought what it has, and was interrupted."""

    def __init__(self, theirs):
        super().__init__(0, 2)
        self.theirs = theirs

    def gather(self, value):
        return [value, self.theirs]

    def any(self, holds):
        return True


def test_where_one_is_interrupted_all_are_and_have_what_there_is(rng):
    task, replicas = task_of(rng), some(rng)
    whole = train_all(task, replicas, SharedProgress(None, 4, 30)).fits
    cut = whole[3]._replace(stopped="interrupted")
    shared = replace(task, processes=Beside({3: cut}))  # who has not begun with 1
    made = train_all(shared, replicas, SharedProgress(None, 4, 30))
    assert made.interrupted
    assert list(made.fits) == [0, 2, 3] and list(made.ended) == [0, 2]
    np.testing.assert_allclose(
        made.fits[2].history["train_loss"], whole[2].history["train_loss"], **CLOSE
    )
