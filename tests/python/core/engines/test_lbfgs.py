import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.data.scaling import linear_coefficients
from nnfit.core.engines.lbfgs import Memory


def two_loops(g, pairs):
    """Nocedal's recursion, algorithm 7.4 of Nocedal and Wright, with our first matrix."""
    q, noted = g.copy(), []
    for s, y in reversed(pairs):
        noted.append(s @ q / (y @ s))
        q -= noted[-1] * y
    s, y = pairs[-1]
    q *= np.linalg.norm(s) / np.linalg.norm(y)
    for (s, y), a in zip(pairs, reversed(noted)):
        q += (a - y @ q / (y @ s)) * s
    return q


def test_memory_is_the_two_loop_recursion(rng):
    size, kept = 12, 5
    root = rng.standard_normal((size, size))
    hessian = root @ root.T
    memory, pairs = Memory(size, kept), []
    for _ in range(9):
        s = rng.standard_normal(size)
        pairs.append((s, hessian @ s))
        memory.add(*pairs[-1])
        g = rng.standard_normal(size)
        np.testing.assert_allclose(memory.times(g), two_loops(g, pairs[-kept:]), rtol=1e-7)


def test_pairs_without_curvature_are_left_out():
    memory = Memory(2, 3)
    memory.add(np.ones(2), -np.ones(2))
    assert memory.count == 0


def test_it_reaches_torchs_minimum_of_a_convex_loss(iris):
    y = iris.y == "virginica"
    options = {"penalty": 0.01, "optimizer": "lbfgs", "seed": 1}
    fused, autograd = (fit(*(iris.x, y), engine=e, **options) for e in ("fused", "autograd"))
    assert fused["stopped"] == autograd["stopped"] == "converged"
    np.testing.assert_allclose(linear_coefficients(fused), linear_coefficients(autograd), rtol=1e-8)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_trains_a_small_network_as_far_as_torchs(thermometer, dtype):
    options = {"hidden_units": 13, "activation": "tanh", "optimizer": "lbfgs", "dtype": dtype}
    ends = [
        np.median([
            fit(*thermometer, engine=e, epochs=100, seed=s, **options)["history"]["train_loss"][-1]
            for s in range(5)
        ])
        for e in ("fused", "autograd")
    ]  # fmt: skip
    assert ends[0] < 1.5 * ends[1]


def test_losses_fall_with_every_iteration_and_belong_to_the_parameters(mtcars):
    result = fit(*mtcars, hidden_units=4, activation="tanh", penalty=0.01, optimizer="lbfgs",
                 epochs=30, seed=1, validation=(mtcars.x, mtcars.y))  # fmt: skip
    history = result["history"]
    # up to the penalty, which is part of what falls
    assert (np.diff(history["train_loss"]) < 0.02).all()
    np.testing.assert_allclose(history["valid_loss"], history["train_loss"], rtol=1e-4)


@pytest.mark.parametrize(
    "options",
    [{"dropout": 0.1}, {"optimizer": ("lbfgs", {"line_search_fn": None})}],
)
def test_what_it_does_not_take_goes_to_autograd(thermometer, options):
    result = fit(*thermometer, hidden_units=3, epochs=2, **{"optimizer": "lbfgs", **options})
    assert result["options"]["engine"] == "autograd"


def test_a_number_of_pairs_can_be_asked_for(thermometer):
    torch.manual_seed(1)
    result = fit(*thermometer, hidden_units=3, optimizer=("lbfgs", {"history_size": 3.0}))
    assert result["options"]["engine"] == "fused"
