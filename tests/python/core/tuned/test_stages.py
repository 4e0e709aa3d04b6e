"""The stages of successive halving."""

import pytest

from nnfit.core.tuned.stages import spent, stages


def test_the_numbers_are_those_of_a_bracket_of_hyperband():
    """Li et al. (2018), table 1: R = 81, eta = 3, bracket s = 4."""
    assert stages(81, 81, 3, 1) == [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)]


def test_the_first_stage_is_a_27th_by_default():
    assert stages(100, 500, 3, None) == [(100, 19), (33, 56), (11, 167), (3, 500)]
    assert stages(100, 500, 3, 100) == [(100, 167), (33, 500)]
    assert stages(2, 500, 3, None) == [(2, 500)]
    assert stages(100, 2, 3, None) == [(100, 2)]


@pytest.mark.parametrize("factor", [2, 3, 5])
@pytest.mark.parametrize("candidates", [1, 7, 64, 1000])
@pytest.mark.parametrize("epochs", [1, 2, 10, 997])
def test_each_stage_has_fewer_for_longer_and_the_last_all_epochs(factor, candidates, epochs):
    made = stages(candidates, epochs, factor, 1)
    assert made[0].candidates == candidates
    assert made[-1].epochs == epochs
    for before, after in zip(made, made[1:]):
        assert 1 <= after.candidates < before.candidates
        assert after.epochs > before.epochs >= 1


def test_what_is_spent_is_what_each_stage_adds():
    plan = stages(100, 500, 3, None)
    assert spent(plan, 5) == 5 * (100 * 19 + 33 * 37 + 11 * 111 + 3 * 333)
