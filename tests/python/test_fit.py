import math

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit, predict
from nnfit.core.training import callbacks


class Watcher(nn.Module):
    """Notes how many threads it runs on, and can be told to fail."""

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(1, 1)
        self.threads = []
        self.fails_after = math.inf

    def __deepcopy__(self, memo):
        return self  # so that the test sees what the fit did

    def forward(self, x):
        self.threads.append(torch.get_num_threads())
        if len(self.threads) > self.fails_after:
            raise ZeroDivisionError
        return self.line(x)


@pytest.mark.parametrize("fails_after", [math.inf, 3])
def test_small_fits_run_on_one_thread_and_give_the_setting_back(thermometer, fails_after):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    watcher = Watcher()
    watcher.fails_after = fails_after
    try:
        fit(*thermometer, model=watcher, epochs=5)
    except ZeroDivisionError:
        assert fails_after == 3
    assert torch.get_num_threads() == 2
    assert set(watcher.threads[1:]) == {1}  # the first is the trial of its output
    torch.set_num_threads(before)


def test_progress_reports_by_the_clock(monkeypatch, thermometer):
    clock = iter(np.arange(0, 1000, 0.01))
    monkeypatch.setattr(callbacks.time, "monotonic", lambda: next(clock))
    calls = []
    fit(
        *thermometer,
        hidden_units=4,
        epochs=100,
        validation=0.2,
        seed=1,
        progress=lambda *row: calls.append(row),
    )
    assert 5 <= len(calls) <= 10
    epoch, epochs, train_loss, valid_loss = calls[0]
    assert (type(epoch), epochs) == (int, 100)
    assert isinstance(train_loss, float)
    assert isinstance(valid_loss, float)


def test_progress_may_use_autograd(monkeypatch, thermometer):
    monkeypatch.setattr(callbacks.Progress, "FIRST", 0.0)
    slopes = []

    def report(*_):
        x = torch.ones(1, requires_grad=True)
        (3 * x).backward()
        slopes.append(x.grad.item())

    fit(*thermometer, hidden_units=4, epochs=3, progress=report, seed=1)
    assert set(slopes) == {3.0}


def test_an_interrupt_from_progress_keeps_the_fit(monkeypatch, thermometer):
    monkeypatch.setattr(callbacks.Progress, "FIRST", 0.0)

    def stop(epoch, *_):
        if epoch >= 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(callbacks.Progress, "EVERY", 0.0)
    result = fit(*thermometer, hidden_units=4, epochs=100, progress=stop, seed=1)
    assert result["stopped"] == "interrupted"
    assert len(result["history"]["train_loss"]) == 5


def test_a_pair_is_the_validation_data(iris):
    x, y = iris.x[::2], iris.y[::2]
    result = fit(x, y, hidden_units=8, validation=(iris.x[1::2], iris.y[1::2]), epochs=1,
                 learn_rate=1e-30, seed=1)  # fmt: skip
    assert result["validation_rows"] is None
    probability = predict(result, iris.x[1::2])
    codes = np.searchsorted(result["options"]["levels"], iris.y[1::2])
    expected = -np.mean(np.log(probability[np.arange(75), codes]))
    assert result["history"]["valid_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_a_fraction_holds_rows_out_after_the_model_is_initialised(thermometer):
    with_split = fit(*thermometer, hidden_units=4, validation=0.2, epochs=1, scale=False,
                     learn_rate=1e-30, seed=1)  # fmt: skip
    without = fit(*thermometer, hidden_units=4, epochs=1, scale=False, learn_rate=1e-30, seed=1)
    np.testing.assert_array_equal(
        with_split["parameters"]["0.weight"], without["parameters"]["0.weight"]
    )
    assert len(with_split["validation_rows"]) == 2
