import numpy as np
import pytest

from nnfit.core.data.aliases import aliased, suspected


def centred(x):
    return x - x.mean(axis=0), np.linalg.norm(x, axis=0)


@pytest.fixture
def x(rng):
    return rng.standard_normal((40, 3)) * [1.0, 1e-6, 1e6] + [0.0, 5.0, 1e7]


def test_the_later_of_columns_that_follow_from_each_other_is_found(x):
    a, b, c = x.T
    table = np.column_stack([a, b, a + b, 2 * c - a, c, np.full(40, 0.1), -b, c**2])
    expected = [False, False, True, False, True, True, True, False]
    assert aliased(*centred(table)).tolist() == expected
    assert suspected(table, True)


def test_independent_columns_are_none_whatever_their_units(x):
    assert not aliased(*centred(x)).any()
    assert not suspected(x, True)
    assert not suspected(x[:, :0], True)
    assert aliased(*centred(x[:, :0])).tolist() == []


@pytest.mark.parametrize(("own", "found"), [(3e-8, True), (1e-6, False)])
def test_it_takes_the_share_of_its_length_that_lm_asks_for(x, own, found):
    a, b, _ = ((x - x.mean(axis=0)) / x.std(axis=0)).T
    b -= a * (a @ b) / (a @ a)
    twins = np.column_stack([a, a + own * b])
    assert aliased(*centred(twins)).tolist() == [False, found]
    assert suspected(twins, True)


def test_rounding_of_large_numbers_is_not_a_length_of_their_own(rng):
    a, b = rng.standard_normal((2, 40)) / 16 + 1e9
    assert aliased(*centred(np.column_stack([a, b, a + b]))).tolist() == [False, False, True]


def test_indicators_of_all_levels_are_only_beside_an_intercept(rng):
    x = np.eye(3)[np.arange(60) % 3]
    assert suspected(x, True)
    assert not suspected(x, False)


def test_a_part_of_many_rows_clears_them_and_never_clears_wrongly(rng):
    x = rng.standard_normal((50_000, 2))
    assert not suspected(x, True)
    assert suspected(np.column_stack([x, x @ [1.0, 2.0]]), True)
    rare = np.zeros((50_000, 1))
    rare[7] = 1  # constant in the part that is looked at: all rows have to be
    assert suspected(np.column_stack([x, rare]), True)
