import numpy as np
import pytest

from nnfit.core.repeats.progress import SharedProgress, in_proportion
from nnfit.core.training.callbacks import Progress
from nnfit.core.training.trained import Trained


@pytest.fixture
def calls(monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", 0.0)
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    return []


def result(train, valid=None):
    history = {"train_loss": np.array([9.0, train]), "valid_loss": valid and np.array([9.0, valid])}
    return Trained({}, [], None, history, "epochs", None, "fused", None, 0.0)


def test_parts_add_up_to_one_bar(calls):
    bar = SharedProgress(lambda *args: calls.append(args), 4, 10)
    bar.part()(5, 10, 1.0, None)
    bar.advance(result(2.0))
    bar.part(3)(5, 10, 1.0, 2.0)
    bar.advance(result(3.0, 4.0), 3)
    assert calls == [
        (5, 40, 1.0, None), (10, 40, 2.0, None), (25, 40, 1.0, 2.0), (40, 40, 3.0, 4.0),
    ]  # fmt: skip


def test_a_short_fit_reports_nothing(calls, monkeypatch):
    monkeypatch.setattr(Progress, "FIRST", 60.0)
    SharedProgress(lambda *args: calls.append(args), 2, 10).advance(result(1.0))
    assert calls == []


def test_false_stops(calls):
    with pytest.raises(KeyboardInterrupt):
        SharedProgress(lambda *args: False, 2, 10).advance(result(1.0))


def test_nothing_to_report_to():
    bar = SharedProgress(None, 2, 10)
    bar.advance(result(1.0))
    assert bar.part() is None


def test_a_share_counts_for_all(calls):
    bar = SharedProgress(lambda *args: calls.append(args), 7, 10)
    bar.part()(5, 10, 1.0, None)
    bar.advance(result(2.0))
    own = bar.share(6, 2)  # of six that are trained now, two are this process's
    own.part()(5, 10, 3.0, None)
    own.advance(result(4.0))
    own.part()(10, 10, 5.0, None)
    assert calls == [
        (5, 70, 1.0, None), (10, 70, 2.0, None),
        (22, 70, 3.0, None), (40, 70, 4.0, None), (70, 70, 5.0, None),
    ]  # fmt: skip
    assert bar.done == 7
    assert SharedProgress(None, 4, 10).share(4, 2).report is None


def test_epochs_of_some_are_told_as_those_of_all(calls):
    report = in_proportion(lambda *args: calls.append(args), 300, 100)
    report(50, 100, 1.0, None)
    report(100, 100, 0.5, 2.0)
    assert calls == [(150, 300, 1.0, None), (300, 300, 0.5, 2.0)]
    assert in_proportion(None, 300, 100) is None
    assert in_proportion(report, 100, 100) is report
