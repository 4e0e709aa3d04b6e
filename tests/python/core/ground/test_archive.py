import json
import os

import numpy as np
import pytest
import torch
from resume import different

from nnfit.core.ground import archive

VALUES = {
    "numbers": [1, 2.5, float("inf"), float("-inf"), 2**60, True, None, "text \u00e9"],
    "floats": [0.1 * one for one in range(40)],
    "ints": list(range(40)),
    "nested": ({"a": (1, [2, {"b": np.arange(3)}])}, []),
    "array": np.array([[1.5, np.nan], [-0.0, 5e-324]]),
    "column major": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "bytes": np.arange(5, dtype=np.uint8),
    "no rows": np.zeros((0, 3)),
    "one": np.float64(0.1),
    "objects": np.array(["early", None], dtype=object),
    3: "a key that is a number",
}


def test_what_is_read_is_what_was_written_to_the_bit(tmp_path):
    path = str(tmp_path / "file.npz")
    archive.write(path, VALUES)
    found = archive.read(path)
    assert different(found, {**VALUES, "one": 0.1}) is None
    assert isinstance(found["nested"], tuple)
    assert found["objects"].dtype == object
    assert [type(one) for one in found["ints"]] == [int] * 40


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bool])
def test_tensors_come_back_as_tensors_of_their_type(tmp_path, dtype):
    path = str(tmp_path / "file.npz")
    value = torch.arange(6).reshape(2, 3).to(dtype).T
    archive.write(path, {"whole": value, "number": torch.tensor(2.5)})
    found = archive.read(path)
    assert found["whole"].dtype == dtype and torch.equal(found["whole"], value)
    assert found["number"].shape == () and found["number"].item() == 2.5


def test_what_has_no_place_in_a_file_is_refused_and_leaves_the_earlier_one(tmp_path):
    path = str(tmp_path / "file.npz")
    archive.write(path, 1)
    with pytest.raises(TypeError, match="object is not written"):
        archive.write(path, {"a": object()})
    assert archive.read(path) == 1
    assert os.listdir(tmp_path) == ["file.npz"]


def test_a_failure_in_the_middle_leaves_the_earlier_file_alone(tmp_path):
    path = str(tmp_path / "file.npz")
    archive.write(path, "before")

    def fill(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        archive.replace_file(path, fill)
    assert archive.read(path) == "before"
    assert os.listdir(tmp_path) == ["file.npz"]


def test_a_new_file_is_on_the_disk_before_it_takes_the_others_place(tmp_path, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *given, real=real, name=name: (done.append(name), real(*given))[1]
        )
    archive.write(str(tmp_path / "file.npz"), 1)
    assert done == ["fsync", "replace", "fsync"]


def test_files_that_are_cut_short_or_changed_are_refused(tmp_path):
    file = tmp_path / "file.npz"
    path = str(file)
    archive.write(path, VALUES)
    whole = file.read_bytes()
    generator = np.random.default_rng(1)
    refused = 0
    for trial in range(400):
        wrong = bytearray(whole)
        if trial % 2:
            wrong = wrong[: generator.integers(len(whole))]
        else:
            wrong[generator.integers(len(whole))] ^= 1 << int(generator.integers(8))
        file.write_bytes(bytes(wrong))
        try:
            archive.read(path)
        except archive.Unreadable:
            refused += 1
    assert refused > 250  # the rest changed what is not looked at, such as a date


@pytest.mark.parametrize(
    "tree", [{"dict": 1}, {"array": "none"}, {"what": 1}, {"array": []}, {"a": 1, "b": 2}, "["]
)
def test_a_tree_that_nobody_wrote_is_refused(tmp_path, tree):
    path = str(tmp_path / "file.npz")
    text = tree if isinstance(tree, str) else json.dumps(tree)
    np.savez(path, tree=np.frombuffer(text.encode(), dtype=np.uint8))
    with pytest.raises(archive.Unreadable):
        archive.read(path)


def test_code_in_a_file_is_not_run(tmp_path):
    path = str(tmp_path / "file.npz")
    tree = json.dumps({"array": "a0"}).encode()
    np.savez(path, tree=np.frombuffer(tree, np.uint8), a0=np.array([{"a": 1}], dtype=object))
    with pytest.raises(archive.Unreadable, match="allow_pickle"):
        archive.read(path)
