import numpy as np
import pytest
import torch
from torch import nn

import nnfit
from nnfit.core import NNFitError, fit, importance, predict, surv
from nnfit.core.explained.importance import permuted
from support import read_survival


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((60, 3))
    return x, 2 * x[:, 0] - x[:, 1] + 0.1 * rng.standard_normal(60)


def by_name(found):
    return dict(zip(found["term"], found["importance"]))


def test_all_pairs_of_a_linear_model_are_known(rows):
    x, y = rows
    made = fit(x, y)
    found = importance(made, x, y, repeats=59)
    slopes = made["unscaled"]["0.weight"].ravel()
    residuals = y - predict(made, x)[:, 0]
    for j, name in enumerate(found["term"]):
        # residuals of least squares go with no column: what is left is the square of the step
        expected = 2 * slopes[j] ** 2 * x[:, j].var(ddof=1)
        assert by_name(found)[name] == pytest.approx(expected, rel=1e-9)
    assert found["baseline"] == pytest.approx(np.mean(residuals**2))
    assert found["repeats"] == 59
    assert importance(made, x, y, repeats=500)["repeats"] == 59


def test_a_deal_can_be_done_by_hand(rows):
    x, y = rows
    made = fit(x, y, hidden_units=[4], epochs=20, seed=1, dtype="float64")
    cycle = np.random.default_rng(3).permutation(60)
    terms = [["a", [0], [1]], ["b", [1], [1]]]
    moves = [[[0], []], [[1, 2], []]]
    found = permuted(made, x, y, moves=moves, terms=terms, cycle=cycle, repeats=2)
    base = np.mean((y - predict(made, x)[:, 0]) ** 2)
    for (columns, _), value in zip(moves, found["importance"]):
        rises = []
        for step in (1, 2):
            changed = x.copy()
            for place in range(60):
                changed[cycle[place], columns] = x[cycle[(place + step) % 60], columns]
            rises.append(np.mean((y - predict(made, changed)[:, 0]) ** 2) - base)
        assert value == pytest.approx(np.mean(rises), rel=1e-9)


def test_columns_may_be_made_by_the_caller(rows):
    x, y = rows
    design = np.c_[x, x[:, 0] * x[:, 1]]
    made = fit(design, y + x[:, 0] * x[:, 1], hidden_units=[4], epochs=20, seed=1, dtype="float64")
    asked = []

    def product(move, repeat, donors):
        asked.append((move, repeat))
        return x[donors, 0] * x[:, 1]

    found = permuted(
        made, design, y, moves=[[[0], [3]]], terms=[["a", [0], [1]]], cycle=np.arange(60),
        repeats=2, made=product,
    )  # fmt: skip
    base = np.mean((y - predict(made, design)[:, 0]) ** 2)
    rises = []
    for step in (1, 2):
        first = np.roll(x[:, 0], -step)
        changed = np.c_[first, x[:, 1:], first * x[:, 1]]
        rises.append(np.mean((y - predict(made, changed)[:, 0]) ** 2) - base)
    assert found["importance"][0] == pytest.approx(np.mean(rises), rel=1e-9)
    assert asked == [(0, 0), (0, 1)]


def test_rows_that_do_not_count_are_not_in_the_cycle(rows):
    x, y = rows
    made = fit(x, y, seed=1)
    weights = np.ones(60)
    weights[[3, 7]] = 0
    with_all = permuted(
        made, x, y, moves=[[[0], []]], terms=[["a", [0], [1]]], cycle=np.arange(60), repeats=1,
        weights=weights,
    )  # fmt: skip
    kept = weights > 0
    without = permuted(
        made, x[kept], y[kept], moves=[[[0], []]], terms=[["a", [0], [1]]], cycle=np.arange(58),
        repeats=1,
    )  # fmt: skip
    assert with_all["importance"] == pytest.approx(without["importance"])


def test_a_column_that_is_not_used_has_none_at_all(rows):
    x, y = rows
    made = fit(np.c_[x, np.ones(60)], y, hidden_units=[5], epochs=10, seed=1)
    found = importance(made, np.c_[x, np.arange(60.0)], y, seed=1)
    assert found["importance"][3] == found["std_error"][3] == 0
    assert found["conf_low"][3] == found["conf_high"][3] == 0


def test_a_product_is_an_interaction(rng):
    x = rng.standard_normal((400, 3))
    y = x[:, 0] * x[:, 1] + x[:, 2]
    design = np.c_[x, x[:, 0] * x[:, 1]]

    class Product(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1))

        def forward(self, x):
            return self.weight * x[:, [0]] * x[:, [1]] + x[:, [2]]

    module = Product()
    made = fit(design[:, :3], y, model=module, epochs=1, seed=1, scale=False, dtype="float64",
               learn_rate=1e-12)  # fmt: skip
    found = importance(made, x, y, interactions=True, repeats=20, seed=1, model=module)
    values = by_name(found)
    # either costs twice the variance of the product, 1, and both no more than one
    assert values["x1:x2"] == pytest.approx(2, rel=0.25)
    assert values["x1"] == pytest.approx(2, rel=0.25)
    assert abs(values["x1:x3"]) < 0.2


def test_groups_move_together(rows):
    x, y = rows
    twice = np.c_[x[:, :1], x[:, :1], x[:, 1:]]
    made = fit(twice, y, penalty=0.1, seed=1)
    alone = by_name(importance(made, twice, y, seed=1))
    found = importance(made, twice, y, groups={"both": [0, 1], "other": 2}, seed=1)
    # each has half of the slope, and so a quarter of its square
    assert alone["x1"] == pytest.approx(alone["x2"], rel=1e-6)
    assert by_name(found)["both"] > 3 * alone["x1"]
    assert found["term"] == ["both", "other"]


