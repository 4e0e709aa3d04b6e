import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.data import reduction as reduced
from nnfit.core.model.folding import linear_coefficients

# Longley's data and coefficients as certified by NIST, https://www.itl.nist.gov/div898/strd
LONGLEY = np.array([
    [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
    [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
    [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
    [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
    [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
    [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
    [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
    [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
    [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
    [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
    [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
    [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
    [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
    [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
    [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
    [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
])  # fmt: skip
CERTIFIED = [
    -3482258.63459582, 15.0618722713733, -0.358191792925910e-01, -2.02022980381683,
    -1.03322686717359, -0.511041056535807e-01, 1829.15146461355,
]  # fmt: skip


@pytest.fixture(params=["by rotations", "by products"])
def route(request, monkeypatch):
    """Take both ways of reducing rows, however few there are."""
    monkeypatch.setattr(reduced, "FEW", 0 if request.param == "by products" else np.inf)
    monkeypatch.setattr(reduced, "CHUNK", 7)


# -- solved --


@pytest.mark.parametrize("scale", [True, False])
def test_longley_to_ten_digits(route, scale):
    result = fit(LONGLEY[:, 1:], LONGLEY[:, 0], scale=scale, seed=1)
    assert result["stopped"] == "converged"
    np.testing.assert_allclose(linear_coefficients(result)[0], CERTIFIED, rtol=1e-10)
    assert result["options"]["condition"] == pytest.approx(110.5, abs=1)


@pytest.mark.parametrize("scale", [True, False])
def test_a_polynomial_of_degree_six(route, scale):
    z = np.linspace(0, 10, 60)
    x = np.column_stack([z**k for k in range(1, 7)])
    truth = np.array([3.0, -2.0, 1.0, 0.5, -0.25, 0.125, -0.0625])
    result = fit(x, truth[0] + x @ truth[1:], scale=scale, seed=1)
    assert result["options"]["condition"] == pytest.approx(1e4, rel=0.01)
    np.testing.assert_allclose(linear_coefficients(result)[0], truth, rtol=1e-7)


def test_a_fit_takes_a_few_epochs_and_the_last_rows_are_the_minimum(mtcars, least_squares):
    result = fit(*mtcars, seed=1)
    design = np.column_stack([np.ones(32), mtcars.x])
    residuals = mtcars.y - design @ least_squares(*mtcars)
    losses = result["history"]["train_loss"]
    assert 2 <= len(losses) <= 5
    assert losses[1] == pytest.approx(np.mean(residuals**2), rel=1e-12)
    assert fit(*mtcars, epochs=1, seed=1)["stopped"] == "epochs"


def test_the_first_of_repeated_columns_has_what_one_would_have(mtcars, least_squares):
    x = mtcars.x[:, [0, 1, 1]]
    result = fit(x, mtcars.y, seed=1)
    alone = least_squares(mtcars.x[:, :2], mtcars.y)
    coefficients = linear_coefficients(result)[0]
    np.testing.assert_allclose(coefficients, [*alone, np.nan], rtol=1e-9)
    assert result["options"]["condition"] < 100


def test_under_a_penalty_repeated_columns_share(mtcars):
    result = fit(mtcars.x[:, [0, 1, 1]], mtcars.y, seed=1, penalty=0.1)
    coefficients = linear_coefficients(result)[0]
    assert coefficients[2] == pytest.approx(coefficients[3], rel=1e-9)
    assert result["options"]["condition"] > 1e14


def test_more_columns_than_rows_are_fitted_without_error(rng):
    x, y = rng.standard_normal((8, 30)), rng.standard_normal(8)
    result = fit(x, y, seed=1)
    assert result["stopped"] == "converged"
    np.testing.assert_allclose(result["fitted"][:, 0], y, rtol=1e-10)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("outputs", [1, 3])
def test_every_kind_of_linear_fit(route, rng, weighted, bias, outputs):
    x, y = 50 + rng.standard_normal((40, 4)), rng.standard_normal((40, outputs))
    weights = rng.random(40) if weighted else None
    result = fit(x, y, weights=weights, bias=bias, seed=1)
    root = np.sqrt(weights)[:, None] if weighted else 1.0
    design = np.column_stack([np.full(40, float(bias)), x])
    expected = np.linalg.lstsq(design * root, y * root, rcond=None)[0]
    np.testing.assert_allclose(linear_coefficients(result).T, expected, rtol=1e-8, atol=1e-10)


# -- descended: the same losses as with all rows --


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lbfgs"])
def test_descent_is_that_on_all_rows(route, rng, optimizer, reduction, weighted, dtype):
    x, y = 3 + rng.standard_normal((40, 4)), rng.standard_normal((40, 2))
    options = {
        "weights": rng.random(40) if weighted else None, "penalty": 0.1, "dtype": dtype,
        "reduction": reduction, "optimizer": optimizer, "seed": 1, "epochs": 30,
        "learn_rate": 1e-3, "validation": (x[:3], y[:3]), "scale": reduction == "mean",
    }  # fmt: skip
    ours, rows = (fit(x, y, engine=engine, **options) for engine in ("fused", "autograd"))
    close = {"rtol": 1e-9} if dtype == "float64" else {"rtol": 1e-3}
    first = None if optimizer != "lbfgs" else 1  # its line search is not torch's
    for column in ("train_loss", "valid_loss"):
        np.testing.assert_allclose(
            ours["history"][column][:first], rows["history"][column][:first], **close
        )


def test_the_penalty_is_that_of_descent(mtcars):
    options = {"penalty": 0.3, "seed": 1, "epochs": 3000}
    solved = fit(*mtcars, **options)
    descended = fit(*mtcars, optimizer="adam", learn_rate=0.05, **options)
    np.testing.assert_allclose(
        linear_coefficients(solved), linear_coefficients(descended), rtol=1e-4
    )


def test_early_stopping_restores_the_best_epoch(rng):
    x, y = rng.standard_normal((12, 8)), rng.standard_normal(12)
    result = fit(x, y, optimizer="adam", learn_rate=0.05, validation=0.4, stop_iter=5, seed=1,
                 epochs=500)  # fmt: skip
    valid = result["history"]["valid_loss"]
    assert result["stopped"] == "early"
    residuals = (y - result["fitted"][:, 0])[result["validation_rows"]]
    assert np.mean(residuals**2) == pytest.approx(valid.min())


@pytest.mark.parametrize(
    "options",
    [{"optimizer": "rprop"}, {"optimizer": ("lbfgs", {"max_iter": 3})}, {"loss": "huber"},
     {"optimizer": "sgd", "batch_size": 5}],
)  # fmt: skip
def test_other_fits_see_all_rows(mtcars, options):
    assert fit(*mtcars, epochs=3, seed=1, **options)["options"]["condition"] is None


def test_a_seed_means_the_same_start_as_with_all_rows(mtcars):
    options = {"optimizer": "sgd", "learn_rate": 1e-30, "epochs": 1, "seed": 4}
    ours, rows = (fit(*mtcars, engine=engine, **options) for engine in ("fused", "autograd"))
    for name, value in rows["parameters"].items():
        np.testing.assert_array_equal(ours["parameters"][name], value)


def test_torchs_generator_is_moved_on_as_far():
    torch.manual_seed(1)
    fit(np.arange(9.0), np.arange(9.0))
    ours = torch.rand(1)
    torch.manual_seed(1)
    fit(np.arange(9.0), np.arange(9.0), engine="autograd")
    assert torch.equal(ours, torch.rand(1))
