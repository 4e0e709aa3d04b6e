"""What a session hands to processes that it has started, and they to it: values by name, as a file.

Plain values are in it as they are, bit for bit. What else there is (a module, a data frame) is code
or needs some, a pickle: so nothing but a folder of this session's own is the place of such a file.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from ..ground import archive
from ..ground.errors import NNFitError, first_line

PLAIN = (bool, int, float, str, type(None))


def write_values(path: str, values: Mapping[str, Any]) -> None:
    """Write values.

    Raises
    ------
    NNFitError
        Naming the one that can not be handed to others.
    OSError
    """
    plain = {name: value for name, value in values.items() if is_plain(value)}
    others = {name: _pickled(name, values[name]) for name in values if name not in plain}
    archive.write(path, {"names": list(values), "plain": plain, "others": others})


def read_values(path: str) -> dict[str, Any]:
    """Read what `write_values()` wrote, in the same types and order.

    Raises
    ------
    NNFitError
        Naming the one that can not be read here.
    """
    found = archive.read(path)
    values = found["plain"]
    for name, pickled in found["others"].items():
        values[name] = _unpickled(name, pickled)
    return {name: values[name] for name in found["names"]}


def is_plain(value: Any) -> bool:
    """Tell whether an archive gives a value back as it is."""
    if type(value) is np.ndarray:
        return not value.dtype.hasobject
    if type(value) is dict:
        return all(type(name) is str and is_plain(one) for name, one in value.items())
    if type(value) in (list, tuple):
        return all(map(is_plain, value))
    return type(value) in PLAIN


def _pickled(name: str, value: Any) -> np.ndarray:
    made = io.BytesIO()
    try:
        torch.save(value, made)
    except Exception as error:  # of a user's class, whatever it raises
        raise NNFitError(
            name,
            f"can not be given to other processes: {first_line(error)}",
            "Give plain data, or define its class in a module that they can import.",
        ) from error
    return np.frombuffer(made.getvalue(), dtype=np.uint8)


def _unpickled(name: str, pickled: np.ndarray) -> Any:
    try:
        return torch.load(io.BytesIO(pickled.tobytes()), weights_only=False)
    except Exception as error:
        raise NNFitError(
            name,
            f"can not be read by other processes: {first_line(error)}",
            "Its class has to be in a module that every process can import.",
        ) from error
