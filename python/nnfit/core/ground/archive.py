"""Nested values written to one file and read back, bit for bit: numbers, text, arrays, tensors.

The file is NumPy's `.npz`: an archive of arrays, of which one is the JSON that says how they
belong together. Nothing in it is code: it may come from a stranger.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

import numpy as np
import torch

FEW = 16  # numbers in a list, from which on they are written as an array
NEW = ".new"  # what a file is called until it is whole


class Unreadable(Exception):
    """Says why a file is not what `write()` wrote."""


def write(path: str, value: Any) -> None:
    """Write a value to a file, in place of the one that is there, if any.

    The file is there whole or not at all, whatever happens: a failure leaves the earlier one.

    Raises
    ------
    OSError
        If the disk is full, say. Nothing is left of what was begun.
    """
    arrays: dict[str, np.ndarray] = {}
    tree = json.dumps(_packed(value, arrays)).encode("utf-8")
    arrays["tree"] = np.frombuffer(tree, dtype=np.uint8)
    replace_file(path, lambda file: _fill(file, arrays))


def _fill(file: BinaryIO, arrays: Mapping[str, np.ndarray]) -> None:
    """Write as `np.savez()` does, which leaves an open archive behind where the disk is full."""
    with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as place:
                np.lib.format.write_array(place, array, allow_pickle=False)


def replace_file(path: str, fill: Callable[[BinaryIO], Any]) -> None:
    """Put a file in the place of another, when all of it is on the disk."""
    new = path + NEW
    try:
        with open(new, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        _flush_folder(os.path.dirname(path))
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def _flush_folder(folder: str) -> None:
    """Have the new name on the disk too; Windows does that by itself."""
    if os.name == "nt":
        return
    place = os.open(folder or ".", os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def read(path: str) -> Any:
    """Read what `write()` wrote.

    Raises
    ------
    Unreadable
        If the file is cut short, damaged, or something else.
    """
    try:
        with open(path, "rb") as stored, np.load(stored, allow_pickle=False) as file:
            tree = json.loads(bytes(file["tree"]).decode("utf-8"))
            return _unpacked(tree, file)
    except (ValueError, KeyError, TypeError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise Unreadable(str(error)) from error
    except (zlib.error, NotImplementedError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def _packed(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Write a value as JSON has it; arrays are put aside, under a number."""
    if isinstance(value, torch.Tensor):
        return {"tensor": _aside(value.detach().cpu().numpy(), arrays)}
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            return {"objects": [_packed(one, arrays) for one in value.tolist()]}
        return {"array": _aside(value, arrays)}
    if isinstance(value, Mapping):
        return {"dict": [[key, _packed(one, arrays)] for key, one in value.items()]}
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{type(value).__name__} is not written to files")
    if isinstance(value, list) and len(value) >= FEW and all(type(one) is float for one in value):
        return {"floats": _aside(np.array(value), arrays)}
    kind = "tuple" if isinstance(value, tuple) else "list"
    return {kind: [_packed(one, arrays) for one in value]}


def _aside(array: np.ndarray, arrays: dict[str, np.ndarray]) -> str:
    name = f"a{len(arrays)}"
    arrays[name] = array
    return name


def _unpacked(tree: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if not isinstance(tree, dict):
        return tree
    ((kind, content),) = tree.items()
    return READ[kind](content, arrays)


def _each(content: Any, arrays: Mapping[str, np.ndarray]) -> list[Any]:
    return [_unpacked(one, arrays) for one in content]


def _objects(content: Any, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    values = _each(content, arrays)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


READ: dict[str, Callable[[Any, Mapping[str, np.ndarray]], Any]] = {
    "tensor": lambda name, arrays: torch.from_numpy(np.array(arrays[name])),
    "array": lambda name, arrays: arrays[name],
    "floats": lambda name, arrays: arrays[name].tolist(),
    "objects": _objects,
    "list": _each,
    "tuple": lambda content, arrays: tuple(_each(content, arrays)),
    "dict": lambda pairs, arrays: {key: _unpacked(one, arrays) for key, one in pairs},
}
