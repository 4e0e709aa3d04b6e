import numpy as np
import pytest
import torch

from nnfit.core.data.censored import codes_of, read_censored, surv
from nnfit.core.data.risk_sets import RiskSets, Runs
from support import read_survival


def sets_of(weights=None, **more):
    times = read_survival()[0]
    y = read_censored(surv(**times, **more), "y")[0]
    tensor = None if weights is None else torch.from_numpy(weights)
    return y, RiskSets(torch.from_numpy(codes_of(y)), tensor)


def by_hand(y, values):
    """Add up the values of the rows at risk, one set of tied events after the other."""
    found = []
    for stratum in np.unique(y[:, 3]):
        own = y[:, 3] == stratum
        for time in np.unique(y[own & (y[:, 2] == 1), 1]):
            found.append(values[own & (y[:, 0] < time) & (time <= y[:, 1])].sum())
    return np.array(found)


def test_running_sums_stay_within_their_group(rng):
    groups = torch.tensor([0, 0, 0, 2, 2, 3, 5, 5, 5, 5])
    values = rng.normal(size=(10, 2))
    found = Runs(groups).sums(torch.from_numpy(values)).numpy()
    assert not found[0].any()
    for row in range(10):
        before = (groups.numpy() == groups[row].item()) & (np.arange(10) <= row)
        np.testing.assert_allclose(found[row + 1], values[before].sum(axis=0), rtol=1e-14)


def test_what_is_small_in_one_group_is_not_lost_beside_another():
    values = torch.tensor([1e20, 1e20, 1e-20, 3e-20], dtype=torch.float64)
    assert Runs(torch.tensor([0, 0, 1, 1])).sums(values)[-1].item() == pytest.approx(4e-20)


def test_sums_over_risk_sets_are_those_by_hand(rng):
    more = read_survival()[1]
    for kept in ([], ["start"], ["stratum"], ["start", "stratum"]):
        y, sets = sets_of(**{name: more[name] for name in kept})
        values = rng.random(len(y))
        found = sets.at_risk(torch.from_numpy(values)).numpy()
        np.testing.assert_allclose(found, by_hand(y, values), rtol=1e-13)
        assert len(sets.tied) == len(found)
        # the other way around: of each row, what the sets it is in have
        of_sets = rng.random(len(found))
        through = sets.over_time(torch.from_numpy(of_sets)).numpy()
        np.testing.assert_allclose(through @ values, of_sets @ found, rtol=1e-12)


def test_tied_events_are_counted_and_weighed_together():
    weight = read_survival()[2]
    y, sets = sets_of(weight)
    assert sets.ties.sum() == (y[:, 2] == 1).sum() == len(sets.gone) == len(sets.weight)
    assert sets.ties.max() > 2
    events = torch.from_numpy(weight)[sets.event]
    np.testing.assert_allclose(sets.weight.sum().item(), events.sum().item(), rtol=1e-14)
    assert (sets.gone < 1).all()
    assert not RiskSets(torch.from_numpy(codes_of(y)), None, breslow=True).gone.any()


def test_rows_without_an_event_have_no_sets():
    y = read_censored(surv([1, 0, 0], [1, 2, 3]), "y")[0]
    sets = RiskSets(torch.from_numpy(codes_of(y)[1:]))
    assert len(sets.tied) == 0
    assert sets.at_risk(torch.ones(2, dtype=torch.float64)).shape == (0,)
    assert not sets.over_time(torch.ones(0, dtype=torch.float64)).any()
