import math

import numpy as np
import pytest

from nnfit.core import NNFitError, fit, predict, predict_jackknife, surv
from nnfit.core.inference.jackknife import t_quantile
from nnfit.core.model.predictions import Reopened, member_scores
from nnfit.core.repeats.penalty_path import FOLDS


@pytest.fixture(scope="module")
def tuned():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((60, 2))
    y = np.sin(x[:, 0]) + 0.2 * rng.standard_normal(60)
    return fit(x, y, hidden_units=4, seed=1), x


def of_members(made, x):
    reopened = Reopened(made, "link", None)
    return member_scores(reopened.network, reopened.spec, reopened.scaling, x)[:, :, 0]


def test_limits_are_those_of_the_jackknife(tuned):
    made, x = tuned
    band = predict_jackknife(made, x, level=0.9)
    each = of_members(made, x)
    assert len(each) == 2 * FOLDS
    squares = [
        (FOLDS - 1) / FOLDS * ((deal - deal.mean(0)) ** 2).sum(0) for deal in np.split(each, 2)
    ]
    away = t_quantile(0.95) * np.sqrt(np.mean(squares, axis=0))
    np.testing.assert_allclose(band["fit"], predict(made, x), rtol=1e-6)
    np.testing.assert_allclose(band["upr"][:, 0], each.mean(0) + away)
    np.testing.assert_allclose(band["lwr"][:, 0], each.mean(0) - away)


def test_degrees_of_freedom_are_one_less_than_folds():
    assert FOLDS - 1 == 4
    # from a table of the t distribution
    for share, quantile in {
        0.9: 1.533206,
        0.95: 2.131847,
        0.975: 2.776445,
        0.995: 4.604095,
    }.items():
        assert t_quantile(share) == pytest.approx(quantile, abs=1e-6)
        assert t_quantile(1 - share) == pytest.approx(-quantile, abs=1e-6)
    assert t_quantile(0.5) == 0


def test_the_more_confidence_the_wider(tuned):
    made, x = tuned
    narrow, wide = predict_jackknife(made, x, level=0.5), predict_jackknife(made, x, level=0.99)
    assert (wide["upr"] > narrow["upr"]).all() and (wide["lwr"] < narrow["lwr"]).all()


def test_a_mean_above_zero_has_limits_above_zero_and_an_offset(rng):
    x = rng.standard_normal((80, 1))
    offset = rng.standard_normal(80)
    y = rng.gamma(3.0, np.exp(0.5 * x[:, 0] + offset) / 3)
    made = fit(x, y, hidden_units=4, loss="gamma_nll", offset=offset, seed=1)
    band = predict_jackknife(made, x, offset=offset)
    assert (band["lwr"] > 0).all()
    np.testing.assert_allclose(band["fit"], predict(made, x, offset=offset), rtol=1e-5)
    moved = predict_jackknife(made, x, offset=offset + math.log(2))
    np.testing.assert_allclose(moved["upr"], 2 * band["upr"], rtol=1e-5)
    link = predict_jackknife(made, x, offset=offset, type="link")
    np.testing.assert_allclose(band["upr"], np.exp(link["upr"]))
    with pytest.raises(NNFitError, match="offset"):
        predict_jackknife(made, x)


def test_outcomes_of_few_values_are_refused(rng):
    """Their folds have equal shares of each, so that members hardly differ in the mean."""
    x = rng.standard_normal((80, 1))
    classes = np.array(list("abc"))[rng.integers(0, 3, 80)]
    for y, wrong in (
        (rng.integers(0, 3, 80) * 1.0, "few different outcomes"),
        (classes, "classes"),
    ):
        made = fit(x, y, hidden_units=4, seed=1)
        assert made.tuning["evenly"] is True
        with pytest.raises(NNFitError, match=wrong):
            predict_jackknife(made, x)


@pytest.mark.parametrize("most", [3, 1000])
def test_counts_are_refused_however_many_there_are(rng, most):
    x = rng.standard_normal((80, 1))
    y = rng.integers(0, most, 80) * 1.0
    for loss in ("poisson_nll", "negative_binomial_nll"):
        made = fit(x, y, loss=loss, hidden_units=4, seed=1)
        assert made.tuning["evenly"] is (most == 3)
        with pytest.raises(NNFitError, match="outcome of counts.*bootstrap"):
            predict_jackknife(made, x)
    shares = fit(x, rng.uniform(0, 1, 80), loss="bce_with_logits", hidden_units=4, seed=1)
    with pytest.raises(NNFitError, match="outcome of classes or shares.*bootstrap"):
        predict_jackknife(shares, x)


def test_censored_times_are_refused_as_such(rng):
    x = rng.standard_normal((80, 1))
    y = surv(rng.integers(0, 2, 80), rng.exponential(size=80))
    made = fit(x, y, loss="cox", hidden_units=4, seed=1)
    with pytest.raises(NNFitError, match="has censored times.*bootstrap"):
        predict_jackknife(made, x)


def test_rows_in_parts_are_the_rows(tuned, monkeypatch):
    made, x = tuned
    whole = predict_jackknife(made, x)
    monkeypatch.setattr("nnfit.core.inference.intervals.VALUES_AT_ONCE", 100)
    np.testing.assert_allclose(predict_jackknife(made, x)["upr"], whole["upr"], rtol=1e-6)


def test_what_has_no_such_members_is_refused(tuned):
    x = tuned[1]
    for options in [{"epochs": 2}, {"members": 5, "epochs": 2}]:
        with pytest.raises(NNFitError, match="no members that have each not seen"):
            predict_jackknife(fit(x, x[:, 0], hidden_units=2, **options), x)
    with pytest.raises(NNFitError, match="level"):
        predict_jackknife(tuned[0], x, level=2)


def test_limits_cover_a_curve():
    """On average over curves 95% limits cover some 93%: `bench/confidence.R` has more of it."""
    covered = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        x, new = rng.standard_normal((100, 1)), rng.standard_normal((100, 1))
        y = np.sin(2 * x[:, 0]) + 0.5 * rng.standard_normal(100)
        band = predict_jackknife(fit(x, y, hidden_units=16, seed=seed), new)
        truth = np.sin(2 * new)
        covered.append(((band["lwr"] <= truth) & (truth <= band["upr"])).mean())
    assert 0.85 < np.mean(covered) < 0.99


def test_rows_too_far_for_numbers_are_named(tuned):
    made, _ = tuned
    narrow = {**made["scaling"], "x_scale": made["scaling"]["x_scale"] / 100}
    with pytest.raises(NNFitError, match="so far from the rows of the fit") as refused:
        predict_jackknife({**made, "scaling": narrow}, np.array([[0.0, 1.7e308]]))
    assert refused.value.argument == "x"
