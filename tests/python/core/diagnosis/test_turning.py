import numpy as np
import pytest

from nnfit.core.diagnosis.turning import turn_of


def test_a_loss_that_turns_up_is_measured_by_its_fall():
    losses = np.concatenate([np.linspace(10, 2, 81), np.linspace(2.1, 4, 20)])
    turn = turn_of(losses)
    assert turn.rise == pytest.approx((4 - 2) / (10 - 2), abs=0.05)
    assert turn.best == 81
    assert turn.noise < 0.05


def test_a_loss_that_goes_on_falling_has_no_rise():
    assert turn_of(np.exp(-np.arange(100) / 20)).rise == 0


def test_the_best_epoch_is_that_of_the_least_loss_however_short_it_was():
    losses = np.concatenate([np.linspace(10, 2, 600), np.linspace(2.1, 4, 400)])
    losses[62] = 1.0
    assert turn_of(losses).best == 63


def test_noise_alone_is_within_its_limit():
    alarms = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        turn = turn_of(5 * np.exp(-np.arange(200) / 20) + 1 + 0.3 * rng.standard_normal(200))
        alarms += turn.rise > max(0.1, turn.noise)
    assert alarms <= 4


def test_a_loss_that_was_never_better_rises_from_the_first():
    turn = turn_of([1.0, 1.5, 2.0, 3.0])
    assert (turn.rise, turn.best) == (2.0, 1)


@pytest.mark.parametrize("losses", [[1.0, 2.0], [1.0, np.nan, 2.0], [1.0, 2.0, np.inf]])
def test_too_few_or_no_numbers(losses):
    assert turn_of(losses) is None
