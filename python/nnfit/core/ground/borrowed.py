"""Arrays as torch sees them, where they are."""

from __future__ import annotations

import numpy as np
import torch


class _Memory:
    """An array's memory, of which nothing says that it may not be written to."""

    def __init__(self, array: np.ndarray):
        self.array = array  # kept, as the memory is its own
        told = array.__array_interface__
        self.__array_interface__ = {**told, "data": (told["data"][0], False)}


def borrowed(array: np.ndarray) -> torch.Tensor:
    """Make a tensor on the memory of an array, to be read only.

    `torch.from_numpy()` warns of an array that may not be written to, as R's are. One that torch
    can not view, as its rows run backwards, is copied.
    """
    if array.flags.writeable:
        view = array
    else:
        view = np.asarray(_Memory(array))
    try:
        return torch.from_numpy(view)
    except ValueError:
        return torch.from_numpy(np.array(array))
