import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import Choice, Range, fit
from nnfit.core.data.censored import surv
from nnfit.core.ground.errors import NNFitError
from nnfit.core.jobs.handed import is_plain, read_values, write_values

PLAIN = {
    "x": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "whole": np.arange(3, dtype=np.int32),
    "flags": np.array([True, False]), "words": np.array(["a", "é"]), "times": surv([1, 0], [2, 3]),
    "point": np.array(1.5), "text": "é\n", "none": None, "yes": True, "large": 2**60,
    "numbers": [0.1, float("inf"), float("-inf")], "many": [1 / 3] * 20, "pair": (1, [2.0, "b"]),
    "named": {"b": 1, "a": {"c": ()}}, "$tensor": {"$tensor": "x"},
}  # fmt: skip


class Own(nn.Linear):
    """A module of a user's, in a module that others can import."""


@pytest.fixture
def again(tmp_path):
    def write_and_read(values):
        path = str(tmp_path / "values.npz")
        write_values(path, values)
        return read_values(path)

    return write_and_read


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for name, value in one.items():
            assert_same(value, other[name])
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for first, second in zip(one, other):
            assert_same(first, second)
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        np.testing.assert_array_equal(one, other)
    else:
        assert one == other


def test_plain_values_come_back_in_type_and_order(again):
    assert all(map(is_plain, PLAIN.values()))
    assert_same(again(PLAIN), PLAIN)


def test_what_is_not_a_number_stays_so(again):
    found = again({"a": float("nan"), "b": [float("nan")] * 17, "c": np.array([np.nan])})
    assert np.isnan(found["a"]) and np.isnan(found["b"]).all() and np.isnan(found["c"]).all()


def test_other_values_come_back_too(again):
    made = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0])
    objects = np.array([["a", 1], [None, 2.5]], dtype=object)
    values = {
        "model": Own(2, 1), "start": made, "penalty": Range(0.1, 1), "number": np.float32(0.1),
        "activation": Choice("relu", nn.Tanh), "objects": objects, "tensor": torch.ones(2),
        "named": {1: "a"},
    }  # fmt: skip
    assert not any(map(is_plain, values.values()))
    found = again(values)
    assert list(found) == list(values)
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in values.items()
    }
    assert torch.equal(found["model"].weight, values["model"].weight)
    np.testing.assert_array_equal(found["start"]["parameters"]["0.weight"],
                                  made["parameters"]["0.weight"])  # fmt: skip
    assert found["activation"].values == ("relu", nn.Tanh)
    assert repr(found["penalty"]) == repr(values["penalty"])
    assert found["objects"].tolist() == objects.tolist() and found["named"] == {1: "a"}
    assert type(found["number"]) is np.float32


def test_a_data_frame_keeps_its_classes(again):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "g": pandas.Categorical(["u", "v"], ["v", "u"])})
    pandas.testing.assert_frame_equal(again({"x": frame})["x"], frame)


def test_what_can_not_be_given_to_others_is_named(again):
    with pytest.raises(NNFitError, match="`model` can not be given to other processes: .*plain"):
        again({"x": 1, "model": lambda x: x})

    class Local(nn.Linear):
        """Which has no name elsewhere."""

    with pytest.raises(NNFitError, match="`model` can not be given to other processes: .*Local"):
        again({"model": Local(2, 1)})


def test_what_others_can_not_import_is_named(tmp_path, monkeypatch):
    path = str(tmp_path / "values.npz")
    write_values(path, {"x": 1, "model": Own(2, 1)})
    monkeypatch.delitem(globals(), "Own")
    with pytest.raises(NNFitError, match="`model` can not be read by other processes: .*Own"):
        read_values(path)
