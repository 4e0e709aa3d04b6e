"""Covariances of coefficients, against those computed by the textbook's formulas."""

import numpy as np
import pytest
import torch

from nnfit.core import fit, fit_parquet
from nnfit.core.data import reduction
from nnfit.core.model.folding import linear_coefficients

ARGUMENTS = {"negative_binomial_nll": {"dispersion": 0.5}}
# loss: the mean from the linear predictor, Fisher's information of that from the mean
GENERALISED = {
    "mse": (lambda eta: eta, np.ones_like),
    "poisson_nll": (np.exp, lambda mean: mean),
    "gamma_nll": (np.exp, np.ones_like),
    "negative_binomial_nll": (np.exp, lambda mean: mean / (1 + 0.5 * mean)),
    "bce_with_logits": (lambda eta: 1 / (1 + np.exp(-eta)), lambda mean: mean * (1 - mean)),
    "bce": (lambda eta: 1 / (1 + np.exp(-eta)), lambda mean: mean * (1 - mean)),
}


@pytest.fixture
def x(rng):
    return rng.standard_normal((150, 2)) * [1.0, 20.0] + [0.0, 300.0]


def draw(loss, eta, rng):
    return {
        "mse": lambda: eta + rng.standard_normal(len(eta)),
        "poisson_nll": lambda: rng.poisson(np.exp(eta)).astype(float),
        "gamma_nll": lambda: rng.gamma(2.0, np.exp(eta) / 2),
        "negative_binomial_nll": lambda: rng.poisson(np.exp(eta)).astype(float),
        "bce_with_logits": lambda: (rng.random(len(eta)) < 1 / (1 + np.exp(-eta))) * 1.0,
        "bce": lambda: (rng.random(len(eta)) < 1 / (1 + np.exp(-eta))) * 1.0,
    }[loss]()


def with_arguments(loss):
    return (loss, ARGUMENTS[loss]) if loss in ARGUMENTS else loss


def linear_predictor(x):
    return 0.4 + 0.5 * x[:, 0] + 0.01 * (x[:, 1] - 300)


def covariance(made):
    (root,), dispersion = made.information["root"], made.information["dispersion"]
    return root @ root.T * dispersion[0, 0]


def expected(design, made, loss, weights=None, offset=0.0, y=None):
    """Compute the covariance and the dispersion at the coefficients of a fit."""
    mean_of, information_of = GENERALISED[loss]
    coefficients = np.nan_to_num(linear_coefficients(made)[0])
    with_intercept = np.column_stack([np.ones(len(design)), design])
    mean = mean_of(with_intercept @ coefficients + offset)
    used = ~np.isnan(linear_coefficients(made)[0]) & (linear_coefficients(made)[0] != 0)
    columns = with_intercept[:, used]
    weights = np.ones(len(design)) if weights is None else weights
    inverse = np.linalg.inv(columns.T @ (columns * (weights * information_of(mean))[:, None]))
    variance = {"mse": 1.0, "gamma_nll": mean**2}.get(loss)
    dispersion = 1.0
    if variance is not None:
        freedom = np.count_nonzero(weights) - used.sum()
        dispersion = (weights * (y - mean) ** 2 / variance).sum() / freedom
    whole = np.zeros((len(used), len(used)))
    whole[np.ix_(used, used)] = inverse * dispersion
    return whole


@pytest.mark.parametrize("loss", GENERALISED)
def test_a_generalised_linear_model(loss, x, rng):
    y = draw(loss, linear_predictor(x), rng)
    made = fit(x, y, loss=with_arguments(loss))
    np.testing.assert_allclose(covariance(made), expected(x, made, loss, y=y), rtol=1e-7)
    assert made.information["gap"] < 1e-4
    assert made.information["freedom"] == 147


@pytest.mark.parametrize("loss", ["mse", "poisson_nll", "gamma_nll"])
def test_weights_and_an_offset(loss, x, rng):
    y = draw(loss, linear_predictor(x), rng)
    weights, offset = rng.integers(0, 3, 150).astype(float), 0.1 * rng.standard_normal(150)
    made = fit(x, y, loss=loss, weights=weights, offset=offset)
    wanted = expected(x, made, loss, weights, offset, y)
    np.testing.assert_allclose(covariance(made), wanted, rtol=1e-7)
    assert made.information["freedom"] == np.count_nonzero(weights) - 3


@pytest.mark.parametrize("options", [{"scale": False}, {"bias": False}, {"dtype": "float32"}])
def test_other_ways_to_train(options, x, rng):
    x = (x - x.mean(0)) / x.std(0)
    y = draw("poisson_nll", x[:, 0], rng)
    made = fit(x, y, loss="poisson_nll", **options)
    wanted = expected(x, made, "poisson_nll")
    wanted = wanted if options.get("bias", True) else wanted[1:, 1:]
    np.testing.assert_allclose(covariance(made), wanted, rtol=1e-3 if "dtype" in options else 1e-7)


