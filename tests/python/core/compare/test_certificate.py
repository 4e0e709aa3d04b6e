import numpy as np
import pytest

from nnfit.core.compare import certificate
from nnfit.core.compare.certificate import ONE_BY_ONE, TOGETHER, steps_needed

HESSIAN = np.array([[5.0, 1.0, 0.5], [1.0, 2.0, -0.3], [0.5, -0.3, 0.7]])


def by_hand(stepping, rate, momentum, error, epochs):
    """Descend on error' H error / 2, by what the methods do."""
    at, before = np.array(error, dtype=float), np.array(error, dtype=float)
    for _ in range(epochs):
        now = at.copy()
        if stepping is ONE_BY_ONE:
            for j in range(len(at)):
                at[j] -= rate * (HESSIAN[j] @ at)
        else:
            at = at - rate * HESSIAN @ at + momentum * (at - before)
        before = now
    return at


STEPPINGS = [(TOGETHER, 0.0), (TOGETHER, 0.9), (ONE_BY_ONE, 0.0)]


@pytest.mark.parametrize(("stepping", "momentum"), STEPPINGS)
def test_the_matrix_is_a_step(stepping, momentum):
    error = np.array([1.0, -2.0, 3.0])
    matrix = stepping.matrix(HESSIAN, 0.1, momentum)
    state = np.tile(error, len(matrix) // 3)
    found = np.linalg.matrix_power(matrix, 7) @ state
    np.testing.assert_allclose(found[:3], by_hand(stepping, 0.1, momentum, error, 7))


@pytest.mark.parametrize(("stepping", "momentum"), STEPPINGS)
def test_below_the_limit_it_is_stable_and_above_it_is_not(stepping, momentum):
    limit = stepping.limit(HESSIAN, momentum)
    error = np.array([1.0, -2.0, 3.0])
    below = by_hand(stepping, 0.95 * limit, momentum, error, 1000)
    above = by_hand(stepping, 1.05 * limit, momentum, error, 1000)
    assert abs(below).max() < 1e-6
    assert abs(above).max() > 1e6


@pytest.mark.parametrize(("stepping", "momentum"), STEPPINGS)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_the_steps_that_are_needed_are_enough_and_one_less_is_not(stepping, momentum, share):
    rate = share * stepping.limit(HESSIAN, momentum)
    error, allowed = np.array([1.0, -2.0, 3.0]), np.array([1e-6, 2e-6, 1e-6])
    matrix = stepping.matrix(HESSIAN, rate, momentum)
    steps = steps_needed(matrix, error, np.eye(3), allowed)
    reached = by_hand(stepping, rate, momentum, error, int(steps))
    assert (abs(reached) <= allowed * (1 + 1e-6)).all()
    if momentum == 0:  # with it, errors swing
        short = by_hand(stepping, rate, momentum, error, int(steps) - 1)
        assert (abs(short) > allowed).any()


def test_no_number_of_steps_is_enough_above_the_limit_or_without_a_slope():
    error, one = np.ones(3), np.eye(3)
    unstable = TOGETHER.matrix(HESSIAN, 1.0, 0)
    assert steps_needed(unstable, error, one, 1e-6 * error) == np.inf
    flat = TOGETHER.matrix(np.diag([1.0, 1.0, 0.0]), 0.5, 0)
    assert steps_needed(flat, error, one, 1e-6 * error) == np.inf


def test_what_is_there_needs_none():
    assert steps_needed(np.eye(2) / 2, np.full(2, 1e-9), np.eye(2), np.full(2, 1e-6)) == 0


def test_the_best_rate_is_the_fastest():
    best = certificate.best_rate(HESSIAN)
    error, allowed = np.array([1.0, -2.0, 3.0]), np.full(3, 1e-9)

    def steps(rate):
        return steps_needed(TOGETHER.matrix(HESSIAN, rate, 0), error, np.eye(3), allowed)

    assert steps(best) < 1.1 * min(steps(0.8 * best), steps(1.04 * best))


def test_the_condition_is_the_ratio_of_eigenvalues():
    assert certificate.condition(np.diag([8.0, 2.0, 4.0])) == 4
    assert certificate.condition(np.diag([1.0, 0.0])) == np.inf


@pytest.mark.parametrize(
    ("number", "digits", "rounded"),
    [(0.000339, 1, 0.0003), (0.3, 1, 0.3), (7.89, 2, 7.8), (1, 1, 1), (0.0329, 2, 0.032)],
)
def test_rounding_goes_down(number, digits, rounded):
    assert certificate.round_down(number, digits) == rounded


# one coefficient at a time, the last with its best rate at 0.5
GAPPED = np.array([[22.6, 6.4], [6.4, 2.0]])


def test_one_by_one_may_be_stable_again_beyond_the_limit():
    limit = ONE_BY_ONE.limit(GAPPED, 0)
    assert limit < 0.2
    for rate, stable in ((0.99 * limit, True), (1.01 * limit, False), (0.3, False), (0.5, True)):
        assert ONE_BY_ONE.stable(GAPPED, rate, 0) is stable
        with np.errstate(all="ignore"):
            grown = np.linalg.matrix_power(ONE_BY_ONE.matrix(GAPPED, rate, 0), 5000)
        assert bool((abs(grown) < 1).all()) is stable
    for rate in np.linspace(0.01, 0.999, 50) * limit:  # up to which it is stable
        assert ONE_BY_ONE.stable(GAPPED, rate, 0)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_together_is_stable_below_its_limit_alone(momentum):
    limit = TOGETHER.limit(HESSIAN, momentum)
    assert TOGETHER.stable(HESSIAN, 0.99 * limit, momentum)
    assert not TOGETHER.stable(HESSIAN, 1.01 * limit, momentum)
