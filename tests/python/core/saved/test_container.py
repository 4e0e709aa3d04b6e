import json
import os
import tracemalloc

import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.ground.foreign import Unreadable
from nnfit.core.saved.container import DEEPEST, parse, read, write

ARRAYS = {
    "wide": np.array([[1.5, -0.0, np.nan], [np.inf, 1e-320, 3.0]]),
    "narrow": np.arange(6, dtype=np.float32).reshape(1, 2, 3),
    "long": np.array([2**62, -(2**62)]),
    "short": np.array([1, -2], dtype=np.int32),
    "bytes": np.array([0, 255], dtype=np.uint8),
    "flags": np.array([True, False, True]),
    "none": np.empty((0, 3)),
    "one": np.array(2.5),
}


def file_of(tmp_path, header, rest=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(text) if length is None else length
    path = tmp_path / "model.safetensors"
    path.write_bytes(size.to_bytes(8, "little") + text + rest)
    return str(path)


def entry(dtype="F64", shape=(2,), offsets=(0, 16)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def test_arrays_and_texts_come_back_as_they_were(tmp_path):
    path = str(tmp_path / "a")
    write(path, ARRAYS, {"text": 'é "quoted" \u0001'})
    arrays, texts = read(path)
    assert texts == {"text": 'é "quoted" \u0001'}
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)
    assert arrays["one"].shape == ()


def test_any_order_in_memory_is_written(tmp_path):
    path = str(tmp_path / "a")
    turned = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    write(path, {"a": turned, "b": turned[:, ::2], "big": np.arange(3, dtype=">f8")}, {})
    arrays, _ = read(path)
    np.testing.assert_array_equal(arrays["a"], turned)
    np.testing.assert_array_equal(arrays["b"], turned[:, ::2])
    np.testing.assert_array_equal(arrays["big"], np.arange(3.0))


def test_the_format_s_own_package_reads_and_writes_the_same(tmp_path):
    library = pytest.importorskip("safetensors.numpy")
    path = str(tmp_path / "a")
    write(path, ARRAYS, {"text": "x"})
    theirs = library.load_file(path)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(theirs[name], array)
    library.save_file(ARRAYS, path, {"text": "x"})
    arrays, texts = read(path)
    assert texts == {"text": "x"}
    np.testing.assert_array_equal(arrays["wide"], ARRAYS["wide"])


@pytest.mark.parametrize(
    ("header", "rest", "message"),
    [
        (b"{", b"", "no JSON"),
        (b"[]", b"", "no list of names"),
        (b"\xff\xfe", b"", "no UTF-8"),
        (b'{"a": NaN}', b"", "NaN in its header"),
        (b'{"a": 1e400}', b"", "too large for a float"),
        (b'{"a": ' + b"9" * 30 + b"}", b"", "too many digits"),
        (b'{"a": 1, "a": 2}', b"", "'a' twice"),
        (b"[" * 100 + b"]" * 100, b"", "more than 64 levels"),
        ({"__metadata__": {"a": 1}}, b"", "other than texts"),
        ({"__metadata__": []}, b"", "other than texts"),
        ({"a": 1}, b"", "does not say what 'a' is"),
        ({"a": {**entry(), "more": 1}}, b"\0" * 16, "does not say what 'a' is"),
        ({"a": entry("F16")}, b"\0" * 16, "dtype that is not known"),
        ({"a": entry(None)}, b"\0" * 16, "dtype that is not known"),
        ({"a": entry(shape=(-2,))}, b"\0" * 16, "impossible shape"),
        ({"a": entry(shape=(True, 2))}, b"\0" * 16, "impossible shape"),
        ({"a": entry(shape=(1.0, 2))}, b"\0" * 16, "impossible shape"),
        ({"a": entry(shape=(1,) * 33)}, b"\0" * 8, "impossible shape"),
        ({"a": entry(shape=(2**62, 4))}, b"\0" * 16, "another shape than its bytes"),
        ({"a": entry(shape=(0, 2**62), offsets=(0, 0))}, b"", "impossible shape"),
        ({"a": entry(offsets=(16, 0))}, b"\0" * 16, "impossible offsets"),
        ({"a": entry(offsets=(0, 16, 16))}, b"\0" * 16, "impossible offsets"),
        ({"a": entry(offsets=(-16, 0))}, b"\0" * 16, "impossible offsets"),
        ({"a": entry(offsets=(8, 24))}, b"\0" * 24, "leaves bytes before it"),
        ({"a": entry(), "b": entry()}, b"\0" * 16, "overlaps another array"),
        ({"a": entry(), "b": entry(offsets=(8, 24))}, b"\0" * 24, "overlaps another array"),
        ({"a": entry()}, b"\0" * 24, "24 bytes of arrays where its header says 16"),
        ({"a": entry()}, b"\0" * 8, "8 bytes of arrays where its header says 16"),
        ({"a": entry("BOOL", (2,), (0, 2))}, b"\1\2", "neither 0 nor 1"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, header, rest, message):
    with pytest.raises(Unreadable, match=message):
        read(file_of(tmp_path, header, rest))


@pytest.mark.parametrize("length", [3, 2**31, 2**63, 2**64 - 1])
def test_a_header_has_the_length_that_it_says(tmp_path, length):
    with pytest.raises(Unreadable, match="cut short|no JSON"):
        read(file_of(tmp_path, {}, length=length))


def test_a_file_is_whole(tmp_path):
    path = tmp_path / "a"
    write(str(path), ARRAYS, {})
    data = path.read_bytes()
    for size in (0, 7, 8, 100, len(data) - 1):
        path.write_bytes(data[:size])
        with pytest.raises(Unreadable):
            read(str(path))


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    with pytest.raises(Unreadable, match="is no file"):
        read(str(tmp_path / "pipe"))
    os.close(writer)
    with pytest.raises(OSError):
        read(str(tmp_path))


def test_brackets_in_texts_are_no_levels():
    text = "[" * 1000 + '\\"'
    assert parse(json.dumps({"a": text})) == {"a": text}
    deep = "[" * DEEPEST + "]" * DEEPEST
    assert parse(deep)
    with pytest.raises(Unreadable, match="levels"):
        parse(f"[{deep}]")


def test_reading_takes_no_more_memory_than_the_file_is_long(tmp_path):
    path = str(tmp_path / "a")
    write(path, {"a": np.zeros(2_000_000)}, {})
    tracemalloc.start()
    read(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1.1 * os.path.getsize(path)
    huge = {"a": entry(shape=(10**12,), offsets=(0, 8 * 10**12))}
    tracemalloc.start()
    with pytest.raises(Unreadable):
        read(file_of(tmp_path, huge, b"\0" * 16))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a"
    write(str(path), {"a": np.zeros(3)}, {})
    path.chmod(0o640)
    before = path.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(str(path), {"a": np.ones(3)}, {})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a"]
    monkeypatch.undo()
    write(str(path), {"a": np.ones(3)}, {})
    assert path.read_bytes() != before
    assert path.stat().st_mode & 0o777 == 0o640
    link = tmp_path / "link"
    link.symlink_to(path)
    write(str(link), {"a": np.zeros(3)}, {})
    assert link.is_symlink()
    assert path.read_bytes() == before


def test_a_dtype_that_no_file_keeps_is_named(tmp_path):
    with pytest.raises(NNFitError, match="'a' of dtype complex128"):
        write(str(tmp_path / "a"), {"a": np.ones(2, dtype=complex)}, {})
    assert os.listdir(tmp_path) == []
