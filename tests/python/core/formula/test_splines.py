import numpy as np
import pytest

from nnfit.core.formula.splines import b_splines, bs, ns

KNOTS = np.array([0.0, 0, 0, 0, 1, 2, 4, 5, 5, 5, 5])
X = np.linspace(0, 5, 41)


def test_b_splines_are_a_partition_of_one():
    made = b_splines(X, KNOTS, 4)
    assert made.shape == (41, 7)
    assert (made >= -1e-15).all()
    np.testing.assert_allclose(made.sum(axis=1), 1, rtol=1e-14)


def test_b_splines_and_derivatives_are_scipy_s():
    interpolate = pytest.importorskip("scipy.interpolate")
    for derivative in (0, 1, 2):
        made = b_splines(X, KNOTS, 4, derivative)
        for j in range(7):
            one = interpolate.BSpline(KNOTS, np.eye(7)[j], 3)
            expected = one(X) if derivative == 0 else one.derivative(derivative)(X)
            np.testing.assert_allclose(made[:, j], expected, atol=1e-12)


def test_derivatives_are_those_of_differences():
    inner, step = X[1:-1] + 0.01, 1e-6
    for derivative in (1, 2):
        lower = derivative - 1
        around = [b_splines(inner + side, KNOTS, 4, lower) for side in (-step, step)]
        expected = (around[1] - around[0]) / (2 * step)
        np.testing.assert_allclose(b_splines(inner, KNOTS, 4, derivative), expected, atol=1e-5)


def test_an_end_goes_on_as_its_polynomial():
    beyond, inside = np.array([-1.0, 6.0]), np.linspace(0, 1, 9)
    made = bs(beyond, np.array([1.0, 2]), np.array([0.0, 5]))
    piece = np.polynomial.Polynomial.fit(inside, bs(inside, np.array([1.0, 2]),
                                                    np.array([0.0, 5]))[:, 0], 3)  # fmt: skip
    assert made[0, 0] == pytest.approx(piece(-1.0), rel=1e-8)


def test_a_natural_spline_is_a_line_beyond_its_ends():
    ends = np.array([0.0, 5.0])
    for side in (-1, 1):
        at = (ends[0] if side < 0 else ends[1]) + side * np.array([0.0, 1, 2])
        made = ns(at, np.array([1.0, 2]), ends)
        np.testing.assert_allclose(made[2] - made[1], made[1] - made[0], atol=1e-12)


def test_columns_are_as_many_as_r_s():
    ends = np.array([0.0, 5.0])
    assert bs(X, np.array([1.0, 2]), ends).shape == (41, 5)
    assert bs(X, np.array([1.0, 2]), ends, degree=2, intercept=True).shape == (41, 5)
    assert ns(X, np.array([1.0, 2]), ends).shape == (41, 3)
    assert ns(X, np.array([1.0, 2]), ends, intercept=True).shape == (41, 4)


def test_knots_that_repeat_have_pieces_without_width():
    made = bs(X, np.array([2.0, 2, 2]), np.array([0.0, 5]))
    assert np.isfinite(made).all()
