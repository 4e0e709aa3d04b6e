import numpy as np
import pytest

from nnfit.core.data.moments import Moments


@pytest.mark.parametrize("center", [True, False])
def test_chunks_give_what_all_rows_give(rng, center):
    a = rng.normal(size=(1000, 3)) * [1, 1e-3, 1e6]
    moments = Moments()
    for chunk in np.array_split(a, [1, 20, 700]):
        moments.add(chunk)
    middle, spread = moments.spread(center)
    about = a - (a.mean(axis=0) if center else 0)
    np.testing.assert_allclose(spread, np.sqrt(np.square(about).sum(axis=0) / 999), rtol=1e-12)
    np.testing.assert_allclose(middle, a.mean(axis=0) * center, rtol=1e-9, atol=1e-15)


def test_columns_far_from_zero_keep_their_digits(rng):
    noise = rng.normal(size=(10_000, 1))
    moments = Moments()
    for chunk in np.array_split(noise + 1e9, 7):
        moments.add(chunk)
    np.testing.assert_allclose(moments.spread(True)[1], noise.std(axis=0, ddof=1), rtol=1e-6)


def test_one_row_has_no_spread():
    moments = Moments()
    moments.add(np.array([[4.0]]))
    assert moments.spread(True)[1] == 0
