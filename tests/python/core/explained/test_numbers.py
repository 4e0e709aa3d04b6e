import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.explained.numbers import as_repeats, as_seed


def test_whole_numbers_of_any_type_are_read():
    assert as_repeats(np.float64(3)) == 3
    assert as_seed(0) == 0
    assert as_seed(None) is None


@pytest.mark.parametrize("value", [0, 1.5, -1, True, "3", 10**6, float("nan")])
def test_other_repeats_are_refused(value):
    with pytest.raises(NNFitError, match="`repeats` must be a whole number from 1 to 100,000"):
        as_repeats(value)


@pytest.mark.parametrize("value", [-1, 0.5, True, "a", 1e300])
def test_other_seeds_are_refused(value):
    with pytest.raises(NNFitError, match="`seed` must be a whole number of at least 0, or None"):
        as_seed(value)