def test_columns_that_take_no_part(x, rng):
    y = linear_predictor(x) + rng.standard_normal(150)
    wide = np.column_stack([x[:, 0], np.ones(150), x[:, 1], 2 * x[:, 0] - x[:, 1]])
    made, plain = fit(wide, y), fit(x, y)
    seen = covariance(made)
    assert not seen[[2, 4]].any() and not seen[:, [2, 4]].any()
    np.testing.assert_allclose(seen[np.ix_([0, 1, 3], [0, 1, 3])], covariance(plain), rtol=1e-9)
    assert made.information["freedom"] == 147


def test_several_outcomes_have_a_covariance_with_each_other(x, rng):
    y = rng.standard_normal((150, 2)) @ [[1.0, 0.5], [0.0, 2.0]] * 1e3
    made = fit(x, y).information
    assert made["root"].shape == (1, 3, 3)
    design = np.column_stack([np.ones(150), x])
    errors = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    np.testing.assert_allclose(made["dispersion"], errors.T @ errors / 147, rtol=1e-9)
    np.testing.assert_allclose(made["deviance"], (errors**2).sum(0), rtol=1e-9)
    np.testing.assert_allclose(made["null_deviance"], ((y - y.mean(0)) ** 2).sum(0), rtol=1e-9)


def test_of_nothing_the_deviance_is_the_sum_of_squares(x, rng):
    y, weights = 5 + rng.standard_normal(150), rng.integers(0, 3, 150).astype(float)
    made = fit(x, y, bias=False, weights=weights).information
    standard = (weights * y**2).sum()
    np.testing.assert_allclose(made["null_deviance"], [standard], rtol=1e-9)
    mean = (weights * y).sum() / weights.sum()
    made = fit(x, y, weights=weights).information
    np.testing.assert_allclose(made["null_deviance"], [(weights * (y - mean) ** 2).sum()])


def test_several_outcomes_of_a_generalised_model(x, rng):
    y = np.column_stack([draw("gamma_nll", linear_predictor(x), rng) for _ in range(2)])
    both, one = fit(x, y, loss="gamma_nll").information, fit(x, y[:, 1], loss="gamma_nll")
    assert both["root"].shape == (2, 3, 3)
    np.testing.assert_allclose(both["dispersion"][1, 1], one.information["dispersion"], rtol=1e-6)
    assert both["dispersion"][0, 1] == 0
    np.testing.assert_allclose(both["deviance"][1], one.information["deviance"][0], rtol=1e-6)


def hessian(loss, values):
    return torch.autograd.functional.hessian(loss, torch.tensor(values)).numpy()


def test_a_variance_of_each_row(x, rng):
    y = 1e3 + x[:, 0] + np.exp(0.5 * x[:, 0]) * rng.standard_normal(150)
    made = fit(x, y, loss="gaussian_nll", epochs=500)
    coefficients = linear_coefficients(made)
    design = np.column_stack([np.ones(150), x])
    variance = np.exp(design @ coefficients[1])
    of_mean = np.linalg.inv(design.T @ (design / variance[:, None]))
    of_variance = 2 * np.linalg.inv(design.T @ design)
    first, second = made.information["root"]
    np.testing.assert_allclose(first @ first.T, of_mean, rtol=1e-6)
    np.testing.assert_allclose(second @ second.T, of_variance, rtol=1e-6)
    assert made.information["deviance"] is None


@pytest.mark.parametrize("loss", ["cross_entropy", "nll"])
def test_scores_of_classes_up_to_what_is_added_to_all(loss, x, rng):
    x = (x - x.mean(0)) / x.std(0)
    y = np.array(list("abc"))[rng.integers(0, 3, 150)]
    made = fit(x, y, loss=loss)
    (root,) = made.information["root"]
    codes = torch.from_numpy(np.searchsorted(np.array(list("abc")), y))
    design = torch.from_numpy(np.column_stack([np.ones(150), x]))

    def loss_of(values):
        return torch.nn.functional.cross_entropy(
            design @ values.reshape(3, 3).T, codes, reduction="sum"
        )

    curvature = hessian(loss_of, linear_coefficients(made).ravel())
    np.testing.assert_allclose(root @ root.T, np.linalg.pinv(curvature, rcond=1e-10), atol=1e-8)
    assert made.information["gap"] < 1e-4
    assert made.information["freedom"] == 144


def test_the_gap_is_what_a_descent_has_left_in_standard_errors(x, rng):
    y = linear_predictor(x) + rng.standard_normal(150)
    short, whole = fit(x, y, optimizer="sgd", epochs=5), fit(x, y)
    center = np.append(1.0, x.mean(0))  # where the intercept is on the scaled problem

    def standardised(made):
        coefficients = linear_coefficients(made)[0]
        return np.append(center @ coefficients, coefficients[1:])

    into = np.vstack([center, np.eye(3)[1:]])
    design = np.column_stack([np.ones(150), x])
    errors = y - design @ linear_coefficients(short)[0]
    spread = into @ np.linalg.inv(design.T @ design) @ into.T * (errors @ errors / 147)
    far = np.abs(standardised(short) - standardised(whole)) / np.sqrt(np.diag(spread))
    np.testing.assert_allclose(short.information["gap"], far.max(), rtol=1e-6)
    assert short.information["gap"] > 1
    logistic = fit(x, (y > 0) * 1.0, optimizer="sgd", epochs=2)
    assert logistic.information["gap"] > 1


