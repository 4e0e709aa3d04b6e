import numpy as np
import pytest

from nnfit.core.explained.spread import GROUPS, Pairs, without_groups


def pairs_of(kernel, z, repeats, rng, weights=None):
    n = len(z)
    pairs, cycle = Pairs(weights, n), rng.permutation(n)
    for repeat in range(repeats):
        donors = np.empty(n, dtype=int)
        donors[cycle] = np.roll(cycle, -(repeat + 1))
        pairs.add(kernel(z, z[donors]), donors)
    return pairs.estimate()


def square(own, other):
    return (own - other) ** 2


def test_all_pairs_are_the_u_statistic(rng):
    z = rng.standard_normal(12)
    found = pairs_of(square, z, 11, rng)
    assert found.value == pytest.approx(2 * z.var(ddof=1))
    assert found.df == 11


@pytest.mark.parametrize("repeats", [1, 2, 10])
def test_errors_are_the_spread_of_means_over_other_rows(rng, repeats):
    # with what only the receiver, only the giver, and only both together have
    def kernel(own, other):
        return own**2 + 0.5 * own * other - 2 * other

    found = [pairs_of(kernel, rng.standard_normal(80), repeats, rng) for _ in range(600)]
    sd = np.std([one.value for one in found])
    error = np.sqrt(np.mean([one.error**2 for one in found]))
    assert error == pytest.approx(sd, rel=0.12)  # of 600 values a sd is known to 3%


def test_a_weight_of_two_is_a_row_twice(rng):
    def kernel(own, other):
        return own**2

    z = rng.standard_normal(30)
    weights = np.where(np.arange(30) < 10, 2.0, 1.0)
    found = pairs_of(kernel, z, 3, rng, weights)
    assert found.value == pytest.approx(np.average(z**2, weights=weights))
    assert found.error > 0


def test_no_difference_has_no_error(rng):
    found = pairs_of(lambda own, other: np.zeros(len(own)), np.arange(9.0), 2, rng)
    assert found.value == found.error == 0


def test_what_is_no_number_has_no_error(rng):
    found = pairs_of(lambda own, other: np.full(len(own), np.inf), np.arange(9.0), 2, rng)
    assert found.value == np.inf
    assert np.isnan(found.error)


def groups_of(of_rows, z, repeats, rng):
    """What is computed from the values of rows and from those that they are given."""
    n, cycle = len(z), rng.permutation(len(z))
    donors = [np.empty(n, dtype=int) for _ in range(repeats)]
    for repeat, one in enumerate(donors):
        one[cycle] = np.roll(cycle, -(repeat + 1))

    def of_pairs(repeat, mask):
        return of_rows(z[mask], z[donors[repeat]][mask])

    return without_groups(of_pairs, rng.permutation(n), donors)


def root(own, other):
    return np.sqrt(np.mean((1 + own - other) ** 2 + own**2))


@pytest.mark.parametrize("repeats", [1, 2, 10])
def test_groups_left_out_find_the_spread_over_other_rows_and_deals(rng, repeats):
    found = [groups_of(root, rng.standard_normal(80), repeats, rng) for _ in range(300)]
    sd = np.std([one.value for one in found])
    error = np.sqrt(np.mean([one.error**2 for one in found]))
    assert error == pytest.approx(sd, rel=0.2)  # of 300 values a sd is known to 4%
    assert {one.df for one in found} == {GROUPS - 1}


@pytest.mark.parametrize("repeats", [1, 2, 30])
def test_groups_left_out_find_what_pairs_do_of_a_mean(rng, repeats):
    def kernel(own, other):
        return own**2 + 0.5 * own * other - 2 * other

    z = rng.standard_normal(400)
    by_groups = groups_of(lambda own, other: kernel(own, other).mean(), z, repeats, rng)
    by_pairs = pairs_of(kernel, z, repeats, rng)
    assert by_groups.value == pytest.approx(by_pairs.value, abs=2 * by_pairs.error)
    # of 20 groups a standard error is known to 16%
    assert by_groups.error == pytest.approx(by_pairs.error, rel=0.5)


def test_few_rows_are_left_out_one_by_one(rng):
    values = np.array([1.0, 4, 2, 8])
    found = groups_of(lambda own, other: own.mean(), values, 3, rng)
    assert found.value == values.mean()
    assert found.error == pytest.approx(values.std(ddof=1) / 2)


def test_two_rows_tell_no_error():
    values = np.array([1.0, 4])
    pairs = Pairs(None, 2)
    pairs.add(values, np.array([1, 0]))
    assert np.isnan(pairs.estimate().error)
    found = groups_of(lambda own, other: own.mean(), values, 1, np.random.default_rng(1))
    assert found.value == values.mean()
    assert np.isnan(found.error)
