"""What values are, in a few letters: so that two can be compared of which one is not there."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

ROWS = 8192  # that are looked at together: a column-major matrix is not copied whole


def fingerprint(value: Any) -> str:
    """Make a fingerprint: equal for equal numbers, text, arrays, and functions of the same code."""
    digest = hashlib.blake2b(digest_size=16)
    for part in _parts(value):
        digest.update(part)
    return digest.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray) and value.dtype != object:
        yield f"{value.dtype.str}{value.shape}".encode()
        yield from _bytes_of(value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield f"{key}:".encode()
            yield from _parts(one)
        yield b"}"
    elif isinstance(value, (list, tuple, np.ndarray)):
        for one in value:
            yield from _parts(one)
        yield b"]"
    elif isinstance(value, types.CodeType):
        yield value.co_code
        yield from _parts([value.co_names, value.co_varnames, value.co_consts])
    elif not isinstance(value, type) and (is_dataclass(value) or _has_parts(value)):
        yield type(value).__qualname__.encode()
        yield from _parts(vars(value))
    elif callable(value) and not isinstance(value, type):
        yield from _code(value)
    else:
        yield f"{type(value).__name__}{value!r};".encode()


def _has_parts(value: Any) -> bool:
    return hasattr(value, "__dict__") and not callable(value)


def _bytes_of(array: np.ndarray) -> Iterator[bytes]:
    if array.ndim == 0:
        yield array.tobytes()
        return
    for start in range(0, len(array), ROWS):
        yield np.ascontiguousarray(array[start : start + ROWS]).data.cast("B").tobytes()


def _code(function: Any) -> Iterator[bytes]:
    """Look at what a function does, and at what it holds."""
    if isinstance(function, partial):
        yield from _parts([function.func, function.args, function.keywords])
        return
    if isinstance(function, types.MethodType):
        yield from _parts(function.__func__)
        return
    code = getattr(function, "__code__", None)
    if code is None:  # an object that can be called, a function in C
        name = getattr(function, "__qualname__", None) or getattr(function, "__name__", "")
        yield f"{type(function).__qualname__}.{name};".encode()
        call = vars(type(function)).get("__call__")
        if isinstance(call, types.FunctionType):
            yield from _parts(call.__code__)
        return
    yield from _parts(code)
    yield from _parts(function.__defaults__)
    held = function.__closure__ or ()
    known = [cell.cell_contents for cell in held]
    yield from _parts([one for one in known if _is_plain(one) and one is not function])


def _is_plain(value: Any) -> bool:
    return isinstance(value, (bool, int, float, str, np.ndarray, torch.Tensor, types.FunctionType))


def in_words(value: Any) -> str:
    """Write a value as JSON that a reader may be shown; what is long as its fingerprint."""
    text = json.dumps(_plain(value), sort_keys=True)
    return text if len(text) <= 60 else fingerprint(text)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    return fingerprint(value)