@pytest.mark.parametrize("metric", ["rmse", "rsq", "mae"])
def test_more_of_a_metric_is_better_or_worse(rows, metric):
    x, y = rows
    made = fit(x, y, seed=1)
    found = importance(made, x, y, metric=metric, seed=1)
    assert found["importance"][0] > found["importance"][1] > found["importance"][2] - 0.01
    assert found["conf_low"][0] > 0
    assert found["metric"] == metric
    assert found["baseline"] > 0


def test_one_of_several_outcomes_may_judge(rows):
    x, y = rows
    pandas = pytest.importorskip("pandas")
    both = pandas.DataFrame({"first": y, "second": 100 * x[:, 2]})
    made = fit(x, both, penalty=0.1, seed=1)
    other = predict(made, x)
    for metric in (None, "rmse", "mae"):
        found = importance(made, x, both, outcome="first", metric=metric, seed=1)
        assert found == importance(made, x, both, outcome=0, metric=metric, seed=1)
        assert np.argmax(found["importance"]) == 0  # by both it is the third, of large values
        assert np.argmax(importance(made, x, both, metric=metric, seed=1)["importance"]) == 2
        error = both["first"] - other[:, 0]
        by_hand = {None: np.mean(error**2), "rmse": np.sqrt(np.mean(error**2))}
        assert found["baseline"] == pytest.approx(by_hand.get(metric, np.abs(error).mean()))
    assert " of first " in repr(found)


def test_outcomes_that_there_are_not_are_refused(rows):
    x, y = rows
    several = fit(x, np.c_[y, x], seed=1)
    for wrong in ("y1", 4, -1, True, 1.5, [0]):
        with pytest.raises(NNFitError, match="`outcome` must be a position from 0 to 3, not"):
            importance(several, x, np.c_[y, x], outcome=wrong)
    frame = pytest.importorskip("pandas").DataFrame({"a": y, "b": y})
    with pytest.raises(NNFitError, match=r"of one \(`a`, `b`\), or a position from 0 to 1"):
        importance(fit(x, frame, seed=1), x, frame, outcome="c")
    for outcome in (y, y > 0, np.digitize(y, [-1, 1])):
        with pytest.raises(NNFitError, match="`outcome` is for fits of several numeric outcomes"):
            importance(fit(x, outcome, penalty=0.1, seed=1), x, outcome, outcome=0)


def test_classes_and_censored_times_have_importances(rows, rng):
    x, _ = rows
    classes = np.array(["a", "b", "c"])[np.digitize(x[:, 0], [-0.5, 0.5])]
    made = fit(x, classes, seed=1)
    for metric in (None, "accuracy", "roc_auc", "brier_class"):
        found = importance(made, x, classes, metric=metric, seed=1)
        assert np.argmax(found["importance"]) == 0
    times = surv(np.ones(60, bool), rng.exponential(size=60) * np.exp(-2 * x[:, 1]))
    risks = fit(x, times, seed=1)
    for metric in (None, "concordance_survival"):
        found = importance(risks, x, times, metric=metric, seed=1)
        assert np.argmax(found["importance"]) == 1
        assert found["conf_low"][1] > 0


def test_weights_strata_and_offsets_stay_with_their_rows():
    times, more, weight, offset, x = read_survival()
    made = fit(x, surv(**times, **more), weights=weight, offset=offset, seed=1)
    found = importance(
        made, x, surv(**times, **more), weights=weight, offset=offset, seed=1, repeats=3
    )
    assert np.isfinite(found["importance"]).all()
    assert found["baseline"] == pytest.approx(made["history"]["train_loss"][-1], rel=1e-6)


def test_a_seed_says_all(rows):
    x, y = rows
    made = fit(x, y, hidden_units=[3], epochs=5, seed=1)
    state = torch.random.get_rng_state()
    assert importance(made, x, y, seed=2) == importance(made, x, y, seed=2)
    assert importance(made, x, y, seed=2) != importance(made, x, y, seed=3)
    assert torch.equal(state, torch.random.get_rng_state())


def test_a_baseline_that_is_no_number_is_refused(rows):
    x, y = rows
    made = fit(x, y, seed=1)
    with pytest.raises(NNFitError, match="`metric` gives a mape of inf for the rows as they are"):
        importance(made, x, np.zeros(60), metric="mape")


def test_intervals_hold_what_other_rows_give(rng):
    # 60 sets of rows: of 95% intervals 51 at least hold it, but in one of 400 tries
    x = rng.standard_normal((4000, 3))
    y = 2 * x[:, 0] + x[:, 1] + rng.standard_normal(4000)
    made = fit(x, y, seed=1)
    slope = made["unscaled"]["0.weight"].ravel()[0]
    hits = 0
    for seed in range(60):
        new = rng.standard_normal((200, 3))
        outcome = 2 * new[:, 0] + new[:, 1] + rng.standard_normal(200)
        found = importance(made, new, outcome, groups={"a": 0}, seed=seed)
        expected = 2 * slope**2 + 2 * slope * (2 - slope)
        hits += found["conf_low"][0] <= expected <= found["conf_high"][0]
    assert hits >= 51


def test_it_is_at_hand_from_the_package():
    assert nnfit.importance is importance
