import numpy as np
import pytest

from nnfit.core.compare.scaled import scaled

X = np.array([[1.0, 10.0], [2.0, 50.0], [4.0, 20.0]])
WEIGHTS = np.array([0.2, 0.3, 0.5])


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("scale", [False, True, 0.1, 3])
def test_the_way_back_gives_the_same_predictions(scale, intercept):
    made = scaled(X, WEIGHTS, intercept, scale)
    params = np.array([0.5, -1.5, 2.0])[: 2 + intercept]
    coefficients = made.back @ params
    plain = np.column_stack([np.ones(3), X]) if intercept else X
    np.testing.assert_allclose(plain @ coefficients, made.x @ params)
    np.testing.assert_allclose(made.forth(coefficients), params)


def test_a_centre_and_a_spread_may_be_given():
    made = scaled(X, WEIGHTS, True, {"center": [1, 20], "spread": [2, 5]})
    np.testing.assert_allclose(made.x[:, 0], (X[:, 0] - 1) / 2)
    np.testing.assert_allclose(made.x[:, 1], (X[:, 1] - 20) / 5)
    params = np.array([0.5, -1.5, 2.0])
    plain = np.column_stack([np.ones(3), X])
    np.testing.assert_allclose(plain @ (made.back @ params), made.x @ params)


def test_standardised_columns_have_mean_0_and_deviation_1():
    made = scaled(X, WEIGHTS, True, True)
    np.testing.assert_allclose(WEIGHTS @ made.x[:, :2], 0, atol=1e-15)
    np.testing.assert_allclose(WEIGHTS @ made.x[:, :2] ** 2, 1)


def test_without_an_intercept_nothing_is_shifted():
    made = scaled(X, WEIGHTS, False, True)
    np.testing.assert_allclose(made.x / X, np.broadcast_to((made.x / X)[0], X.shape))
    np.testing.assert_allclose(WEIGHTS @ made.x**2, 1)


def test_a_constant_column_stays_finite():
    made = scaled(np.ones((3, 1)), WEIGHTS, True, True)
    assert np.isfinite(made.x).all()
