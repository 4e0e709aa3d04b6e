"""What replicas side by side may each have of their own."""

import numpy as np
import pytest
import torch

from nnfit.core.data.table import Table
from nnfit.core.engines.strengths import alike, is_none, strengths_of
from nnfit.core.options.asked import Asked
from nnfit.core.repeats.progress import SharedProgress
from nnfit.core.repeats.replicas import Replica, Task, train_all, train_alone

X = np.random.default_rng(1).normal(size=(40, 3))
Y = (X[:, :1] + np.sin(X[:, 1:2])).copy()


def spec_of(**options):
    asked = Asked.of({"hidden_units": [4], "loss": "mse", "epochs": 40, "seed": 1, **options})
    return asked.resolved(3, 1)


def test_what_all_have_alike_stays_one_number():
    made = strengths_of([spec_of(penalty=0.1), spec_of(penalty=0.1, learn_rate=0.1)])
    assert made.ridge == 0.1
    assert made.lasso == made.momentum == 0.0
    assert made.learn_rate.tolist() == [[spec_of().learn_rate], [0.1]]
    assert is_none(made.lasso)
    assert not is_none(made.learn_rate)
    assert is_none(torch.zeros(2, 1))


def test_shapes_schedules_and_whether_there_is_momentum_keep_fits_apart():
    one = alike(spec_of())
    assert one == alike(spec_of(penalty=0.3, mixture=0.5, learn_rate=0.2))
    for options in (
        {"hidden_units": [5]},
        {"activation": "tanh"},
        {"optimizer": "sgd"},
        {"epochs": 41},
        {"batch_size": 8},
        {"clip_norm": 1.0},
    ):
        assert one != alike(spec_of(**options))
    sgd = {"optimizer": "sgd"}
    assert alike(spec_of(**sgd, momentum=0.9)) == alike(spec_of(**sgd, momentum=0.5))
    assert alike(spec_of(**sgd, momentum=0.9)) != alike(spec_of(**sgd))
    planned = {"schedule": "cosine"}
    assert alike(spec_of(**planned)) != alike(spec_of(**planned, learn_rate=0.1))
    assert alike(spec_of(**planned)) == alike(spec_of(**planned, penalty=0.1))


CASES = [
    ("adam", {}, {}),
    ("adam", {"amsgrad": True}, {}),
    ("adamw", {}, {}),
    ("sgd", {}, {}),
    ("sgd", {}, {"momentum": (0.5, 0.9, 0.7)}),
    ("sgd", {"nesterov": True}, {"momentum": (0.5, 0.9, 0.7)}),
    ("rmsprop", {}, {}),
    ("rmsprop", {}, {"momentum": (0.5, 0.9, 0.7)}),
    ("adagrad", {}, {}),
]


@pytest.mark.parametrize("mixture", [(0.0, 0.0, 0.0), (0.0, 0.5, 1.0)])
@pytest.mark.parametrize(("name", "args", "more"), CASES)
def test_side_by_side_each_is_what_it_is_alone(name, args, more, mixture):
    each = {
        "penalty": (0.0, 0.1, 0.02),
        "learn_rate": (0.01, 0.03, 0.001),
        "mixture": mixture,
        **more,
    }
    specs = [
        spec_of(optimizer=(name, args), dtype="float64", **dict(zip(each, values)))
        for values in zip(*each.values())
    ]
    table = Table(X, Y, None, None)
    rows = np.arange(30)
    replicas = [Replica(1, rows, None, np.arange(30, 40), spec) for spec in specs]
    made = list(
        train_all(Task(table, specs[0]), replicas, SharedProgress(None, 3, 40)).fits.values()
    )
    assert [one.engine for one in made] == ["stacked"] * 3
    for replica, together in zip(replicas, made):
        alone = train_alone(Task(table, specs[0]), replica)
        for key, value in alone.parameters.items():
            # the same operations on float64, summed up in another order
            np.testing.assert_allclose(together.parameters[key], value, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(
            together.history["valid_loss"], alone.history["valid_loss"], rtol=1e-8
        )


def test_a_schedule_moves_the_rate_of_all():
    specs = [spec_of(schedule="cosine", penalty=penalty) for penalty in (0.0, 0.1)]
    table = Table(X, Y, None, None)
    replicas = [Replica(1, np.arange(30), None, np.arange(30, 40), spec) for spec in specs]
    made = list(
        train_all(Task(table, specs[0]), replicas, SharedProgress(None, 2, 40)).fits.values()
    )
    for replica, together in zip(replicas, made):
        alone = train_alone(Task(table, specs[0]), replica)
        np.testing.assert_allclose(  # float32
            together.history["valid_loss"], alone.history["valid_loss"], rtol=1e-4
        )


def test_members_of_an_optimizer_without_a_step_size_are_trained_at_once():
    optimizer = {"optimizer": "levenberg_marquardt", "learn_rate": None}
    task = Task(Table(X, Y), spec_of(**optimizer))
    replicas = [Replica(seed, np.arange(len(X))) for seed in (1, 2)]
    made = train_all(task, replicas, SharedProgress(None, 2, 40))
    assert all(trained.engine == "stacked" for trained in made.fits.values())
