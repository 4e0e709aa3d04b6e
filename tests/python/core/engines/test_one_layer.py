import numpy as np
import pytest

from nnfit.core.data.table import Table
from nnfit.core.engines.one_layer import OneLayer
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked
from nnfit.core.repeats.replicas import job_of


def layer_for(x, weights=None, **options):
    table = Table(x, x[:, :1], weights)
    asked = Asked.of(options).with_outcome(None, False)
    spec = networks.resolve(None, table, asked)
    return OneLayer(job_of(networks.make(None, table, spec), spec, table, None))


@pytest.fixture
def x(rng):
    return rng.standard_normal((30, 3)) * [1, 10, 100] + [0, 5, 1000]


def test_coefficients_have_the_intercept_first(x):
    layer = layer_for(x)
    network = layer.job.network
    assert layer.values.shape == (4, 1)
    assert layer.values[0, 0] == network[0].bias.item()
    np.testing.assert_array_equal(layer.values[1:], network[0].weight.detach().numpy().T)
    assert layer_for(x, bias=False).values.shape == (3, 1)


def test_numbers_come_into_the_units_of_the_data(x):
    layer = layer_for(x)
    standardised = (x - x.mean(0)) / x.std(0, ddof=1)
    numbers = np.arange(8.0).reshape(4, 2)
    before = np.column_stack([np.ones(30), standardised]) @ numbers
    after = np.column_stack([np.ones(30), x]) @ layer.in_units(numbers)
    np.testing.assert_allclose(after, before)


@pytest.mark.parametrize("bias", [True, False])
def test_a_column_that_takes_no_part(x, bias):
    x[:, 1] = 0
    layer = layer_for(x, bias=bias)
    assert layer.kept.tolist() == [True] * bias + [True, False, True]
    assert not layer.in_units(np.ones((2 + bias, 1)))[bias + 1].any()


def test_rows_of_the_triangle_stand_for_all(x):
    layer = layer_for(x)
    few, y = layer.rows_of(layer.job.rows.triangle(), None)
    design = np.column_stack([np.ones(30), x])
    np.testing.assert_allclose(few.T @ few, design.T @ design)
    np.testing.assert_allclose(few.T @ y, design.T @ x[:, :1])
    assert layer_for(x, bias=False).rows_of(layer.job.rows.triangle(), None)[0].shape[1] == 3


def test_rows_that_count(x):
    assert layer_for(x).counted == 30
    assert layer_for(x, np.arange(30.0) % 3).counted == 20


def test_a_gap_is_in_standard_errors_and_rounding_is_none(x):
    layer = layer_for(x)
    assert layer.gap(np.array([0.1, -0.3]), np.array([1.0, 0.01])) == pytest.approx(3)
    assert layer.gap(np.array([1e-16]), np.array([1e-40])) == 0
    with np.errstate(divide="ignore"):
        assert np.isinf(layer.gap(np.array([0.1]), np.array([0.0])))
