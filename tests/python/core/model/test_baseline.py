import numpy as np
import pytest

from nnfit.core import fit, predict, surv
from nnfit.core.model.baseline import centred
from nnfit.core.options.asked import Asked
from support import read_survival

TIMES, MORE, WEIGHT, OFFSET, X = read_survival()


# R, survival 3.5-3: survfit(coxph(Surv(stop, event) ~ x1 + x2, d)) and residuals(), predict()
def test_hazard_residuals_and_reference_are_those_of_coxph():
    result = fit(X, surv(**TIMES))
    baseline = result.baseline
    np.testing.assert_allclose(
        baseline["hazard"][[0, 3, -1]], [0.0537303803291, 0.4140532352625, 3.7363477731480],
        rtol=1e-9,
    )  # fmt: skip
    np.testing.assert_array_equal(baseline["n_risk"][[0, 3, -1]], [40, 30, 1])
    assert baseline["n_event"].sum() == TIMES["event"].sum()
    assert baseline["n_censor"].sum() == (~TIMES["event"]).sum()
    np.testing.assert_allclose(
        baseline["residual"][:3], [-1.89273842569, -0.30267635497, 0.77214484787], rtol=1e-9
    )
    assert baseline["residual"].sum() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(baseline["means"], [0.14975, 0.0])  # of a column of 0 and 1: 0
    np.testing.assert_allclose(
        np.log(result.fitted[:3, 0]), [0.58425820531887, 0.00851014469175, 0.16043360572795],
        rtol=1e-9,
    )  # fmt: skip
    breslow = fit(X, surv(**TIMES), loss=("cox", {"ties": "breslow"})).baseline
    np.testing.assert_allclose(breslow["hazard"][3], 0.3949243112155, rtol=1e-9)


# the same of ~ x1 + x2 + strata(stratum) + offset(o), weights, Surv(start, stop, event)
def test_strata_weights_starts_and_an_offset_too():
    result = fit(X, surv(**TIMES, **MORE), weights=WEIGHT, offset=OFFSET)
    baseline = result.baseline
    assert result.options["strata"] == ["a", "b"]
    np.testing.assert_array_equal(baseline["n_risk"][[0, 3, -1]], [12, 36, 2])
    np.testing.assert_allclose(
        baseline["residual"][:3], [-0.99573058489, 0.15006837109, 0.78987436692], rtol=1e-9
    )
    # there the offset's mean is the weighted one: the curves are the same, its zero is not
    moved = np.exp(OFFSET.mean() - np.average(OFFSET, weights=WEIGHT))
    np.testing.assert_allclose(
        baseline["hazard"][[0, 3, -1]] / moved,
        [0.511464076869, 0.913399122719, 3.825814777673], rtol=1e-9,
    )  # fmt: skip
    np.testing.assert_array_equal(baseline["rows"], [(MORE["stratum"] == s).sum() for s in "ab"])
    link = np.log(result.fitted[:, 0]) - OFFSET
    for place, label in enumerate("ab"):
        own = MORE["stratum"] == label
        assert baseline["center"][place] == pytest.approx(
            np.average(link[own], weights=WEIGHT[own])
        )
        np.testing.assert_allclose(
            baseline["strata_means"][place], np.average(X[own], axis=0, weights=WEIGHT[own])
        )


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"members": 3}], ids=str)
def test_risks_of_a_network_are_relative_to_their_geometric_mean(options):
    result = fit(X, surv(**TIMES), hidden_units=3, epochs=4, seed=1, weights=WEIGHT, **options)
    link = predict(result, X, type="link")
    assert np.average(link[:, 0], weights=WEIGHT) == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(np.exp(link), result.fitted)


def test_rows_that_are_held_out_have_no_part_in_it():
    held_out = np.arange(30, 40)
    result = fit(X, surv(**TIMES), hidden_units=2, epochs=3, seed=1, validation=held_out)
    link = np.log(result.fitted[:30, 0])
    assert link.mean() == pytest.approx(0, abs=1e-6)
    assert len(result.baseline["residual"]) == 30
    assert result.baseline["n_event"].sum() == TIMES["event"][:30].sum()


def test_other_models_have_none():
    spec = Asked.of({"loss": "mse"}).resolved(2, 1)
    assert centred(None, spec, None, None) is None
    assert fit(X, TIMES["time"]).baseline is None
