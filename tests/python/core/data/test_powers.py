import numpy as np
import pytest

from nnfit.core.data.powers import LADDER, Powers, powers_of


def of_column(x):
    return powers_of(np.asarray(x)[:, None], np.array([True]))


def straightened(x, at=None):
    return of_column(x)(np.asarray(x if at is None else at, dtype=float)[:, None])[:, 0]


@pytest.fixture
def normal(rng):
    return rng.standard_normal(1000)


@pytest.mark.parametrize(
    ("bend", "power"),
    [
        (np.exp, 0.0),
        (lambda z: (z + 5) ** 2, 0.5),
        (lambda z: z, 1.0),
        (lambda z: np.sqrt(z + 5), 2.0),
        (lambda z: 1 / (z + 4.2), -1.0),
    ],
)
def test_the_power_is_the_one_that_makes_a_column_look_normal(normal, bend, power):
    chosen = of_column(bend(normal)).power[0]
    assert abs(LADDER.index(chosen) - LADDER.index(power)) <= 1
    skewed, straight = (
        ((v - v.mean()) ** 3).mean() / v.std() ** 3
        for v in (bend(normal), straightened(bend(normal)))
    )
    assert abs(straight) <= abs(skewed) + 1e-12


def test_the_likelihood_is_that_of_box_and_cox(normal):
    """Against the whole density of the untransformed values, by its definition."""
    x = np.exp(0.7 * normal)
    made = of_column(x)
    z = (x - made.low[0]) / made.unit[0]

    def density(power):
        t = np.log(1 + z) if power == 0 else ((1 + z) ** power - 1) / power
        normal = -0.5 * np.log(2 * np.pi * t.var()) - (t - t.mean()) ** 2 / (2 * t.var())
        return (normal + (power - 1) * np.log(1 + z)).sum()

    assert made.power[0] == max(LADDER, key=density)


def test_units_and_the_origin_do_not_matter(normal):
    x = np.exp(normal)
    np.testing.assert_allclose(straightened(x), straightened(1e-3 * x + 7), rtol=1e-6)


@pytest.mark.parametrize(
    "x",
    [[0, 1] * 20, [3.0] * 40, [-1.5e308, 1.5e308, 1.6e308] * 9],
    ids=["two", "constant", "huge"],
)
def test_what_can_not_be_straightened_stays(x):
    x = np.array(x, dtype=float)
    assert of_column(x).power.tolist() == [1.0]
    np.testing.assert_array_equal(straightened(x), x)


def test_columns_that_are_left_out_and_no_columns_at_all(normal):
    x = np.exp(np.column_stack([normal, normal]))
    assert powers_of(x, np.array([True, False])).power.tolist() == [-0.5, 1.0]
    assert powers_of(np.empty((3, 0)), np.empty(0, dtype=bool)).power.shape == (0,)


@pytest.mark.parametrize("power", LADDER)
def test_new_rows_may_lie_anywhere(power):
    one = Powers(np.array([2.0]), np.array([3.0]), np.array([power]))
    x = np.array([-1e308, -50.0, 1.999999, 2.0, 2.000001, 5.0, 1e100, 1e308])
    straight = one(x[:, None])[:, 0]
    assert np.isfinite(straight).all()
    assert (np.diff(straight) >= 0).all()
    if power != 1:
        np.testing.assert_allclose(straight[1], (-50 - 2) / 3)
        np.testing.assert_allclose(straight[[2, 4]], [-1e-6 / 3, 1e-6 / 3], rtol=1e-4)


def test_a_column_most_of_whose_rows_are_its_least_has_another_unit():
    x = np.repeat([0.0, 1.0, 20.0], [30, 5, 5])
    assert of_column(x).unit[0] == x.std()


def test_they_are_written_and_read(normal):
    made = of_column(np.exp(normal))
    again = Powers.of_fit({name: float(value[0]) for name, value in made.plain().items()})
    np.testing.assert_array_equal(np.array(again), np.array(made))
    assert Powers.of_fit({"x_center": 0.0}) is None


def test_the_rows_given_stay_what_they_are(normal):
    x = np.exp(normal)[:, None].astype(np.float32)
    x.flags.writeable = False
    made = powers_of(x, np.array([True]))
    assert made(x).dtype == np.float64


def test_slopes_are_derivatives(rng):
    x = np.column_stack([rng.lognormal(size=200), rng.uniform(size=200), -rng.lognormal(size=200)])
    found = powers_of(x, np.ones(3, bool))
    at = x + 0.01
    step = 1e-6
    slopes = (found(at + step) - found(at - step)) / (2 * step)
    assert np.allclose(found.slopes(at), slopes, rtol=1e-4)
    below = x.min(0)[None] - 1
    assert np.allclose(
        found.slopes(below), (found(below + step) - found(below - step)) / (2 * step)
    )
