import csv
from collections import defaultdict

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet
from nnfit.core.engines.orthant_wise import Hessian
from nnfit.core.repeats.resampling import resample
from support import FIXTURES

CARS = ["cyl", "disp", "hp", "drat", "wt", "qsec", "gear"]


def table(name):
    with open(FIXTURES / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows, names):
    return np.array([[float(row[name]) for name in names] for row in rows])


def glmnets():
    """Give what glmnet 4.1 found: coefficients (classes, 1 + p) by family, mixture and penalty.

    In R, with z <- scale(x): glmnet(z, y, family, alpha = mixture, lambda = penalty,
    standardize = FALSE, thresh = 1e-22, maxit = 1e7), multinomial with type.multinomial =
    "ungrouped", and gaussian() for scale(y) with lambda = penalty / 2; then brought into the units
    of the data. tests/testthat/test-fit-arguments.R has it as code.
    """
    found = defaultdict(lambda: defaultdict(list))
    for row in table("glmnet"):
        key = row["family"], float(row["mixture"]), float(row["penalty"])
        found[key][row["class"]].append(float(row["coefficient"]))
    return {key: np.array(list(classes.values())) for key, classes in found.items()}


def data_of(family):
    cars = table("mtcars")
    x, column = numbers(cars, CARS), {"gaussian": "mpg", "poisson": "carb"}.get(family)
    if family == "multinomial":
        rows = table("iris")
        names = [name for name in rows[0] if name != "Species"]
        return numbers(rows, names), np.array([row["Species"] for row in rows])
    if family == "binomial":
        return x, np.array(["yes" if float(row["am"]) else "no" for row in cars])
    return x, numbers(cars, [column])[:, 0]


@pytest.mark.parametrize("engine", ["auto", "autograd"])
@pytest.mark.parametrize(("case", "expected"), glmnets().items(), ids=str)
def test_linear_models_are_those_of_glmnet(case, expected, engine):
    family, mixture, penalty = case
    loss = {"loss": "poisson_nll"} if family == "poisson" else {}
    made = fit(*data_of(family), penalty=penalty, mixture=mixture, engine=engine, seed=1, **loss)
    found = np.column_stack([made.unscaled["0.bias"], made.unscaled["0.weight"]])
    if family == "multinomial":  # whose intercepts are known but for a constant
        found[:, 0] -= found[:, 0].mean()
        expected = np.column_stack([expected[:, 0] - expected[:, 0].mean(), expected[:, 1:]])
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_array_equal(found == 0, expected == 0)
    assert made.stopped == "converged"


def drawn(rng, n, p, alike):
    common = np.sqrt(alike) * rng.standard_normal((n, 1))
    x = common + np.sqrt(1 - alike) * rng.standard_normal((n, p))
    return x, x[:, :5].sum(1) + rng.standard_normal(n)


def scaled(made, x, y):
    """Give rows as training saw them."""
    scaling = made.scaling
    x = (x - scaling["x_center"]) / scaling["x_scale"]
    return torch.tensor(x), torch.tensor((y - scaling["y_center"]) / scaling["y_scale"])


def largest_slope(made, network, loss, penalty, mixture):
    """Give by how much the conditions of Karush, Kuhn and Tucker do not hold, by autograd."""
    for name, parameter in network.named_parameters():
        parameter.data = torch.tensor(made.parameters[name])
    objective = loss(network)
    objective.backward()
    left = []
    for parameter in network.parameters():
        weight, slope = parameter.data, parameter.grad
        if weight.ndim < 2:
            left.append(slope.abs().max())
            continue
        slope = slope + penalty * (1 - mixture) * weight
        moves = (slope + penalty * mixture * weight.sign()).abs()
        stays = (slope.abs() - penalty * mixture).clamp(min=0)
        left.append(torch.where(weight == 0, stays, moves).max())
    return float(max(left))


