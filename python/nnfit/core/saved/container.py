"""Files of safetensors: arrays by name and texts beside them, read without trust.

The format is public: the length of a header (8 bytes, the least first), the header as JSON, and
the arrays' bytes one after the other. It is read here, and not by the package `safetensors`, so
that a file that is no such file is told by name, whatever is wrong with it, and nothing has to be
installed. Tests compare both where the package is there.
"""

from __future__ import annotations

import json
import math
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ..ground.errors import NNFitError
from ..ground.foreign import Unreadable

DTYPES = {"F64": "<f8", "I64": "<i8", "F32": "<f4", "I32": "<i4", "U8": "|u1", "BOOL": "|b1"}
NAMES = {np.dtype(code): name for name, code in DTYPES.items()}
DEEPEST = 64  # brackets within brackets; a fit has about a dozen
LONGEST = 100_000_000  # bytes of a header, as in the format's own reader
MOST_DIMENSIONS = 32
DIGITS = 25  # of a whole number: more take time to read, and mean nothing here


class Place(NamedTuple):
    """Where an array is in a file: its bytes from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def parse(text: str) -> Any:
    """Read JSON from a stranger: no name twice, nothing that is no JSON, not too deep.

    Raises
    ------
    Unreadable
    """
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"has a header that is no JSON: {str(error)[:100]}.") from None


def _check_depth(text: str) -> None:
    """Look at brackets before anything is built of them."""
    depth, inside, escaped = 0, False, False
    for sign in text if text.count("[") + text.count("{") > DEEPEST else "":
        if inside:
            inside, escaped = escaped or sign != '"', not escaped and sign == "\\"
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Unreadable(f"has a header of more than {DEEPEST} levels.")
        elif sign in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"has the name {twice[:60]!r} twice in its header.")
    return made


def _no_number(text: str) -> Any:
    raise Unreadable(f"has {text} in its header, which is no JSON.")


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise Unreadable("has a number of too many digits in its header.")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unreadable("has a number in its header that is too large for a float.")
    return number


def read(path: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Read all arrays, and the texts.

    Raises
    ------
    Unreadable
        If it is no such file, or not all of it. No more memory is taken than the file is long.
    OSError
        If it can not be opened.
    """
    with open(path, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("is no file.")
        header, start = _header(file, found.st_size)
        texts = header.pop("__metadata__", {})
        if not isinstance(texts, dict) or not all(isinstance(one, str) for one in texts.values()):
            raise Unreadable("has something other than texts in `__metadata__`.")
        places = {name: _place(name, entry) for name, entry in header.items()}
        _check_cover(places, found.st_size - start)
        return {name: _array(file, start, place) for name, place in places.items()}, texts


def _header(file: BinaryIO, size: int) -> tuple[dict[str, Any], int]:
    first = file.read(8)
    if len(first) < 8:
        raise Unreadable(f"ends after {len(first)} bytes.")
    length = int.from_bytes(first, "little")
    if length > min(size - 8, LONGEST):
        raise Unreadable(
            f"says that its header has {length:,} bytes, and it has {size:,} in all: it is cut "
            "short, or no safetensors file."
        )
    try:
        text = file.read(length).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("has a header that is no UTF-8.") from None
    header = parse(text)
    if not isinstance(header, dict):
        raise Unreadable("has a header that is no list of names.")
    return header, 8 + length


def _place(name: str, entry: Any) -> Place:
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise Unreadable(f"does not say what {name[:60]!r} is: dtype, shape, data_offsets.")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise Unreadable(f"has {name[:60]!r} of a dtype that is not known here.")
    if not _counts(shape) or len(shape) > MOST_DIMENSIONS:
        raise Unreadable(f"has {name[:60]!r} of an impossible shape.")
    if not _counts(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise Unreadable(f"has {name[:60]!r} at impossible offsets.")
    place = Place(dtype, tuple(shape), *offsets)
    if math.prod(shape) * np.dtype(DTYPES[dtype]).itemsize != place.end - place.begin:
        raise Unreadable(f"has {name[:60]!r} of another shape than its bytes.")
    return place


def _counts(value: Any) -> bool:
    return isinstance(value, list) and all(type(one) is int and 0 <= one < 2**63 for one in value)


def _check_cover(places: Mapping[str, Place], size: int) -> None:
    """Every byte belongs to one array: none is hidden, and none is told twice."""
    end = 0
    for name, place in sorted(places.items(), key=lambda item: item[1][2:]):
        if place.begin != end:
            what = "overlaps another array" if place.begin < end else "leaves bytes before it"
            raise Unreadable(f"has {name[:60]!r} where it {what}.")
        end = place.end
    if end != size:
        raise Unreadable(f"has {size:,} bytes of arrays where its header says {end:,}.")


def _array(file: BinaryIO, start: int, place: Place) -> np.ndarray:
    dtype = np.dtype(DTYPES[place.dtype])
    file.seek(start + place.begin)
    values = np.fromfile(file, dtype, (place.end - place.begin) // dtype.itemsize)
    if values.nbytes != place.end - place.begin:
        raise Unreadable("became shorter while it was read.")
    if place.dtype == "BOOL" and values.view(np.uint8).max(initial=0) > 1:
        raise Unreadable("has truth values that are neither 0 nor 1.")
    try:
        return values.astype(dtype.newbyteorder("="), copy=False).reshape(place.shape)
    except ValueError:
        raise Unreadable("has an array of an impossible shape.") from None


def write(path: str, arrays: Mapping[str, np.ndarray], texts: Mapping[str, str]) -> None:
    """Write a file as a whole or not at all: beside the old one, which it then replaces.

    Raises
    ------
    OSError
    """
    packed = {name: _packed(name, array) for name, array in arrays.items()}
    # the widest first: then each begins at a multiple of its own width
    names = sorted(packed, key=lambda name: -packed[name].itemsize)
    header: dict[str, Any] = {"__metadata__": dict(texts)}
    end = 0
    for name in names:
        begin, end = end, end + packed[name].nbytes
        header[name] = {
            "dtype": NAMES[packed[name].dtype],
            "shape": list(packed[name].shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    if len(text) > LONGEST:
        raise NNFitError("fit", f"has {len(text):,} bytes beside its arrays: too many for a file.")
    parts = (packed[name].tobytes() for name in names)
    replace_file(path, (len(text).to_bytes(8, "little"), text, *parts))


def _packed(name: str, array: np.ndarray) -> np.ndarray:
    little = array.dtype.newbyteorder("<")
    if little not in NAMES:
        raise NNFitError("fit", f"has {name!r} of dtype {array.dtype}, which no file keeps.")
    return np.ascontiguousarray(array, little).reshape(array.shape)


def replace_file(path: str, parts: Iterable[bytes]) -> None:
    """Put a file in the place of another when all of it is on the disk.

    Raises
    ------
    OSError
        Nothing is left of what was begun.
    """
    target = Path(os.path.realpath(path))
    handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, _mode(target))
        os.replace(beside, target)
    except BaseException:
        Path(beside).unlink()
        raise
    _settle(target.parent)


def _mode(target: Path) -> int:
    """Give the permissions that a file has which is written over, or else a new one."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _settle(folder: Path) -> None:
    """Have the new name of a file survive a crash too, where a folder can be opened."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
