from functools import reduce

import numpy as np
import pytest

from nnfit.core.data.moments import Moments, lengths, units


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


def moments_of(chunks):
    made = Moments()
    for chunk in chunks:
        made.add(*chunk)
    return made


def test_rows_count_by_their_weights_in_any_unit(rng):
    a, weights = 1e3 + rng.normal(size=(300, 2)), rng.random(300) + 0.1
    parts = np.array_split(np.arange(300), [7, 200])
    middle, spread = moments_of([(a[part], weights[part]) for part in parts]).spread(True)
    expected = np.average(a, axis=0, weights=weights)
    np.testing.assert_allclose(middle, expected, rtol=1e-12)
    squares = np.average(np.square(a - expected), axis=0, weights=weights)
    np.testing.assert_allclose(spread, np.sqrt(squares * 300 / 299), rtol=1e-10)
    for unit in (1e-150, 3.0):
        other = moments_of([(a[part], unit * weights[part]) for part in parts]).spread(True)
        np.testing.assert_allclose(other, (middle, spread), rtol=1e-12)
    array = a.reshape(300, 2, 1)  # rows of any shape
    other = moments_of([(array[part], weights[part]) for part in parts]).spread(True)
    np.testing.assert_allclose(np.ravel(other), np.ravel((middle, spread)), rtol=1e-12)
    ones = moments_of([(a, np.ones(300))]).spread(True)
    np.testing.assert_allclose(ones, moments_of([(a,)]).spread(True), rtol=1e-14)


@pytest.mark.parametrize("center", [True, False])
def test_rows_that_stand_for_several_are_these(center, rng):
    a, counts = rng.normal(size=(50, 2)), rng.integers(1, 4, 50).astype(float)
    parts = np.array_split(np.arange(50), [7, 20])
    found = moments_of([(a[part], 5 * counts[part], counts[part]) for part in parts])
    expected = moments_of([(a.repeat(counts.astype(int), axis=0),)])
    for mine, theirs in zip(found.spread(center), expected.spread(center)):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


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


@pytest.mark.parametrize("unit", [1e-310, 1e-200, 1e200, 1e307])
@pytest.mark.parametrize("center", [True, False])
def test_units_of_any_size_cost_no_digits(unit, center, rng):
    a = rng.standard_normal((30, 3)) + 2
    plain, scaled = Moments(), Moments()
    for part in (slice(0, 10), slice(10, 30)):
        plain.add(a[part])
        scaled.add(a[part] * [unit, 1.0, 1.0])
    rtol = 1e-4 if unit == 1e-310 else 1e-13  # there numbers themselves have lost their digits
    for mine, theirs in zip(scaled.spread(center), plain.spread(center)):
        np.testing.assert_allclose(mine[0], theirs[0] * unit, rtol=rtol)
        np.testing.assert_array_equal(mine[1:], theirs[1:])


@pytest.mark.parametrize("sizes", [(1e-200, 1e200), (1e200, 1e-200), (0, 1e-200), (1, 1e-200),
                                   (1e-200, 1), (0, 1e200), (1e200, 1)])  # fmt: skip
def test_chunks_of_other_sizes_go_together(sizes, rng):
    chunks = [size * rng.standard_normal((20, 1)) for size in sizes]
    moments = Moments()
    for chunk in chunks:
        moments.add(chunk)
    unit = max(sizes)
    middle, spread = moments.spread(True)
    whole = np.concatenate(chunks) / unit
    np.testing.assert_allclose(middle / unit, whole.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(spread / unit, whole.std(axis=0, ddof=1), rtol=1e-12)


def test_a_constant_column_has_no_spread_whatever_its_size():
    for value in (0.0, 1e-300, 5.0, 1e300):
        moments = Moments()
        moments.add(np.full((10, 1), value))
        middle, spread = moments.spread(True)
        assert middle[0] == pytest.approx(value, rel=1e-15, abs=0)
        assert spread[0] <= 1e-13 * value


def test_lengths_of_columns():
    a = np.array([[3.0, 3e200, 3e-200, 0.0], [4.0, 4e200, 4e-200, 0.0]])
    np.testing.assert_allclose(lengths(a), [5.0, 5e200, 5e-200, 0.0], rtol=1e-15)
    np.testing.assert_array_equal(lengths(a[:, :1]), np.linalg.norm(a[:, :1], axis=0))
    assert units(a).tolist()[0] == 1.0
    assert units(a).tolist()[3] == 1.0
    assert all(np.frexp(unit)[0] == 0.5 for unit in units(a))


JOINED = [0, 1e-300, 1e-200, 1e-100, 1, 1e200]


@pytest.mark.parametrize("first", JOINED)
@pytest.mark.parametrize("second", JOINED)
def test_what_two_have_seen_goes_together_as_if_one_had_seen_all(first, second, rng):
    # beside columns of every size, as each column has a unit of its own once one of them has
    sizes = np.array([[first, first, first, 1], [second, 1e-200, 0, second]])
    parts = [rng.standard_normal((20, 4)) * size for size in sizes]
    weights = [rng.random(20) + 0.1 for _ in parts]
    for joined, whole in (
        (
            moments_of([(parts[0],)]).join(moments_of([(parts[1],)])),
            moments_of([(np.concatenate(parts),)]),
        ),
        (
            moments_of([(parts[0], weights[0])]).join(moments_of([(parts[1], weights[1])])),
            moments_of([(np.concatenate(parts), np.concatenate(weights))]),
        ),
    ):
        unit = np.maximum(np.abs(parts[0]).max(axis=0), np.abs(parts[1]).max(axis=0))
        unit[unit == 0] = 1
        assert (joined.rows, joined.weight) == pytest.approx((whole.rows, whole.weight))
        for center in (True, False):
            for mine, theirs in zip(joined.spread(center), whole.spread(center)):
                np.testing.assert_allclose(mine / unit, theirs / unit, rtol=1e-12, atol=1e-14)


def test_joined_columns_far_from_zero_keep_their_digits(rng):
    noise = rng.normal(size=(10_000, 1))
    parts = [moments_of([(part,)]) for part in np.array_split(noise + 1e9, 7)]
    joined = reduce(Moments.join, parts)
    np.testing.assert_allclose(joined.spread(True)[1], noise.std(axis=0, ddof=1), rtol=1e-6)


def test_who_has_seen_nothing_changes_nothing(rng):
    a = rng.normal(size=(20, 2)) * [1, 1e200]
    for joined in (moments_of([(a,)]).join(Moments()), Moments().join(moments_of([(a,)]))):
        np.testing.assert_array_equal(joined.spread(True), moments_of([(a,)]).spread(True))
    assert Moments().join(Moments()).rows == 0
