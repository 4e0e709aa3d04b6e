import math

import numpy as np
import pytest
import torch

from nnfit.core.training.history import History

CPU = torch.device("cpu")


def test_rows_come_back_in_the_users_units():
    losses = History(3, CPU, factor=4.0, validated=True)
    losses.add(1.0, 2.0)
    losses.add(0.5, 1.0)
    assert losses.last() == (2.0, 4.0)
    result = losses.result()
    assert result["train_loss"].tolist() == [4.0, 2.0]
    assert result["valid_loss"].tolist() == [8.0, 4.0]
    assert result["train_loss"].dtype == np.float64


def test_without_validation_there_is_no_second_column():
    losses = History(1, CPU, 1.0, validated=False)
    losses.add(1.0)
    assert losses.last() == (1.0, None)
    assert losses.result()["valid_loss"] is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_is_seen_at_once_on_the_cpu(bad):
    losses = History(3, CPU, 1.0, validated=False)
    losses.add(1.0)
    assert not losses.broken()
    losses.add(bad)
    assert losses.broken()


def test_an_accelerator_is_asked_now_and_then_and_the_rows_are_cut():
    # what happens on CUDA, played on the CPU: a tensor, looked at only when it is due
    losses = History(History.LOOK_EVERY + 5, CPU, 1.0, validated=False)
    losses.on_host, losses.table = False, torch.as_tensor(losses.table)
    for loss in [1.0, math.inf] + [math.nan] * (History.LOOK_EVERY - 2):
        assert not losses.broken()
        losses.add(torch.tensor(loss))
    assert losses.broken()
    assert losses.result()["train_loss"].tolist() == [1.0, math.inf]


# -- several fits at once --


def values(*numbers):
    return np.array(numbers, dtype=float)


def test_losses_of_several_fits_in_the_users_units():
    losses = History(3, CPU, values(1, 10), validated=True)
    losses.add(values(1, 2), values(3, 4))
    losses.add(values(5, 6), values(7, 8))
    assert losses.last() == (32.5, 43.5)
    history = losses.result(1)
    np.testing.assert_array_equal(history["train_loss"], [20, 60])
    np.testing.assert_array_equal(history["valid_loss"], [40, 80])
    np.testing.assert_array_equal(losses.result(0, rows=1)["train_loss"], [1])
    assert History(3, CPU, values(1), validated=False).result(0, 0)["valid_loss"] is None


def test_the_broken_among_several_are_told_one_by_one():
    losses = History(2, CPU, values(1, 1), validated=False)
    losses.add(values(1, 2))
    assert losses.broken() is False
    losses.add(values(math.nan, 2))
    assert losses.broken().tolist() == [True, False]


# -- what a checkpoint keeps --


def test_rows_go_on_from_a_state_with_more_epochs_to_come():
    first = History(2, CPU, 2.0, validated=True)
    first.add(1.0, 2.0)
    later = History(5, CPU, 2.0, validated=True)
    later.load(first.state())
    later.add(3.0, 4.0)
    assert later.result()["train_loss"].tolist() == [2.0, 6.0]
    assert later.result()["valid_loss"].tolist() == [4.0, 8.0]


@pytest.mark.parametrize("several", [False, True])
def test_it_grows_as_far_as_the_epochs_go(several, monkeypatch):
    monkeypatch.setattr(History, "FIRST", 4)
    factor = np.array([1.0, 2.0]) if several else 1.0
    history = History(11, torch.device("cpu"), factor, validated=True)
    loss = np.ones(2) if several else 1.0
    sizes = []
    for epoch in range(11):
        history.add(loss * epoch, loss * epoch / 2)
        sizes.append(len(history.table))
    assert sizes == [4] * 4 + [8] * 4 + [11] * 3
    made = history.result(1 if several else ())
    np.testing.assert_array_equal(made["train_loss"], np.arange(11.0) * (2 if several else 1))
    other = History(11, torch.device("cpu"), factor, validated=True)
    other.load(history.state())
    np.testing.assert_array_equal(other.result(0 if several else ())["valid_loss"],
                                  np.arange(11.0) / 2)  # fmt: skip


def test_room_is_not_taken_for_all_epochs_there_may_be():
    assert len(History(2**31 - 1, torch.device("cpu"), 1.0, validated=False).table) < 10_000
