import itertools

import numpy as np
import pytest
import torch

from nnfit.core.data.censored import codes_of, read_censored, surv
from nnfit.core.data.compared import compare, information, slope
from nnfit.core.data.risk_sets import RiskSets
from support import read_survival

WAYS = list(itertools.product([False, True], repeat=4))


def read(start, stratum, weighted, breslow):
    times, more, weight, _, x = read_survival()
    kept = {name: more[name] for name, is_in in (("start", start), ("stratum", stratum)) if is_in}
    y = read_censored(surv(**times, **kept), "y")[0]
    weights = torch.from_numpy(weight) if weighted else None
    return y, RiskSets(torch.from_numpy(codes_of(y)), weights, breslow), torch.from_numpy(x)


def by_hand(y, sets, link, breslow):
    """Compute the log-likelihood event by event, as its definition reads."""
    risk, weights = sets.weights * torch.exp(link), sets.weights
    total = torch.zeros(())
    for stratum in np.unique(y[:, 3]):
        own = y[:, 3] == stratum
        for time in np.unique(y[own & (y[:, 2] == 1), 1]):
            at_risk = torch.from_numpy(own & (y[:, 0] < time) & (time <= y[:, 1]))
            died = torch.from_numpy(own & (y[:, 2] == 1) & (y[:, 1] == time))
            number = int(died.sum())
            total = total + (weights * link)[died].sum()
            for k in range(number):
                gone = 0.0 if breslow else k / number
                left = risk[at_risk].sum() - gone * risk[died].sum()
                total = total - weights[died].mean() * torch.log(left)
    return total


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_likelihood_slope_and_curvature_are_those_of_the_definition(way):
    y, sets, x = read(*way)
    beta = torch.tensor([0.4, -0.7], dtype=torch.float64, requires_grad=True)
    expected = by_hand(y, sets, x @ beta, way[3])
    found = compare(sets, (x @ beta).detach())
    assert found.log_likelihood.item() == pytest.approx(expected.item(), rel=1e-13)
    (along,) = torch.autograd.grad(expected, beta)
    np.testing.assert_allclose(x.T @ slope(sets, found), along, rtol=1e-10)
    curvature = torch.autograd.functional.hessian(
        lambda beta: -by_hand(y, sets, x @ beta, way[3]), beta.detach()
    )
    np.testing.assert_allclose(information(sets, found, x), curvature, rtol=1e-10)


def test_adding_a_number_to_all_changes_nothing_however_large():
    _, sets, x = read(True, True, True, False)
    link = x[:, 0]
    plain = compare(sets, link)
    for number in (-5.0, 3e3, -1e5):
        moved = compare(sets, link + number)
        assert moved.log_likelihood.item() == pytest.approx(plain.log_likelihood.item(), rel=1e-9)
        np.testing.assert_allclose(slope(sets, moved), slope(sets, plain), atol=1e-9)


def test_each_stratum_may_be_moved_by_itself():
    _, sets, x = read(True, True, False, False)
    link, plain = x[:, 0], compare(sets, x[:, 0])
    moved = compare(sets, link + 40.0 * sets.stratum)
    assert moved.log_likelihood.item() == pytest.approx(plain.log_likelihood.item(), rel=1e-13)


def test_a_row_of_next_to_no_risk_takes_none_from_the_others():
    _, sets, x = read(False, False, False, False)
    link = x[:, 0].clone()
    censored = int(torch.nonzero(~sets.event)[0])
    link[censored] = -2000.0
    without = compare(sets, link)
    link[censored] = -400.0
    assert torch.isfinite(without.log_likelihood)
    assert compare(sets, link).log_likelihood.item() == without.log_likelihood.item()


def test_where_a_risk_set_has_no_risk_left_the_likelihood_is_none():
    y = read_censored(surv([1, 1, 1], [1, 2, 3]), "y")[0]
    sets = RiskSets(torch.from_numpy(codes_of(y)))
    near = compare(sets, torch.tensor([200.0, 100.0, 0.0], dtype=torch.float64))
    assert near.log_likelihood.item() == pytest.approx(0, abs=1e-30)
    far = compare(sets, torch.tensor([2000.0, 1000.0, 0.0], dtype=torch.float64))
    assert far.log_likelihood.item() == -np.inf


def test_without_events_there_is_nothing():
    y = read_censored(surv([1, 0, 0], [1, 2, 3]), "y")[0]
    sets = RiskSets(torch.from_numpy(codes_of(y)[1:]))
    found = compare(sets, torch.zeros(2))
    assert found.log_likelihood.item() == 0
    assert not slope(sets, found).any()


@pytest.mark.parametrize(("start", "stratum", "weighted", "breslow"), WAYS)
def test_rows_of_weight_zero_are_as_absent(start, stratum, weighted, breslow):
    """The event of the last time too, one of a tie, and a risk beside which others are nothing."""
    y, sets, x = read(start, stratum, weighted, breslow)
    left_out = np.zeros(len(y), dtype=bool)
    left_out[np.argsort(y[:, 1])[-3:]] = True
    left_out[np.flatnonzero(y[:, 2] == 1)[::4]] = True
    kept = torch.from_numpy(~left_out)
    link = x @ torch.tensor([0.4, -0.3], dtype=torch.float64)
    link[~kept] = torch.linspace(-2000, 2000, int(left_out.sum()), dtype=torch.float64)
    codes = torch.from_numpy(codes_of(y))
    codes[left_out, 2] = 1
    ours = RiskSets(codes, sets.weights * kept, breslow)
    without = RiskSets(codes[kept], sets.weights[kept], breslow)
    compared, expected = compare(ours, link), compare(without, link[kept])
    torch.testing.assert_close(compared.log_likelihood, expected.log_likelihood)
    torch.testing.assert_close(slope(ours, compared)[kept], slope(without, expected))
    assert not slope(ours, compared)[~kept].any()
    torch.testing.assert_close(
        information(ours, compared, x), information(without, expected, x[kept])
    )
