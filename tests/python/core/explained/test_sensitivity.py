"""Derivatives by coefficients, against fits whose coefficients are moved."""

import numpy as np
import pytest

from nnfit.core import fit, surv
from nnfit.core.explained.moves import Grid, Rows, Slopes, Steps, means
from nnfit.core.explained.sensitivity import Sensitivity
from nnfit.core.explained.surface import Surface


def outcomes(kind, x, rng):
    eta = x[:, 0] - 0.5 * x[:, 1]
    n = len(x)
    return {
        "mse": lambda: eta + rng.standard_normal(n),
        "poisson_nll": lambda: rng.poisson(np.exp(0.3 * eta)).astype(float),
        "bce_with_logits": lambda: np.where(eta + rng.logistic(size=n) > 0, "a", "b"),
        "cross_entropy": lambda: np.array(list("abc"))[
            np.digitize(eta + rng.logistic(size=n), [-1, 1])
        ],
    }[kind]()


@pytest.mark.parametrize("kind", ["mse", "poisson_nll", "bce_with_logits", "cross_entropy"])
@pytest.mark.parametrize("type", ["response", "link"])
def test_they_are_what_a_small_change_makes(kind, type, rng):
    x = rng.standard_normal((60, 2))
    made = fit(x, outcomes(kind, x, rng), loss=kind, scale=False).plain()
    groups = np.arange(60) % 2
    rows = Rows(x, None, rng.uniform(1, 2, 60), groups, 2)
    wanted = [
        Grid(np.array([0]), np.array([[0.3], [-1.0]])),
        Grid(np.array([1]), rng.standard_normal((2, 60, 1))),
        Steps(np.array([0]), rng.standard_normal((2, 60, 1)), np.array([-1.0, 1.0]),
              np.arange(60), np.arange(60) % 3, 3),
        Slopes(np.array([0]), np.ones((1, 1))),
        Slopes(np.array([0, 1]), rng.standard_normal((60, 2))),
    ]  # fmt: skip
    surface = Surface(made, type, None)
    found = Sensitivity(surface, made).of(wanted, rows)
    step = 1e-6
    outputs = made["parameters"]["0.weight"].shape[0]
    for output in range(outputs):
        for place in range(3):
            ends = []
            for sign in (1, -1):
                parameters = {k: np.array(v, float) for k, v in made["parameters"].items()}
                if place == 0:
                    parameters["0.bias"][output] += sign * step
                else:
                    parameters["0.weight"][output, place - 1] += sign * step
                other = Surface({**made, "parameters": parameters}, type, None)
                ends.append(means(other, wanted, rows))
            for slopes, ahead, behind in zip(found, *ends):
                by_hand = (ahead - behind) / (2 * step)
                assert np.allclose(slopes[..., output * 3 + place], by_hand, atol=1e-7)


def test_censored_times_are_counted_from_the_means(rng):
    x = rng.standard_normal((60, 2)) + 3
    made = fit(x, surv(time=rng.exponential(size=60), event=np.ones(60, bool)))
    surface = Surface(made, "link", None)
    rows = Rows(x, None, np.ones(60), np.zeros(60, int), 1)
    grid = Grid(np.array([0]), np.array([[x[:, 0].mean()]]))
    (found,) = Sensitivity(surface, made).of([grid], rows)
    assert np.allclose(found, 0, atol=1e-10)