@pytest.mark.parametrize(("n", "p", "alike"), [(50, 120, 0), (100, 40, 0.99), (300, 30, 0.999)])
@pytest.mark.parametrize(("penalty", "mixture"), [(0.01, 1), (0.1, 1), (0.1, 0.5)])
def test_the_conditions_of_a_minimum_hold(rng, n, p, alike, penalty, mixture):
    x, y = drawn(rng, n, p, alike)
    made = fit(x, y, penalty=penalty, mixture=mixture, seed=1)
    xs, ys = scaled(made, x, y)
    network = nn.Sequential(nn.Linear(p, 1)).double()
    left = largest_slope(
        made, network, lambda net: (net(xs)[:, 0] - ys).square().mean(), penalty, mixture
    )
    assert made.stopped == "converged"
    assert left < 1e-11


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("mixture", [0.5, 1])
def test_they_hold_for_networks_too(rng, reduction, mixture):
    x = rng.standard_normal((60, 4))
    y = np.sin(x[:, 0]) + x[:, 1] + 0.1 * rng.standard_normal(60)
    penalty = 0.02 if reduction == "mean" else 0.02 * 60
    options = {"hidden_units": 5, "activation": "tanh", "optimizer": "lbfgs", "dtype": "float64"}
    made = fit(
        x, y, penalty=penalty, mixture=mixture, reduction=reduction, epochs=3000, seed=1, **options
    )
    network = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1)).double()
    xs, ys = scaled(made, x, y)

    def loss(net):
        squares = (net(xs)[:, 0] - ys).square()
        return squares.mean() if reduction == "mean" else squares.sum()

    left = largest_slope(made, network, loss, penalty, mixture)
    assert left < 1e-4 * penalty  # where the loss drowns in rounding
    weights = made.parameters["0.weight"]
    assert 0 < (weights == 0).sum() < weights.size


def test_along_a_path_zeros_become_more_until_all_are(rng):
    x, y = drawn(rng, 80, 12, 0.3)
    # beyond the largest slope at zero all are: the correlations, as all is standardised
    largest = 2 * 79 / 80 * np.abs(np.corrcoef(x.T, y)[-1, :-1]).max()
    zeros = []
    for penalty in np.geomspace(1e-4, 1.001, 12) * largest:
        made = fit(x, y, penalty=penalty, mixture=1, seed=1)
        zeros.append((made.parameters["0.weight"] == 0).sum())
    assert zeros[0] == 0 and zeros[-1] == 12 and zeros[-2] < 12
    assert (np.diff(zeros) >= 0).all()
    np.testing.assert_allclose(made.fitted, y.mean())


def test_without_a_share_nothing_is_other_than_it_was(rng):
    x, y = drawn(rng, 40, 6, 0)
    for options in ({}, {"optimizer": "adam"}, {"engine": "fused"}, {"hidden_units": 3}):
        one, other = (
            fit(x, y, penalty=0.1, epochs=30, seed=1, **options, **share)
            for share in ({}, {"mixture": 0})
        )
        for name, value in one.parameters.items():
            np.testing.assert_array_equal(value, other.parameters[name])


def test_first_orders_come_to_the_same_place(rng):
    x, y = drawn(rng, 60, 8, 0.2)
    there = fit(x, y, penalty=0.2, mixture=0.7, seed=1).parameters["0.weight"]
    made = fit(x, y, penalty=0.2, mixture=0.7, seed=1, optimizer="adam", epochs=4000)
    np.testing.assert_allclose(made.parameters["0.weight"], there, atol=1e-10)
    np.testing.assert_array_equal(made.parameters["0.weight"] == 0, there == 0)
    assert 0 < (there == 0).sum() < 8


def test_a_module_of_ones_own_float32_and_weights(rng):
    x, y = drawn(rng, 60, 8, 0.2)
    options = {"penalty": 0.2, "mixture": 1, "optimizer": "lbfgs", "seed": 1}
    there = fit(x, y, **options).parameters["0.weight"]
    own = fit(x, y, model=nn.Sequential(nn.Linear(8, 1)).double(), **options)
    np.testing.assert_allclose(own.parameters["0.weight"], there, atol=1e-7)
    narrow = fit(x, y, dtype="float32", **options).parameters["0.weight"]
    np.testing.assert_allclose(narrow, there, atol=1e-5)
    np.testing.assert_array_equal(narrow == 0, there == 0)
    twice = fit(x, y, weights=np.full(60, 2.0), engine="fused", **options).parameters["0.weight"]
    np.testing.assert_allclose(twice, there, atol=1e-10)


