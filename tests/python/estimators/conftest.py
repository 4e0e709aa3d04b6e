"""What the tests of estimators share."""

import numpy as np
import pytest


@pytest.fixture
def frame(rng):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(rng.normal(size=(60, 2)), columns=["a", "b"])


@pytest.fixture
def numbers(frame, rng):
    return 1 + 2 * frame["a"].to_numpy() - frame["b"].to_numpy() + rng.normal(0, 0.1, 60)


@pytest.fixture
def labels(numbers):
    return np.where(numbers > 3, "high", np.where(numbers > 0, "middle", "low"))
