import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit
from nnfit.core.engines.fused import engine
from nnfit.core.engines.levenberg_marquardt import NormalEquations
from nnfit.core.model.folding import linear_coefficients

NETWORK = {
    "hidden_units": 6, "activation": "tanh", "optimizer": "levenberg_marquardt",
    "dtype": "float64", "scale": False, "seed": 2,
}  # fmt: skip


def plain(residuals, penalised, w, iterations):
    """Run the algorithm as its source has it; gives the losses before each iteration."""

    def objective(w):
        return float(residuals(w) @ residuals(w) + (penalised * w) @ w)

    losses, damping, growth = [], None, 2.0
    for _ in range(iterations):
        r, jacobian = residuals(w), torch.autograd.functional.jacobian(residuals, w)
        losses.append(float(r @ r))
        matrix = jacobian.T @ jacobian + torch.diag(penalised)
        gradient = jacobian.T @ r + penalised * w
        if damping is None:
            damping = 1e-3 * float(matrix.diagonal().max())
        while True:
            eye = torch.eye(len(w), dtype=w.dtype)
            step = torch.linalg.solve(matrix + damping * eye, gradient)
            gain = objective(w) - objective(w - step)
            if gain > 0:
                break
            damping, growth = damping * growth, growth * 2
        ratio = gain / float(step @ (gradient + damping * step))
        w, growth = w - step, 2.0
        damping *= max(1 / 3, 1 - (2 * ratio - 1) ** 3)
    return losses


@pytest.mark.parametrize(("n", "penalty"), [(60, 0.0), (60, 0.05), (9, 0.0), (9, 0.05)])
def test_it_is_the_algorithm_of_its_source(rng, n, penalty):
    x, y = rng.standard_normal((n, 2)), rng.standard_normal((n, 2))
    torch.manual_seed(NETWORK["seed"])
    network = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 2))
    parameters = dict(network.double().named_parameters())
    result = fit(x, y, penalty=penalty, epochs=12, model=network,
                 **{**NETWORK, "hidden_units": [], "activation": None})  # fmt: skip

    def residuals(w):
        parts = w.split([p.numel() for p in parameters.values()])
        state = {name: part.view(p.shape) for part, (name, p) in zip(parts, parameters.items())}
        output = torch.func.functional_call(network, state, torch.from_numpy(x))
        return ((output - torch.from_numpy(y)) / y.size**0.5).flatten()

    penalised = torch.cat([
        torch.full((p.numel(),), penalty / 2 * (p.ndim > 1), dtype=p.dtype)
        for p in parameters.values()
    ])  # fmt: skip
    start = torch.cat([p.detach().flatten() for p in parameters.values()])
    expected = plain(residuals, penalised, start, 12)
    np.testing.assert_allclose(result["history"]["train_loss"], expected, rtol=1e-6)


@pytest.mark.parametrize("shape", [(5, 9), (9, 5)])
def test_fewer_unknowns_have_the_same_solution(rng, shape):
    jacobian, residuals = rng.standard_normal(shape), rng.standard_normal(shape[0])
    damped = jacobian.T @ jacobian + 0.3 * np.eye(shape[1])
    normal = NormalEquations(jacobian, residuals, None, np.zeros(shape[1]))
    expected = np.linalg.solve(damped, jacobian.T @ residuals)
    for _ in range(2):  # another damping in between leaves nothing behind
        np.testing.assert_allclose(normal.step(0.3), expected, rtol=1e-9)
        normal.step(7.0)


def test_a_linear_model_is_solved(mtcars, least_squares):
    result = fit(*mtcars, optimizer="levenberg_marquardt", seed=1)
    assert result["stopped"] == "converged"
    assert len(result["history"]["train_loss"]) < 20
    np.testing.assert_allclose(linear_coefficients(result)[0], least_squares(*mtcars), rtol=1e-7)


def test_columns_that_repeat_each_other_share_a_coefficient(mtcars):
    assert np.isnan(
        NormalEquations(np.ones((5, 2)), np.ones(5), None, np.zeros(2)).step(1e-150)
    ).all()
    x = mtcars.x[:, [4, 4]]
    result = fit(x, mtcars.y, optimizer="levenberg_marquardt", seed=1)
    once = fit(x[:, :1], mtcars.y, optimizer="levenberg_marquardt", seed=1)
    assert result["stopped"] == "converged"
    np.testing.assert_allclose(result["fitted"], once["fitted"], rtol=1e-7)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_with_more_parameters_than_rows_goes_through_them(thermometer, dtype):
    result = fit(*thermometer, **{**NETWORK, "dtype": dtype, "scale": True, "hidden_units": 13})
    assert result["stopped"] == "converged"
    assert result["history"]["train_loss"][-1] < (1e-15 if dtype == "float64" else 1e-6)


