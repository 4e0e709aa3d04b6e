"""Scores, their order, and the choice."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from nnfit.core.options.asked import Asked
from nnfit.core.tuned.judged import Judge, Result, chosen, in_order


def result(*scores, stage=1, epochs=10):
    return Result(np.array(scores), epochs, stage, ["epochs"] * len(scores), [], 0, False)


def candidate(number, **options):
    asked = Asked.of({"loss": "mse", **options})
    return SimpleNamespace(number=number, spec=asked.resolved(2, 1))


def test_a_mean_has_the_standard_error_of_a_mean():
    made = result(1.0, 2.0, 4.0)
    assert made.mean == pytest.approx(7 / 3)
    assert made.std_error == pytest.approx(np.std([1, 2, 4], ddof=1) / math.sqrt(3))
    assert math.isnan(result(1.0).std_error)
    assert math.isnan(result(1.0, math.inf).std_error)


def test_the_best_is_first_what_failed_is_last_and_of_equals_the_first():
    results = {
        0: result(math.inf, 1), 1: result(2, 2), 2: result(1, 1), 3: result(2, 2),
        4: result(2, 2, stage=2),
    }  # fmt: skip
    assert in_order(results) == [2, 4, 1, 3, 0]


def test_after_another_stage_the_best_score_counts():
    early, late = result(1, 1, epochs=5), result(3, 3, stage=2, epochs=15)
    assert late.after(early).epochs == 5
    assert late.after(early).stage == 2
    assert early.after(late) is early
    assert late.after(None) is late


def test_one_standard_error_takes_the_simplest():
    made = [
        candidate(0, hidden_units=[8], penalty=0.1),
        candidate(1, hidden_units=[4], penalty=0.01),
        candidate(2, hidden_units=[4], penalty=0.1),
        candidate(3, hidden_units=[2]),
    ]
    results = {0: result(1, 2, 3), 1: result(1.1, 2.1, 3.1), 2: result(1.2, 2.2, 3.2),
               3: result(8, 8, 8)}  # fmt: skip
    order = in_order(results)
    assert chosen("best", order, results, made) == 0
    assert chosen("one_std_err", order, results, made) == 2
    alone = {0: result(1), 1: result(2)}
    assert chosen("one_std_err", in_order(alone), alone, made) == 0


def test_more_of_some_metrics_is_better():
    assert Judge(None).sign == Judge("rmse").sign == 1
    assert Judge("roc_auc").sign == Judge("rsq").sign == -1
