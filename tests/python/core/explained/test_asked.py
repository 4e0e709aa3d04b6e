"""What is asked of `effects()`."""

import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.explained.asked import check_choice, columns_of, place_of, values_of


def test_columns_by_name_and_place():
    assert columns_of("b", ["a", "b"], 2, 1) == [1]
    assert columns_of([1, "a"], ["a", "b"], 2, 2) == [1, 0]
    assert columns_of(np.array([0, 1]), None, 2, 2) == [0, 1]
    assert columns_of(None, None, 2, 2) == [0, 1]
    for wrong in ("c", 2, -1, True, 0.5, None, [], [0, 0], [0, 1]):
        with pytest.raises(NNFitError, match="variables"):
            columns_of(wrong, ["a", "b"], 2, 1)


def test_a_name_or_a_place():
    assert place_of("b", ("a", "b"), 2) == place_of(np.int64(1), None, 2) == 1
    for wrong in ("c", 2, -1, True, 0.5, None, [0]):
        assert place_of(wrong, ("a", "b"), 2) is None
    assert place_of("a", None, 2) is None


def test_other_arguments():
    assert check_choice("ale", ("ale",), "type") == "ale"
    assert values_of([1, 2], [0]).tolist() == [1.0, 2.0]
    with pytest.raises(NNFitError, match="type"):
        check_choice("all", ("ale",), "type")
    with pytest.raises(NNFitError, match="values"):
        values_of([1], [0, 1])
    with pytest.raises(NNFitError, match="values"):
        values_of([[1]], [0])