def test_losses_fall_with_every_iteration_and_belong_to_the_parameters(mtcars):
    options = {**NETWORK, "scale": True, "epochs": 15, "validation": (mtcars.x, mtcars.y)}
    history = fit(*mtcars, **options)["history"]
    assert (np.diff(history["train_loss"]) < 0).all()
    np.testing.assert_allclose(history["valid_loss"], history["train_loss"], rtol=1e-9)


def test_weights_stand_for_repeated_rows(rng):
    x, y = rng.standard_normal((20, 2)), rng.standard_normal(20)
    times = rng.integers(1, 4, size=20)
    weighted = fit(x, y, weights=times, epochs=8, **NETWORK)
    repeated = fit(x.repeat(times, 0), y.repeat(times), epochs=8, **NETWORK)
    np.testing.assert_allclose(
        weighted["history"]["train_loss"], repeated["history"]["train_loss"], rtol=1e-7
    )


def test_early_stopping_goes_back_to_the_best(rng):
    x, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    result = fit(x, y, validation=0.3, stop_iter=3, **NETWORK)
    assert result["stopped"] == "early"
    assert result["best_epoch"] == int(np.argmin(result["history"]["valid_loss"])) + 1


def test_nothing_to_gain_is_seen_at_once():
    x = np.arange(8.0)[:, None]
    result = fit(x, np.zeros(8), model=nn.Sequential(nn.Linear(1, 1)), scale=False, seed=1,
                 optimizer="levenberg_marquardt")  # fmt: skip
    again = fit(x, np.zeros(8), model=_with(result), scale=False, seed=1,
                optimizer="levenberg_marquardt")  # fmt: skip
    assert again["stopped"] == "converged"
    assert len(again["history"]["train_loss"]) <= 3


def _with(result):
    model = nn.Sequential(nn.Linear(1, 1))
    model.load_state_dict({k: torch.as_tensor(v) for k, v in result["parameters"].items()})
    return model


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "l1"}, '`optimizer` "levenberg_marquardt" does not apply: it is for the loss'),
        ({"loss": "l1", "engine": "fused"}, "`optimizer` .* it is for the loss"),
        ({"dropout": 0.1}, "it takes neither dropout nor rows from files"),
        ({"activation": "mish"}, "Mish is not among its layers. Use \"lbfgs\""),
        ({"engine": "autograd"}, 'torch, and so engine "autograd", does not have it'),
        ({"batch_size": 3}, '`batch_size` does not go with optimizer "levenberg_marquardt"'),
        ({"learn_rate": 1.0}, "`learn_rate` is not an option of .* damping sets"),
        ({"momentum": 0.1}, '`momentum` is not an option of "levenberg_marquardt"'),
        ({"optimizer": ("levenberg_marquardt", {"lr": 1})}, "Give it as `learn_rate`"),
        ({"optimizer": ("levenberg_marquardt", {"tau": 1})}, 'has no argument "tau".$'),
    ],
)  # fmt: skip
def test_what_it_does_not_take_is_refused(thermometer, options, message):
    with pytest.raises(NNFitError, match=message):
        fit(*thermometer, **{**NETWORK, **options})


@pytest.mark.parametrize("x", [[1e38, -1e38, 2e38, 3e38], [1e25, -1e25, 2e25, 3e25]])
def test_derivatives_that_are_no_numbers_end_it(x):
    with np.errstate(over="ignore"):
        result = fit(np.array(x), np.arange(4.0), **{**NETWORK, "dtype": "float32"})
    assert result["stopped"] in ("diverged", "converged")
    assert np.isfinite([value.sum() for value in result["parameters"].values()]).all()


def test_a_promise_too_small_for_a_number_is_none(rng):
    x, y = rng.standard_normal((1, 2)) * 1e150, 1e-150 * rng.standard_normal(1)
    for seed in range(20):
        fit(x, y, optimizer="levenberg_marquardt", reduction="sum", bias=False, scale=False,
            seed=seed)  # fmt: skip


def test_a_jacobian_that_would_fill_the_memory_is_refused(thermometer, monkeypatch):
    monkeypatch.setattr(engine, "LARGEST", 100)
    with pytest.raises(NNFitError, match="11 residuals by .* parameters are too many"):
        fit(*thermometer, **NETWORK)
    monkeypatch.setattr(engine, "LARGEST", 2000)
    fit(*thermometer, epochs=1, **NETWORK)
    with pytest.raises(NNFitError, match="too many"):  # as many equations as parameters
        fit(*thermometer, epochs=1, penalty=0.1, **NETWORK)
