import numpy as np
import pytest
import torch

from nnfit.core import fit, predict
from nnfit.core.explained.moved import Moved
from nnfit.core.explained.rows import open_rows
from nnfit.core.explained.scores import score_of
from nnfit.core.explained.terms import Donated, Term


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((12, 2))
    return x, x[:, 0] - x[:, 1] + rng.standard_normal(12)


@pytest.mark.parametrize("metric", ["mae", "rmse"])
def test_it_is_what_predictions_for_moved_rows_score(rows, metric, rng):
    x, y = rows
    made = fit(x, y, hidden_units=3, epochs=5, seed=1, dtype="float64")
    asked = open_rows(made, x, y, None, None, None)
    cycle = rng.permutation(12)
    with torch.no_grad():
        moved = Moved(asked, [Donated([1], [])], score_of(asked, metric), cycle, 1, None)
        value = moved.estimate(Term("x2", [0], [1])).value
    donors = moved.donors(0)
    assert (donors != np.arange(12)).all() and sorted(donors) == list(range(12))
    assert donors[cycle[0]] == cycle[1]

    def score(rows):
        error = y - predict(made, rows)[:, 0]
        return np.abs(error).mean() if metric == "mae" else np.sqrt(np.mean(error**2))

    changed = np.c_[x[:, 0], x[donors, 1]]
    assert moved.baseline() == pytest.approx(score(x), rel=1e-9)
    if metric == "mae":  # of what is no mean the estimate is that of a jackknife
        assert value == pytest.approx(score(changed) - score(x), rel=1e-9)
    assert np.isfinite(value)


def test_the_score_of_some_rows_is_computed_once(rows):
    x, y = rows
    asked = open_rows(fit(x, y, seed=1), x, y, None, None, None)
    with torch.no_grad():
        moved = Moved(asked, [], score_of(asked, "rmse"), np.arange(12), 1, None)
    mask = np.arange(12) < 6
    first = moved.base_of(mask)
    moved.base[:] = 0
    assert moved.base_of(mask) == first != moved.base_of(~mask)
