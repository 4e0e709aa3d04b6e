"""What the tests of pictures share."""

import contextlib

import numpy as np
import pytest

from nnfit import core
from support import imported

with contextlib.suppress(pytest.skip.Exception):  # each test file skips for itself
    imported("matplotlib.pyplot")
    import matplotlib

    matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def _closed():
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture
def rows(rng):
    x = rng.uniform(0, 10, (60, 1))
    return x, np.sin(x[:, 0] / 2) + rng.normal(0, 0.1, 60)


@pytest.fixture
def network(rows):
    return core.fit(*rows, hidden_units=4, epochs=30, validation=0.25, learn_rate=0.05, seed=1)


@pytest.fixture
def labels(rows):
    return np.where(rows[1] > 0.3, "high", np.where(rows[1] > -0.3, "middle", "low"))
