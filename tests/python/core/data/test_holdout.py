import numpy as np
import pytest
import torch

from nnfit.core.data.holdout import Holdout, split, split_by_rows
from nnfit.core.ground.errors import NNFitError


def refused(argument, function, *args, **kwargs):
    with pytest.raises(NNFitError) as caught:
        function(*args, **kwargs)
    assert caught.value.argument == argument
    return str(caught.value)


def test_without_validation_all_rows_are_taken_as_they_are():
    assert split(None, 10, 0.0) == (None, None)
    assert split(np.ones(10), 10, 0.0) == (None, None)


def test_the_split_is_the_usual_programs():
    torch.manual_seed(5)
    shuffled = torch.randperm(11)
    torch.manual_seed(5)
    train, valid = split(None, 11, 0.2)
    assert train.tolist() == shuffled[:-2].tolist()
    assert valid.tolist() == shuffled[-2:].tolist()


def test_rows_without_weight_take_no_part():
    weights = np.array([0.0, 1, 1, 0, 1, 1])
    assert split(weights, 6, 0.0)[0].tolist() == [1, 2, 4, 5]
    train, valid = split(weights, 6, 0.5)
    assert sorted([*train, *valid]) == [1, 2, 4, 5]


def test_a_fraction_too_small_for_a_row_is_refused():
    refused("validation", split, None, 10, 0.05)


def test_the_holdout_is_the_same_in_any_order():
    holdout = Holdout(0.3, key=2**62 + 5)
    whole = holdout.mask(0, 100_000)
    assert abs(whole.mean() - 0.3) < 0.005
    np.testing.assert_array_equal(holdout.mask(500, 40), whole[500:540])
    assert (Holdout(0.3, key=6).mask(0, 1000) != whole[:1000]).any()
    half = Holdout(0.5, key=1).mask(0, 100_001)
    assert abs((half[1:] == half[:-1]).mean() - 0.5) < 0.01


def test_rows_may_be_chosen():
    for chosen in (np.array([1, 4]), np.array([False, True, False, False, True])):
        train, valid = split_by_rows(None, 5, chosen)
        assert (train.tolist(), valid.tolist()) == ([0, 2, 3], [1, 4])
    train, valid = split_by_rows(np.array([0.0, 1, 1, 0, 1]), 5, np.array([0, 1]))
    assert (train.tolist(), valid.tolist()) == ([2, 4], [1])


def test_chosen_rows_that_are_none_are_refused():
    for chosen in ([-1], [5], [0.5], [True, False], np.array([], dtype=int), list(range(5))):
        said = refused("validation", split_by_rows, None, 5, np.array(chosen))
        assert "by rows" in said
