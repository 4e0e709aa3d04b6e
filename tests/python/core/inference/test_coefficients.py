import numpy as np
import pandas as pd
import pytest

from nnfit.core import NNFitError, coefficients, fit


@pytest.fixture
def data(rng):
    return pd.DataFrame({"a": rng.standard_normal(60), "b": 300 + 20 * rng.standard_normal(60)})


def test_as_the_textbook_has_them(data, rng):
    y = data["a"] + rng.standard_normal(60)
    found = coefficients(fit(data, y))
    design = np.column_stack([np.ones(60), data])
    estimate = np.linalg.lstsq(design, y, rcond=None)[0]
    squares = ((y - design @ estimate) ** 2).sum()
    covariance = np.linalg.inv(design.T @ design) * squares / 57
    assert found.term == ("(Intercept)", "a", "b")
    np.testing.assert_allclose(found.estimate, estimate)
    np.testing.assert_allclose(found.covariance, covariance)
    np.testing.assert_allclose(found.std_error, np.sqrt(np.diag(covariance)))
    np.testing.assert_allclose(found.deviance, [squares])
    np.testing.assert_allclose(found.dispersion, [[squares / 57]])
    assert found.df_residual == 57


def test_several_outcomes_come_one_after_the_other(data, rng):
    y = pd.DataFrame(rng.standard_normal((60, 2)), columns=["u", "v"])
    found = coefficients(fit(data, y))
    assert found.outcome == ("u",) * 3 + ("v",) * 3
    assert found.term == ("(Intercept)", "a", "b") * 2
    np.testing.assert_allclose(found.estimate[3:], coefficients(fit(data, y["v"])).estimate)
    np.testing.assert_allclose(found.covariance[3:, 3:], coefficients(fit(data, y["v"])).covariance)
    assert found.covariance[0, 3] != 0
    counts = coefficients(fit(data, np.abs(y.round()), loss="poisson_nll"))
    assert counts.covariance[0, 0] > 0 and not counts.covariance[:3, 3:].any()


def test_heads_and_a_class_have_names(data, rng):
    spread = coefficients(fit(data, rng.standard_normal(60), loss="gaussian_nll", epochs=500))
    assert spread.outcome == ("y1.mean",) * 3 + ("y1.log_variance",) * 3
    classes = np.array(["no", "yes"])[rng.integers(0, 2, 60)]
    assert coefficients(fit(data, classes)).outcome == ("yes",) * 3
    assert coefficients(fit(data[["a"]], classes, bias=False)).term == ("a",)


def test_a_column_that_takes_no_part_is_nan(data, rng):
    data["c"] = data["a"] * 2
    found = coefficients(fit(data, rng.standard_normal(60)))
    assert np.isnan(found.estimate).tolist() == [False, False, False, True]
    assert np.isnan(found.std_error).tolist() == [False, False, False, True]
    assert np.isnan(found.covariance[3]).all() and np.isnan(found.covariance[:, 3]).all()


def test_what_has_none_says_why(data, rng):
    y = rng.standard_normal(60)
    for made, why in [
        (fit(data, y, hidden_units=2, epochs=2), "hidden layers"),
        (fit(data, y, penalty=0.1), "a penalty"),
        (fit(data, y, loss="l1"), "no likelihood"),
        (fit(data, np.array(list("abc"))[rng.integers(0, 3, 60)]), "scores of classes"),
        (fit(data[:2], y[:2]), "as many coefficients as rows"),
        (fit(data, np.where(data["a"] > 0, "p", "q")), "has separated classes"),
        (
            fit(data, np.where(data["a"] > data["a"].max() - 0.01, 9.0, 0), loss="poisson_nll"),
            "has means that go to 0",
        ),
        (fit(data, y + data["a"], optimizer="sgd", epochs=3), "not come to the maximum"),
    ]:
        with pytest.raises(NNFitError, match=why):
            coefficients(made)
    with pytest.raises(NNFitError, match="bootstrap=100"):
        coefficients(fit(data, y, penalty=0.1))
    with pytest.raises(NNFitError, match="must be what"):
        coefficients({})


@pytest.mark.parametrize("loss", ["mse", "bce_with_logits", "poisson_nll"])
def test_limits_of_95_percent_cover_as_often(loss):
    rng = np.random.default_rng(7)
    truth = np.array([0.2, 0.5, -0.3])
    # of the t distribution with 57 degrees of freedom, or the normal one
    away = 2.002465 if loss == "mse" else 1.959964
    rows = 60 if loss == "mse" else 200
    inside = []
    for _ in range(500):
        x = rng.standard_normal((rows, 2))
        eta = truth[0] + x @ truth[1:]
        y = {
            "mse": lambda eta: eta + 2 * rng.standard_normal(rows),
            "bce_with_logits": lambda eta: (rng.random(rows) < 1 / (1 + np.exp(-eta))) * 1.0,
            "poisson_nll": lambda eta: rng.poisson(np.exp(eta)).astype(float),
        }[loss](eta)
        found = coefficients(fit(x, y, loss=loss, seed=1))
        inside.append(np.abs(found.estimate - truth) <= away * found.std_error)
    assert 0.93 < np.mean(inside) < 0.97
