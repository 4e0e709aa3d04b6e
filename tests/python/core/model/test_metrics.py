import numpy as np
import pytest

from nnfit.core.model.metrics import METRICS, measure
from nnfit.core.options.metrics import metric_rows

Y = np.array([[1.0], [2.0], [4.0], [7.0]])
P = np.array([[1.5], [1.0], [4.0], [9.0]])
W = np.array([1.0, 2.0, 1.0, 4.0])
REPEATED = np.repeat(np.arange(4), W.astype(int))  # what the weights mean

CLASSES = np.array([0, 1, 2, 1, 0, 2, 1, 1])
PROBABILITIES = np.array([
    [0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.2, 0.2, 0.6], [0.5, 0.3, 0.2], [0.4, 0.5, 0.1],
    [0.1, 0.1, 0.8], [0.2, 0.6, 0.2], [0.3, 0.4, 0.3],
])  # fmt: skip


def test_the_table_and_the_functions_agree():
    assert list(METRICS) == list(metric_rows())


def test_numbers_by_hand():
    assert measure("rmse", Y, P) == pytest.approx(np.sqrt((0.25 + 1 + 0 + 4) / 4))
    assert measure("mae", Y, P) == pytest.approx(3.5 / 4)
    assert measure("mape", Y, P) == pytest.approx(100 * (0.5 + 0.5 + 0 + 2 / 7) / 4)
    assert measure("rsq", Y, P) == pytest.approx(np.corrcoef(Y[:, 0], P[:, 0])[0, 1] ** 2)
    around = ((Y - Y.mean()) ** 2).sum()
    assert measure("rsq_trad", Y, P) == pytest.approx(1 - 5.25 / around)


def test_classes_by_hand():
    likeliest = PROBABILITIES.argmax(axis=1)
    assert measure("accuracy", CLASSES, PROBABILITIES) == pytest.approx(6 / 8)
    both = [
        ((likeliest[k == CLASSES] == k).mean() + (likeliest[k != CLASSES] != k).mean()) / 2
        for k in range(3)
    ]
    assert measure("bal_accuracy", CLASSES, PROBABILITIES) == pytest.approx(np.mean(both))
    own = PROBABILITIES[np.arange(8), CLASSES]
    assert measure("mn_log_loss", CLASSES, PROBABILITIES) == pytest.approx(-np.log(own).mean())
    truth = np.eye(3)[CLASSES]
    brier = ((PROBABILITIES - truth) ** 2).sum() / 8 / 2
    assert measure("brier_class", CLASSES, PROBABILITIES) == pytest.approx(brier)


def pairs(scores, positive):
    """Count the pairs of a positive and a negative row that are in order; ties half."""
    high, low = scores[positive], scores[~positive]
    return np.mean([(a > b) + (a == b) / 2 for a in high for b in low])


def test_the_area_under_the_roc_curve_is_the_share_of_pairs_in_order():
    two = PROBABILITIES[:, :2] / PROBABILITIES[:, :2].sum(axis=1, keepdims=True)
    y = (CLASSES == 1).astype(int)
    assert measure("roc_auc", y, two) == pytest.approx(pairs(two[:, 1], y == 1))
    of_pairs = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        rows = np.isin(CLASSES, (a, b))
        scores, truth = PROBABILITIES[rows], CLASSES[rows]
        of_pairs += [pairs(scores[:, a], truth == a), pairs(scores[:, b], truth == b)]
    assert measure("roc_auc", CLASSES, PROBABILITIES) == pytest.approx(np.mean(of_pairs))


@pytest.mark.parametrize(
    "name", [n for n, row in metric_rows().items() if row.outcome == "numeric"]
)
def test_a_weight_is_that_many_rows(name):
    assert measure(name, Y, P, W) == pytest.approx(measure(name, Y[REPEATED], P[REPEATED]))


@pytest.mark.parametrize("name", [n for n, row in metric_rows().items() if row.outcome == "class"])
def test_a_weight_is_that_many_rows_of_a_class(name):
    weights = np.array([1, 2, 1, 4, 1, 3, 1, 2])
    rows = np.repeat(np.arange(8), weights)
    assert measure(name, CLASSES, PROBABILITIES, weights.astype(float)) == pytest.approx(
        measure(name, CLASSES[rows], PROBABILITIES[rows])
    )


def test_several_outcomes_give_the_mean():
    both = measure("rmse", np.hstack([Y, 2 * Y]), np.hstack([P, 2 * P]))
    assert both == pytest.approx(1.5 * measure("rmse", Y, P))


def test_what_is_not_defined_is_nan():
    with np.errstate(all="raise"):
        assert np.isnan(measure("roc_auc", np.zeros(3, int), np.full((3, 2), 0.5)))
        assert np.isnan(measure("rsq", np.ones((3, 1)), np.arange(3.0)[:, None]))
        assert measure("mn_log_loss", np.array([1]), np.array([[1.0, 0.0]])) < 40
