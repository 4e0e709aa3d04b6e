import copy

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet
from nnfit.core.training.rate_finder import LEAST, MOST, STEPS, RateCurve


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((300, 4))
    return x, np.sin(x[:, 0]) + x[:, 1] ** 2


def test_the_curve_is_that_of_a_loop_by_hand(rows):
    made = fit(
        *rows, hidden_units=8, learn_rate="find", optimizer="sgd", momentum=0.5, scale=False,
        dtype="float64", seed=3, epochs=1,
    )  # fmt: skip
    x, y = (torch.from_numpy(part) for part in rows)
    torch.manual_seed(3)
    wide = {"dtype": torch.float64}
    model = nn.Sequential(nn.Linear(4, 8, **wide), nn.ReLU(), nn.Linear(8, 1, **wide))
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.5)
    rates = np.geomspace(1e-6, 10, 100)
    losses = []
    for rate in rates:
        loss = nn.functional.mse_loss(model(x).squeeze(1), y)
        losses.append(loss.item())
        if loss > 4 * min(losses):
            break
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert made["rates"]["loss"] == pytest.approx(losses, rel=1e-9)
    assert made["rates"]["learn_rate"] == pytest.approx(rates[: len(losses)], rel=1e-12)
    least = int(np.argmin(losses))
    slopes = np.gradient(np.array(losses)[: least + 1], np.log(rates[: least + 1]))
    by_hand = np.sqrt(rates[np.argmin(slopes)] * rates[least] / 10)
    assert made["options"]["learn_rate"] == pytest.approx(by_hand)


def test_training_is_that_of_the_number(rows):
    for options in ({}, {"batch_size": 32}, {"dropout": 0.2, "batch_size": 50}):
        options = {"hidden_units": 6, "epochs": 5, "seed": 1, **options}
        found = fit(*rows, learn_rate="find", **options)
        given = fit(*rows, learn_rate=found["options"]["learn_rate"], **options)
        assert (found["history"]["train_loss"] == given["history"]["train_loss"]).all()
        assert "rates" not in given


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "rmsprop", "nadam"])
def test_it_is_no_worse_than_the_default_by_far(rows, optimizer):
    last = {}
    for rate in (None, "find"):
        made = fit(*rows, hidden_units=16, optimizer=optimizer, learn_rate=rate, epochs=200,
                   seed=1, penalty=0)  # fmt: skip
        last[rate] = made["history"]["train_loss"][-1]
    assert last["find"] < 3 * last[None]


def test_a_module_of_ones_own_is_left_as_it_is(rows):
    module = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
    before = copy.deepcopy(module.state_dict())
    made = fit(*rows, model=module, learn_rate="find", epochs=3, seed=1)
    assert all(torch.equal(module.state_dict()[name], before[name]) for name in before)
    assert made["rates"]["learn_rate"][0] == LEAST


def test_where_nothing_falls_the_optimizers_own_stays():
    flat = RateCurve(np.geomspace(LEAST, MOST, STEPS), np.arange(1.0, STEPS + 1))
    assert flat.best is None
    x = np.zeros((20, 1)) + np.arange(20)[:, None]
    made = fit(x, np.ones(20), hidden_units=2, learn_rate="find", epochs=2, seed=1, penalty=0)
    assert 0 < made["options"]["learn_rate"] < 10


def test_files_have_it(rows, write_parquet):
    x, y = rows
    path = write_parquet({"a": x[:, 0], "b": x[:, 1], "y": y})
    for batch_size in (None, 64):
        made = fit_parquet(path, "y", hidden_units=4, learn_rate="find", epochs=2, seed=1,
                           batch_size=batch_size)  # fmt: skip
        assert len(made["rates"]["loss"]) > 50
        assert LEAST < made["options"]["learn_rate"] < MOST


def test_repeats_take_the_number_of_the_fit(rows):
    alone = fit(*rows, hidden_units=3, learn_rate="find", epochs=3, seed=1)
    for repeats in ({"members": 2}, {"bootstrap": 3}, {"restarts": 2}):
        made = fit(*rows, hidden_units=3, learn_rate="find", epochs=3, seed=1, **repeats)
        same = made["options"]["learn_rate"] == alone["options"]["learn_rate"]
        assert same == ("members" not in repeats)  # whose mean is another network
        assert LEAST < made["options"]["learn_rate"] < MOST


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        ("lbfgs", '"find" does not go with optimizer "lbfgs"'),
        ("rprop", '"find" does not go with optimizer "rprop"'),
        ("levenberg_marquardt", "is not an option"),
    ],
)
def test_optimizers_that_choose_their_steps_refuse_it(rows, optimizer, message):
    with pytest.raises(NNFitError, match=f"`learn_rate` {message}"):
        fit(*rows, hidden_units=3, optimizer=optimizer, learn_rate="find")


def test_folds_refuse_it(rows):
    with pytest.raises(NNFitError, match='`learn_rate` "find" is for one fit'):
        cross_validate(*rows, hidden_units=3, learn_rate="find")


@pytest.mark.parametrize("wrong", ["fast", "", "Find", 0, -1])
def test_other_values_are_refused(rows, wrong):
    with pytest.raises(NNFitError, match='must be a number above 0, or "find", or None'):
        fit(*rows, hidden_units=3, learn_rate=wrong)
