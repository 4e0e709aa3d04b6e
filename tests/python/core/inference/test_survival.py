import numpy as np
import pytest

from nnfit.core import NNFitError, fit, predict, predict_survival, surv
from nnfit.core.inference.survival import hazards_at
from support import read_survival

TIMES, MORE, WEIGHT, OFFSET, X = read_survival()


@pytest.fixture(scope="module")
def plain():
    return fit(X, surv(**TIMES))


@pytest.fixture(scope="module")
def stratified():
    return fit(X, surv(**TIMES, stratum=MORE["stratum"]), offset=OFFSET)


def test_a_curve_follows_from_the_baseline_and_the_risk(plain):
    found = predict_survival(plain, X[:2], [0.5, 3, 3.9, 44, 45])
    assert found.shape == (2, 5)
    assert (found[:, 0] == 1).all()
    np.testing.assert_array_equal(found[:, 1], found[:, 2])
    assert np.isnan(found[:, 4]).all()
    at = plain.baseline["hazard"][plain.baseline["time"] == 3]
    np.testing.assert_allclose(found[:, 1], np.exp(-at * predict(plain, X[:2])[:, 0]))


def test_by_default_there_is_a_column_for_each_time_of_an_event(plain):
    found = predict_survival(plain, X)
    assert found.shape == (40, len(np.unique(TIMES["time"][TIMES["event"]])))
    assert (np.diff(found, axis=1) <= 0).all()


def test_each_row_has_the_curve_of_its_stratum(stratified):
    labels = ["b", "a", None]
    found = predict_survival(stratified, X[:3], [2, 4], stratum=labels, offset=OFFSET[:3])
    base, risk = stratified.baseline, predict(stratified, X[:3], offset=OFFSET[:3])
    for row, place in ((0, 1), (1, 0)):
        own = (base["stratum"] == place) & (base["time"] <= 4)
        np.testing.assert_allclose(found[row, 1], np.exp(-base["hazard"][own][-1] * risk[row, 0]))
    assert np.isnan(found[2]).all()


def test_hazards_of_a_stratum_that_no_row_was_trained_on_are_not_known():
    baseline = {"stratum": np.array([0, 0]), "time": np.array([1.0, 2]), "hazard": np.array([1, 3])}
    found = hazards_at(baseline, np.array([0.0, 1, 1.5, 2, 2.1]), 2)
    np.testing.assert_array_equal(found[0], [0, 1, 1, 3, np.nan])
    assert np.isnan(found[1]).all()


def test_a_network_of_ones_own_and_one_with_members_have_curves():
    network = fit(X, surv(**TIMES), hidden_units=2, epochs=3, members=2, seed=1)
    found = predict_survival(network, X, [3])
    assert ((found > 0) & (found < 1)).all()
    import torch

    module = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
    own = fit(X, surv(**TIMES), model=module, epochs=3)
    assert predict_survival(own, X, [3], model=module).shape == (40, 1)


def refused(argument, match, *given, **more):
    with pytest.raises(NNFitError, match=match) as caught:
        predict_survival(*given, **more)
    assert caught.value.argument == argument


def test_what_can_not_be_is_refused_by_name(plain, stratified):
    refused("fit", "one of censored times", fit(X, TIMES["time"]), X)
    refused("times", "one or more numbers", plain, X, [])
    refused("times", "missing or infinite", plain, X, [np.nan])
    refused("stratum", "not needed", plain, X, stratum=MORE["stratum"])
    refused("stratum", "is missing", stratified, X, offset=OFFSET)
    refused("stratum", "that the fit has not: .c.", stratified, X[:1], stratum=["c"], offset=[0.0])
    refused("stratum", "x has 40 rows", stratified, X, stratum=["a"], offset=OFFSET)
    refused("x", "has 1 columns", plain, X[:, :1])
