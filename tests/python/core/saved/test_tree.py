import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core import NNFitError
from nnfit.core.ground.foreign import Unreadable
from nnfit.core.saved.tree import SIGNS, decode, encode

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
NAMES = st.text(max_size=5) | st.sampled_from(SIGNS)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20
)


@given(TREES)
def test_every_plain_value_comes_back(value):
    arrays = {}
    text = json.dumps(encode(value, "a", arrays), allow_nan=False)
    assert decode(json.loads(text), arrays) == value
    assert arrays == {}


def test_arrays_are_put_aside_by_name():
    arrays = {}
    value = {"a": [np.arange(3), {"b": np.ones((2, 2))}], "c": np.float32(0.5), "d": math.nan}
    tree = encode(value, "fit", arrays)
    assert set(arrays) == {"fit/a/0", "fit/a/1/b"}
    assert tree["c"] == 0.5
    assert tree["d"] == {"$number": "nan"}
    again = decode(tree, arrays)
    np.testing.assert_array_equal(again["a"][1]["b"], np.ones((2, 2)))
    assert math.isnan(again["d"])


def test_what_no_file_holds_is_named():
    with pytest.raises(NNFitError, match="has a object as 'fit/a/0'"):
        encode({"a": [object()]}, "fit", {})
    with pytest.raises(NNFitError, match="has a ndarray as 'fit'"):
        encode(np.array(["a"]), "fit", {})
    with pytest.raises(NNFitError, match="has a dict as 'fit'"):
        encode({1: 2}, "fit", {})


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"$tensor": "b"}, "lacks the array 'b'"),
        ({"$tensor": ["a"]}, "lacks the array"),
        ({"$number": "1"}, "which is none"),
        ({"$number": []}, "which is none"),
        ({"$pairs": {}}, "pairs that are none"),
        ({"$pairs": [["a"]]}, "pairs that are none"),
        ({"$pairs": [[1, 2]]}, "pairs that are none"),
        ({"$pairs": [["a", 1], ["a", 2]]}, "pairs of one name"),
    ],
)
def test_what_is_none_is_refused(tree, message):
    with pytest.raises(Unreadable, match=message):
        decode([tree], {"a": np.ones(1)})
