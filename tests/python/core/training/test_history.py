import math

import numpy as np
import pytest
import torch

from nnfit.core.training import history
from nnfit.core.training.history import History, Progress

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
def test_divergence_is_seen_at_once_on_the_cpu(bad):
    losses = History(3, CPU, 1.0, validated=False)
    losses.add(1.0)
    assert not losses.diverged()
    losses.add(bad)
    assert losses.diverged()


def test_an_accelerator_is_asked_now_and_then_and_the_rows_are_cut():
    # what happens on CUDA, played on the CPU: a tensor, looked at only when it is due
    losses = History(History.LOOK_EVERY + 5, CPU, 1.0, validated=False)
    losses.on_host, losses.table = False, torch.as_tensor(losses.table)
    for loss in [1.0, math.inf] + [math.nan] * (History.LOOK_EVERY - 2):
        assert not losses.diverged()
        losses.add(torch.tensor(loss))
    assert losses.diverged()
    assert losses.result()["train_loss"].tolist() == [1.0, math.inf]


def test_progress_is_called_by_the_clock(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(history.time, "monotonic", lambda: clock[0])
    calls = []
    progress = Progress(lambda *row: calls.append(row), epochs=100)
    losses = History(100, CPU, 2.0, validated=False)
    for _ in range(100):
        losses.add(1.0)
        progress(losses)
        clock[0] += 0.01
    # a second of epochs: nothing in the first 0.2, then one call each 0.1
    assert 7 <= len(calls) <= 8
    assert calls[0][0] >= 20
    assert calls[0][1:] == (100, 2.0, None)


def test_a_callback_that_says_false_interrupts(monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", -1.0)
    losses = History(10, CPU, 1.0, validated=False)
    losses.add(1.0)
    with pytest.raises(KeyboardInterrupt):
        Progress(lambda *row: False, epochs=10)(losses)