def test_files_all_rows_a_step_are_as_rows_in_memory(rng, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    x, y = drawn(rng, 90, 6, 0)
    names = [f"x{i}" for i in range(6)]
    parquet.write_table(pa.table({"y": y > 0, **dict(zip(names, x.T))}), tmp_path / "a.parquet")
    options = {"penalty": 0.05, "mixture": 0.9, "seed": 1, "loss": "bce_with_logits"}
    files = fit_parquet(tmp_path / "a.parquet", "y", names, **options)
    memory = fit(x, y > 0, **options)
    assert files.options["engine"] == "stream"
    found = files.parameters["0.weight"]
    np.testing.assert_allclose(found, memory.parameters["0.weight"], atol=1e-9)
    assert 0 < (found == 0).sum() < 6


def test_several_fits_are_each_its_own(rng):
    x, y = drawn(rng, 60, 8, 0.2)
    options = {"penalty": 0.2, "mixture": 1, "seed": 1}
    made = fit(x, y, bootstrap=3, **options)
    for seed, weight in zip(made.replicates["seeds"], made.replicates["parameters"]["0.weight"]):
        one = fit(x, y, weights=resample(seed, 60), **{**options, "seed": seed})
        np.testing.assert_allclose(weight, one.parameters["0.weight"], atol=1e-9)
        assert (weight == 0).any()
    folds = cross_validate(x, y, folds=3, **options)
    plain = cross_validate(x, y, folds=3, penalty=0.2, seed=1)
    assert len(folds["predicted"]) == 60
    assert not np.allclose(folds["predicted"], plain["predicted"])


def test_turned_coordinates_are_not_for_it(rng):
    x, y = drawn(rng, 12, 300, 0)
    options = {"hidden_units": 4, "optimizer": "lbfgs", "penalty": 0.1, "epochs": 300, "seed": 1}
    assert fit(x, y, **options).options["engine"] == "span_of_rows"
    assert fit(x, y, mixture=0.5, **options).options["engine"] == "fused"
    with pytest.raises(NNFitError, match="coordinates that they have"):
        fit(x, y, mixture=0.5, engine="span_of_rows", **options)


@pytest.mark.parametrize(
    "options",
    [{"hidden_units": 3, "dropout": 0.1}, {"optimizer": ("lbfgs", {"max_iter": 3})}],
    ids=str,
)
def test_torchs_own_lbfgs_is_refused(rng, options):
    x, y = drawn(rng, 20, 3, 0)
    with pytest.raises(NNFitError, match="can not set weights to zero") as caught:
        fit(x, y, penalty=0.1, mixture=1, **{"optimizer": "lbfgs", **options})
    assert caught.value.argument == "mixture"


def test_the_hessian_is_that_of_a_quadratic(rng):
    root = rng.standard_normal((6, 6))
    quadratic = root @ root.T + np.eye(6)
    hessian = Hessian(6, 6)
    for _ in range(9):  # of which the first three give way
        s = rng.standard_normal(6)
        hessian.add(s, quadratic @ s)
    g = rng.standard_normal(6)
    free = np.array([True, False, True, True, False, True])
    s, y = hessian.s[-1], hessian.y[-1]
    np.testing.assert_allclose(hessian.solve(y, np.ones(6, dtype=bool)), s, rtol=1e-8)
    part = hessian.solve(g, free)
    assert (part[~free] == 0).all()
    whole = np.linalg.inv(
        np.column_stack([hessian.solve(unit, np.ones(6, dtype=bool)) for unit in np.eye(6)])
    )
    np.testing.assert_allclose(
        part[free], np.linalg.solve(whole[np.ix_(free, free)], g[free]), rtol=1e-7
    )


def test_a_pair_without_curvature_is_left_out():
    hessian = Hessian(2, 3)
    hessian.add(np.array([1.0, 0.0]), np.array([-1.0, 0.0]))
    assert hessian.count == 0
    hessian.add(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    assert hessian.count == 1
    hessian.clear()
    assert hessian.count == 0


def test_without_scaling_the_weights_are_those_of_the_data(rng):
    x, y = rng.standard_normal((50, 1)), rng.standard_normal(50)
    for penalty in (0.05, 10.0):  # one column without an intercept: soft thresholding
        made = fit(x, y, penalty=penalty, mixture=1, scale=False, bias=False, seed=1)
        product, square = float(x[:, 0] @ y) / 50, float(x[:, 0] @ x[:, 0]) / 50
        weight = np.sign(product) * max(abs(product) - penalty / 2, 0) / square
        np.testing.assert_allclose(made.parameters["0.weight"], [[weight]], atol=1e-12)
