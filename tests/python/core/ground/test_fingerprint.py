from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from nnfit.core.ground.fingerprint import fingerprint, in_words


@dataclass
class Held:
    value: Any


class Plain:
    def __init__(self, value):
        self.value = value


def power(k):
    return lambda x: x**k


SAME = [
    (np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3))),
    (np.arange(20000.0)[::2], np.arange(20000.0)[::2].copy()),
    (torch.arange(3), np.arange(3)),
    ({"a": [1, (2, None)]}, {"a": [1, (2, None)]}),
    (power(2), power(2)),
    (partial(power, 2), partial(power, 2)),
    (Held(1), Held(1)),
    (Plain(1), Plain(1)),
    (np.array(["a", "bc"]), np.array(["a", "bc"])),
]
DIFFERENT = [
    (np.arange(6.0), np.arange(6)),
    (np.arange(6.0), np.arange(6.0).reshape(2, 3)),
    (np.array([0.0]), np.array([-0.0])),
    ([1, [2]], [[1], 2]),
    ({"a": 1}, {"b": 1}),
    (1, "1"),
    (1, True),
    (power(2), power(3)),
    (power(2), lambda x: x + 1),
    (partial(power, 2), partial(power, 3)),
    (Held(power(2)), Held(power(3))),
    (Plain(1), Plain(2)),
    (np.cos, np.sin),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_the_same_has_the_same_fingerprint(one, other):
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_has_another(one, other):
    assert fingerprint(one) != fingerprint(other)


def test_what_is_short_is_said_in_words_and_what_is_long_is_not():
    assert in_words({"b": (1, 2.5), "a": None}) == '{"a": null, "b": [1, 2.5]}'
    assert in_words(list(range(100))) == in_words(tuple(range(100)))
    assert len(in_words(list(range(100)))) == 32
