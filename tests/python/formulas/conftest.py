"""What the tests of formulas share."""

import numpy as np
import pytest


@pytest.fixture
def frame(rng):
    import pandas as pd

    return pd.DataFrame(
        {
            "y": rng.normal(size=60),
            "x": rng.uniform(1, 5, 60),
            "z": rng.normal(size=60),
            "g": np.array(list("abc"))[np.arange(60) % 3],
            "h": pd.Categorical(np.where(np.arange(60) % 4 < 2, "u", "v"), ["v", "u"]),
            "k": np.array([4, 6, 8])[np.arange(60) % 3],
            "flag": np.arange(60) % 2 > 0,
            "my col": rng.normal(size=60),
        }
    )
