"""How good predictions are, by the metrics of `options/metrics.csv`: a function each.

A function takes what is true and what is predicted, a row for each, and how much each row counts.
Numbers have a column for each outcome, over which the mean is taken; of classes the truth is (n,)
positions, and there are probabilities, or scores, (n, k).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from .concordance import concordance

Weights = np.ndarray
SMALLEST = np.finfo(float).eps  # a probability, as in yardstick: the logarithm of 0 is none


def _mean(values: np.ndarray, weights: Weights) -> np.ndarray:
    return np.asarray(weights @ values / weights.sum())


def rmse(y: np.ndarray, predicted: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the root of the mean squared error."""
    return np.sqrt(_mean((y - predicted) ** 2, weights))


def mae(y: np.ndarray, predicted: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the mean absolute error."""
    return _mean(np.abs(y - predicted), weights)


def mape(y: np.ndarray, predicted: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the mean absolute error in percent of the outcome."""
    return 100 * _mean(np.abs((y - predicted) / y), weights)


def rsq(y: np.ndarray, predicted: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the squared correlation."""
    a, b = y - _mean(y, weights), predicted - _mean(predicted, weights)
    return _mean(a * b, weights) ** 2 / (_mean(a**2, weights) * _mean(b**2, weights))


def rsq_trad(y: np.ndarray, predicted: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute 1 less the sum of squared errors over that around the mean."""
    around = _mean((y - _mean(y, weights)) ** 2, weights)
    return 1 - _mean((y - predicted) ** 2, weights) / around


def accuracy(y: np.ndarray, scores: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the share of rows whose likeliest class is theirs."""
    return _mean(scores.argmax(axis=1) == y, weights)


def bal_accuracy(y: np.ndarray, scores: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the mean of what yardstick calls sensitivity and specificity, over classes."""
    found = scores.argmax(axis=1)
    each = []
    for k in range(scores.shape[1]):
        own = y == k
        each.append(
            (
                _mean(found[own] == k, weights[own]) + _mean(found[~own] != k, weights[~own])
            ) / 2
        )  # fmt: skip
    return np.asarray(np.mean(each))


def roc_auc(y: np.ndarray, scores: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the area under the ROC curve; of several classes as Hand and Till (2001) do.

    That is the mean over pairs of classes, of each the mean of the areas by either's probability.
    """
    areas = []
    for a, b in combinations(range(scores.shape[1]), 2):
        for one, other in ((a, b), (b, a)):
            own, theirs = y == one, y == other
            areas.append(
                _area(scores[own, one], weights[own], scores[theirs, one], weights[theirs])
            )
    return np.asarray(np.mean(areas))


def _area(high: np.ndarray, of_high: Weights, low: np.ndarray, of_low: Weights) -> float:
    """Compute the probability that a value of the first is above one of the second; ties half."""
    if not len(high) or not len(low):
        return np.nan
    order = np.argsort(low)
    below = np.concatenate([[0.0], np.cumsum(of_low[order])])
    first = np.searchsorted(low[order], high, side="left")
    last = np.searchsorted(low[order], high, side="right")
    wins = (below[first] + below[last]) / 2
    return float(of_high @ wins / (of_high.sum() * of_low.sum()))


def mn_log_loss(y: np.ndarray, probabilities: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the mean of minus the logarithm of the probability of the row's class."""
    own = np.take_along_axis(probabilities, y[:, None], axis=1)[:, 0]
    return -_mean(np.log(np.clip(own, SMALLEST, 1 - SMALLEST)), weights)


def brier_class(y: np.ndarray, probabilities: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute half the mean squared distance of the probabilities from 0 and 1."""
    truth = np.arange(probabilities.shape[1]) == y[:, None]
    return _mean(((probabilities - truth) ** 2).sum(axis=1) / 2, weights)


def concordance_survival(y: np.ndarray, risk: np.ndarray, weights: Weights) -> np.ndarray:
    """Compute the share of pairs in which the row with the event first has the greater risk.

    See `concordance.concordance()`.
    """
    return np.asarray(concordance(y, risk[:, 0], weights).share)


METRICS: dict[str, Callable[[np.ndarray, np.ndarray, Weights], np.ndarray]] = {
    function.__name__: function
    for function in (
        rmse, mae, mape, rsq, rsq_trad, accuracy, bal_accuracy, roc_auc, mn_log_loss, brier_class,
        concordance_survival,
    )
}  # fmt: skip


def measure(
    name: str, y: np.ndarray, predicted: np.ndarray, weights: Weights | None = None
) -> float:
    """Measure predictions by a metric; NaN: it is not defined for these rows.

    Parameters
    ----------
    name : str
        In `options/metrics.csv`.
    y : array (n, d), or (n,) of positions of classes
    predicted : array (n, d), or (n, k) of probabilities
    weights : array (n,), optional
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        each = METRICS[name](y, predicted, np.ones(len(y)) if weights is None else weights)
    return float(np.mean(each))
