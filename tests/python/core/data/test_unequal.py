import warnings

import numpy as np
import pytest

from nnfit.core import NNFitWarning, cross_validate, fit
from nnfit.core.data.unequal import MOST


def outcomes(rng, times):
    x = rng.normal(size=(60, 1))
    y = np.sin(x) + rng.normal(size=(60, 2)) / 10
    return x, y / y.std(axis=0) * [1, times]


@pytest.mark.parametrize("call", [fit, cross_validate])
def test_outcomes_of_very_unequal_spread_are_told_of_by_name(rng, call):
    x, y = outcomes(rng, 1.01 * MOST)
    with pytest.warns(NNFitWarning, match="column 2 has a standard deviation of 30, column 1"):
        call(x, y, hidden_units=2, penalty=0, epochs=2, seed=1)


@pytest.mark.parametrize(
    ("times", "options"),
    [(0.99 * MOST, {"hidden_units": 2}), (1e6, {}), (0, {"hidden_units": 2})],
    ids=["nearly equal", "linear", "constant"],
)
def test_others_are_not(rng, times, options):
    x, y = outcomes(rng, times)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NNFitWarning)
        fit(x, y, epochs=2, seed=1, penalty=0, **options)


def test_what_is_told_is_so(rng):
    """The outcome with little spread is lost beside one with much, and fitted well alone."""
    x, y = outcomes(rng, 1e6)
    options = {"hidden_units": 8, "seed": 1}
    with pytest.warns(NNFitWarning, match="unequal"):
        both = fit(x, y, **options)
    alone = fit(x, y[:, :1], **options)
    lost, kept = (np.mean((made.fitted[:, 0] - y[:, 0]) ** 2) for made in (both, alone))
    assert kept < 0.1 < 1 < lost
