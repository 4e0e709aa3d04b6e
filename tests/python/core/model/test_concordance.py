import numpy as np
import pytest

from nnfit.core import fit, surv
from nnfit.core.data.censored import read_censored
from nnfit.core.model.concordance import Concordance, concordance
from nnfit.core.model.metrics import measure
from support import read_survival


def by_hand(y, risk, weights):
    """Look at every pair of rows."""
    found = dict.fromkeys(["concordant", "discordant", "tied"], 0.0)
    for i in np.flatnonzero(y[:, 2] == 1):
        for j in range(len(y)):
            later = y[j, 1] > y[i, 1] or (y[j, 1] == y[i, 1] and y[j, 2] == 0)
            if j == i or y[j, 3] != y[i, 3] or y[j, 0] >= y[i, 1] or not later:
                continue
            which = "tied" if risk[i] == risk[j] else "concordant"
            which = "discordant" if risk[i] < risk[j] else which
            found[which] += weights[i] * weights[j]
    return found


@pytest.mark.parametrize("kept", [[], ["start"], ["stratum"], ["start", "stratum"]], ids=str)
def test_pairs_are_those_that_are_counted_one_by_one(kept, rng):
    times, more, weight, _, _ = read_survival()
    y = read_censored(surv(**times, **{name: more[name] for name in kept}), "y")[0]
    risk = rng.integers(0, 12, 40) / 7
    assert concordance(y, risk, weight)._asdict() == by_hand(y, risk, weight)


def test_a_tie_is_half_of_a_pair_and_no_pairs_are_no_number():
    assert Concordance(3.0, 1.0, 2.0).share == 4 / 6
    assert np.isnan(Concordance(0.0, 0.0, 0.0).share)


# R, survival 3.5-3: coxph(...)$concordance
@pytest.mark.parametrize(
    ("kept", "options", "expected"),
    [
        ([], {}, 0.608996539792),
        (["stratum"], {"weights": True}, 0.603706972639),
        (["start"], {}, 0.574117647059),
        (["start", "stratum"], {"weights": True, "offset": True}, 0.523465703971),
    ],
)
def test_it_is_that_of_coxph(kept, options, expected):
    times, more, weight, offset, x = read_survival()
    given = {"weights": weight, "offset": offset}
    y = surv(**times, **{name: more[name] for name in kept})
    result = fit(x, y, metrics="Concordance survival", **{name: given[name] for name in options})
    assert result.history["train_concordance_survival"][-1] == pytest.approx(expected, rel=1e-11)


def test_a_metric_is_measured_by_weight(rng):
    y = read_censored(surv(**read_survival()[0]), "y")[0]
    risk, weights = rng.random((40, 1)), rng.integers(1, 4, 40)
    rows = np.repeat(np.arange(40), weights)
    whole = measure("concordance_survival", y, risk, weights.astype(float))
    # a row and its copy are no pair, as they have one time
    assert measure("concordance_survival", y[rows], risk[rows]) == pytest.approx(whole)
