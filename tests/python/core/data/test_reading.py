import numpy as np
import pytest
import torch

from nnfit.core.data.reading import as_features, as_weights
from nnfit.core.ground.errors import NNFitError


def refused(argument, function, *args, **kwargs):
    with pytest.raises(NNFitError) as caught:
        function(*args, **kwargs)
    assert caught.value.argument == argument
    return str(caught.value)


def test_floats_are_viewed_not_copied():
    x = np.asfortranarray(np.ones((3, 2)))
    assert np.shares_memory(as_features(x), x)
    t = torch.ones(3, 2)
    assert np.shares_memory(as_features(t), t.numpy())


@pytest.mark.parametrize(
    "x",
    [
        [1, 2, 3],
        np.array([True, False, True]),
        torch.tensor([1.0, 2.0, 3.0], dtype=torch.bfloat16),
        torch.ones(3, requires_grad=True),
        np.array([1, 2.5, 3], dtype=object),
    ],
)
def test_one_dimension_is_one_column(x):
    assert as_features(x).shape == (3, 1)


@pytest.mark.parametrize(
    "x",
    [[["a"]], [[np.nan]], [[np.inf]], np.ones((0, 0)), np.ones((0, 2)), 3.0, np.ones((2, 2, 2))],
)
def test_what_is_not_a_matrix_of_numbers_is_refused(x):
    refused("x", as_features, x)


def test_there_may_be_rows_without_columns_but_not_in_more_dimensions():
    assert as_features(np.ones((2, 0))).shape == (2, 0)
    assert "has no values" in refused(
        "x", lambda x: as_features(x, any_shape=True), np.ones((2, 3, 0))
    )


def test_missing_values_are_counted():
    assert "2 missing" in refused("x", as_features, [[np.nan, 1], [np.inf, 1]])


def test_images_are_for_modules_only():
    assert as_features(np.ones((2, 3, 4)), any_shape=True).shape == (2, 3, 4)


@pytest.mark.parametrize(
    "weights", [[1, 2], [1, -1, 1], [0, 0, 0], [1, np.nan, 1], ["a", "b", "c"]]
)
def test_bad_weights_are_refused(weights):
    refused("weights", as_weights, weights, 3)
