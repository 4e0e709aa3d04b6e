import warnings

import pytest

from nnfit.core.ground.errors import NNFitError, NNFitWarning, are_for_r, warn, warnings_told
from nnfit.core.ground.rehearsal import Rehearsal, Rehearsed, rehearse


def test_a_rehearsal_stands_for_several_that_are_not_there():
    assert Rehearsal(3).several and Rehearsal(3).rank == 0
    with pytest.raises(AssertionError):
        Rehearsal(3).any(True)


def goes_well(processes):
    assert processes.size == 2
    warn("epochs", "are few.")
    raise Rehearsed


def test_what_it_would_warn_of_is_left_to_those_that_train():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rehearse(goes_well, 2)
    with warnings_told() as told:
        rehearse(goes_well, 2)
    assert told == []


def test_it_refuses_as_the_call_does_and_in_the_same_language():
    def wrong(processes):
        raise NNFitError("penalty", f"is wrong {'in R' if are_for_r() else 'in Python'}.")

    with pytest.raises(NNFitError, match="`penalty` is wrong in Python"):
        rehearse(wrong, 2)
    with warnings_told(), pytest.raises(NNFitError, match="`penalty` is wrong in R"):
        rehearse(wrong, 2)


def test_a_call_that_would_train_is_no_rehearsal():
    with pytest.raises(AssertionError, match="went on to train"):
        rehearse(lambda processes: None, 2)


def test_other_warnings_are_heard():
    def warned(processes):
        warnings.warn("else", UserWarning, stacklevel=1)
        raise Rehearsed

    with pytest.warns(UserWarning, match="else"):
        rehearse(warned, 2)
    assert issubclass(NNFitWarning, UserWarning)
