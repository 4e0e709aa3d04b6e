import numpy as np
import pytest

from nnfit.core import NNFitError, fit
from nnfit.core.explained.rows import open_rows

X = np.arange(12.0).reshape(6, 2) ** 2


def test_rows_that_do_not_count_are_left_out():
    made = fit(X, X[:, 0], seed=1)
    asked = open_rows(made, X, X[:, 0], [1.0, 0, 2, 1, 0, 1], None, None)
    assert asked.counts.tolist() == [True, False, True, True, False, True]
    assert asked.table.weights.tolist() == [1, 2, 1, 1]
    with pytest.raises(NNFitError, match="`x` must have two rows that count"):
        open_rows(made, X, X[:, 0], [1.0, 0, 0, 0, 0, 0], None, None)


def test_classes_count_as_they_did_in_training():
    y = np.array(["a", "b", "b", "b", "a", "b"])
    made = fit(X, y, class_weights={"a": 3.0, "b": 1.0}, seed=1)
    asked = open_rows(made, X, y, None, None, None)
    assert asked.table.weights.tolist() == [3, 1, 1, 1, 3, 1]
    assert asked.spec.class_weights is None


def test_the_network_is_a_copy_without_gradients():
    made = fit(X, X[:, 0], hidden_units=[2], epochs=2, seed=1)
    asked = open_rows(made, X, X[:, 0], None, None, None)
    assert not asked.network.training
    assert not any(one.requires_grad for one in asked.network.parameters())
