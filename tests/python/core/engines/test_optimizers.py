import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.engines import optimizers
from nnfit.core.model import network as models
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked


@pytest.fixture
def regression(rng):
    x = rng.standard_normal((40, 3))
    return x, x @ [1.0, -2.0, 0.5] + 3 + 0.1 * rng.standard_normal(40)


def test_adamw_decays_weights_only_when_asked(regression, least_squares):
    x, y = regression
    result = fit(x, y, optimizer="adamw", learn_rate=0.05, epochs=2000, seed=1)
    np.testing.assert_allclose(linear_coefficients(result)[0], least_squares(x, y), rtol=1e-4)


OF_LINEAR = ("fisher_scoring", "interior_point")
OF_NETWORKS = [name for name in catalog.names("optimizer") if name not in OF_LINEAR]


@pytest.mark.parametrize("name", OF_NETWORKS)
def test_every_optimizer_trains(regression, name):
    x, y = regression
    result = fit(x, y, hidden_units=8, activation="tanh", optimizer=name, epochs=60, seed=1)
    losses = result["history"]["train_loss"]
    assert losses[-1] < 0.9 * losses[0]


def spec_of(**options):
    return Asked.of({"loss": "mse", **options}).resolved(3, 1)


def test_options_reach_the_optimizer():
    spec = spec_of(optimizer=("sgd", {"nesterov": True}), momentum=0.9, learn_rate=0.5)
    defaults = optimizers.build(spec, models.build(spec)).defaults
    assert (defaults["lr"], defaults["momentum"], defaults["nesterov"]) == (0.5, 0.9, True)


def test_one_group_unless_a_penalty_needs_two():
    for penalty, groups in ((0.0, 1), (0.1, 2)):
        spec = spec_of(hidden_units=4, penalty=penalty)
        assert len(optimizers.build(spec, models.build(spec)).param_groups) == groups


# -- LBFGS: when it is done --


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("seed", range(4))
def test_lbfgs_reaches_least_squares_on_collinear_columns(mtcars, least_squares, reduction, seed):
    result = fit(mtcars.x, mtcars.y, reduction=reduction, seed=seed)
    assert result["stopped"] == "converged"
    np.testing.assert_allclose(
        linear_coefficients(result)[0], least_squares(mtcars.x, mtcars.y), rtol=1e-9
    )


def test_lbfgs_reaches_least_squares_on_badly_conditioned_polynomials(least_squares):
    z = np.linspace(0, 10, 50)
    x = np.column_stack([z**k for k in range(1, 5)])
    result = fit(x, np.sin(z), seed=1)
    np.testing.assert_allclose(
        linear_coefficients(result)[0], least_squares(x, np.sin(z)), rtol=1e-8
    )


def test_a_perfect_line_converges():
    x = np.arange(10.0)
    result = fit(x, 2 * x + 1, seed=1)
    assert result["stopped"] == "converged"
    np.testing.assert_allclose(linear_coefficients(result)[0], [1, 2], rtol=1e-8)


@pytest.mark.parametrize("loss", ["l1", "multi_margin"])
def test_lbfgs_ends_at_a_stall_where_the_loss_has_kinks(mtcars, loss):
    y = mtcars.y if loss == "l1" else (mtcars.y > 20)
    result = fit(mtcars.x, y, loss=loss, optimizer="lbfgs", seed=1)
    losses = result["history"]["train_loss"]
    assert result["stopped"] == "converged"
    assert losses[-1] == losses.min() < losses[0]


def test_lbfgs_trains_a_network_in_float32(iris):
    result = fit(iris.x, iris.y, hidden_units=4, activation="tanh", optimizer="lbfgs", seed=1)
    assert np.isfinite(result["history"]["train_loss"]).all()
    assert result["history"]["train_loss"][-1] < 0.05


def test_a_flat_start_is_converged_at_once():
    module = torch.nn.Linear(1, 1, dtype=torch.float64)
    with torch.no_grad():
        module.weight.fill_(2)
        module.bias.fill_(1)
    x = np.arange(5.0)
    result = fit(x, 2 * x + 1, model=module, optimizer="lbfgs", scale=False)
    assert result["stopped"] == "converged"
    assert result["history"]["train_loss"].tolist() == [0.0]
