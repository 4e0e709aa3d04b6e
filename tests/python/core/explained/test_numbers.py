import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.explained.numbers import as_count, as_flag, as_seed


def test_whole_numbers_of_any_type_are_read():
    assert as_count("repeats", np.float64(3)) == 3
    assert as_count("grid", np.int64(3), 2) == 3
    assert as_seed(0) == 0
    assert as_seed(None) is None


@pytest.mark.parametrize("value", [0, 1.5, -1, True, "3", 10**6, float("nan")])
def test_other_repeats_are_refused(value):
    with pytest.raises(NNFitError, match="`repeats` must be a whole number from 1 to 100,000"):
        as_count("repeats", value)


@pytest.mark.parametrize("value", [-1, 0.5, True, "a", 1e300])
def test_other_seeds_are_refused(value):
    with pytest.raises(NNFitError, match="`seed` must be a whole number of at least 0, or None"):
        as_seed(value)


@pytest.mark.parametrize("value", [1, 2.5, "3", None, float("inf"), 10**19])
def test_too_few_are_refused(value):
    with pytest.raises(NNFitError, match="`grid` must be a whole number from 2 to 100,000"):
        as_count("grid", value, 2)


def test_yes_or_no():
    assert as_flag("center", np.bool_(True)) is True
    with pytest.raises(NNFitError, match="`center` must be true or false, not 1"):
        as_flag("center", 1)
