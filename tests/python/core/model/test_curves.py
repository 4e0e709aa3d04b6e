import numpy as np
import pytest
import torch

from nnfit.core import NNFitError, activation_curves
from nnfit.core.options import catalog

X = np.linspace(-3, 3, 13)


def test_a_column_for_each_activation_in_the_order_asked_for():
    curves = activation_curves(["tanh", "ReLU", ("leaky_relu", {"negative_slope": 0.1})], X)
    expected = [np.tanh(X), np.maximum(X, 0), np.where(X > 0, X, 0.1 * X)]
    np.testing.assert_allclose(curves, np.column_stack(expected), rtol=1e-15)


@pytest.mark.parametrize("name", catalog.names("activation"))
def test_every_activation_has_a_finite_curve_that_does_not_change(name):
    curve = activation_curves([name], X)
    assert curve.shape == (13, 1)
    assert np.isfinite(curve).all()
    np.testing.assert_array_equal(curve, activation_curves([name], X))


def test_softmax_is_of_the_input_beside_a_zero():
    np.testing.assert_allclose(
        activation_curves(["softmax", "softmin"], X),
        np.column_stack([1 / (1 + np.exp(-X)), 1 / (1 + np.exp(X))]),
    )


def test_one_input_is_a_row_and_the_generator_stays():
    before = torch.get_rng_state()
    assert activation_curves(["rrelu"], 1.0).shape == (1, 1)
    assert torch.equal(before, torch.get_rng_state())


def test_an_unknown_name_is_refused():
    with pytest.raises(NNFitError, match="not known"):
        activation_curves(["rellu"], X)