def test_a_perfect_fit_has_no_gap():
    x = np.arange(10.0)[:, None]
    for dtype in ("float64", "float32"):
        made = fit(x, 3 + 2 * x[:, 0], dtype=dtype)
        assert made.information["gap"] == 0


def test_rows_held_out_do_not_count(x, rng):
    y = linear_predictor(x) + rng.standard_normal(150)
    part = fit(x[:100], y[:100], validation=(x[100:], y[100:]))
    alone = fit(x[:100], y[:100])
    np.testing.assert_allclose(covariance(part), covariance(alone))


def test_what_has_none(x, rng):
    y = linear_predictor(x) + rng.standard_normal(150)
    for options in [{"penalty": 0.1}, {"loss": "l1"}, {"hidden_units": 2, "epochs": 2}]:
        assert fit(x, y, **options).information is None
        assert "information" not in fit(x, y, **options)
    assert fit(x[:2], y[:2]).information is None  # more coefficients than rows
    assert fit(x, y, model=torch.nn.Linear(2, 1)).information is None
    diverged = fit(x, y, optimizer="sgd", learn_rate=1e9, epochs=200)
    assert diverged.information is None


def test_as_many_rows_as_coefficients_leave_no_dispersion(x):
    made = fit(x[:3], np.array([1.0, 2.0, 4.0])).information
    assert made["freedom"] == 0
    assert np.isnan(made["dispersion"]).all()


def test_replicates_and_restarts_have_that_of_the_fit(x, rng):
    y = linear_predictor(x) + rng.standard_normal(150)
    wanted = fit(x, y).information["root"]
    np.testing.assert_allclose(fit(x, y, bootstrap=3, seed=1).information["root"], wanted)
    np.testing.assert_allclose(fit(x, y, restarts=2, seed=1).information["root"], wanted)


@pytest.mark.parametrize("loss", ["mse", "poisson_nll", "gamma_nll", "gaussian_nll"])
def test_files_say_what_memory_says(loss, x, rng, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet as pq

    y = draw(loss.replace("gaussian_nll", "mse"), linear_predictor(x), rng)
    file = str(tmp_path / "rows.parquet")
    table = pa.table({"a": x[:, 0], "b": x[:, 1], "y": y, "w": np.arange(150) % 3 + 0.0})
    pq.write_table(table, file, row_group_size=40)
    streamed = fit_parquet(file, "y", ["a", "b"], weights="w", loss=loss).information
    memory = fit(x, y, weights=np.arange(150) % 3 + 0.0, loss=loss).information
    for name in ("root", "dispersion", "deviance"):
        if memory[name] is None:
            assert streamed[name] is None
            continue
        ours, theirs = np.asarray(streamed[name]), np.asarray(memory[name])
        if name == "root":
            ours, theirs = ours @ ours.swapaxes(1, 2), theirs @ theirs.swapaxes(1, 2)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert streamed["freedom"] == memory["freedom"] == 97


def test_of_many_rows_sums_of_products_do(rng, monkeypatch):
    x = rng.standard_normal((3000, 2))
    y = rng.poisson(np.exp(0.3 * x[:, 0])).astype(float)
    plain = fit(x, y, loss="poisson_nll")
    monkeypatch.setattr(reduction, "FEW", 100)
    np.testing.assert_allclose(covariance(fit(x, y, loss="poisson_nll")), covariance(plain))


def test_a_wide_model_has_none(rng):
    x = rng.standard_normal((1200, 1000))
    assert fit(x, x[:, 0], epochs=1, optimizer="sgd").information is None


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_under_another_link_it_is_in_the_units_of_the_outcome(rng, unit):
    x = rng.uniform(-1, 1, (60, 1))
    mean = 1 / (1 + 0.3 * x[:, 0])
    drawn = {
        "gamma_nll": rng.gamma(5, mean / 5),
        "inverse_gaussian_nll": rng.wald(mean, 9.0),
        "mse": mean + 0.1 * rng.standard_normal(60),
    }
    for loss, y in drawn.items():
        result = fit(x, unit * y, loss=(loss, {"link": "inverse"}))
        known = result["information"]
        m = result["fitted"][:, 0]
        variance = {"gamma_nll": m**2, "inverse_gaussian_nll": m**3, "mse": np.ones(60)}[loss]
        dispersion = (np.square(unit * y - m) / variance).sum() / 58
        np.testing.assert_allclose(known["dispersion"], [[dispersion]], rtol=1e-8)
        design = np.column_stack([np.ones(60), x])
        fisher = design.T @ (design * (m**4 / variance)[:, None])  # the slope is -m^2
        covariance = known["root"][0] @ known["root"][0].T
        np.testing.assert_allclose(covariance, np.linalg.inv(fisher), rtol=1e-7)
