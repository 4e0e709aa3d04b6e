"""What R is handed: whole numbers that it can hold, tensors that are counted."""

import numpy as np
import pytest
import torch

from nnfit.tensors import handover, ledger, rules_for_r
from nnfit.tensors.handover import Lossy, for_r

MOST = 2**31 - 1  # R's largest integer


def same(answer, expected):
    assert answer == expected
    assert type(answer) is type(expected)


@pytest.mark.parametrize("number", [0, 7, -7, MOST, -MOST, True, False, 0.5, "a", None])
def test_what_fits_r_stays(number):
    assert for_r(number) is number


@pytest.mark.parametrize("number", [MOST + 1, -MOST - 1, 2**40, 2**53, -(2**53), 2**60])
def test_longer_whole_numbers_are_doubles(number):
    same(for_r(number), float(number))


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 2**63 - 1, 10**30 + 1])
def test_digits_that_a_double_loses_are_told(number):
    answer = for_r(number)
    assert type(answer) is Lossy
    same(answer.value, float(number))


def test_numpys_whole_numbers_too():
    same(for_r(np.int64(2**40)), float(2**40))
    assert type(for_r(np.int64(2**53 + 1))) is Lossy
    small = np.int64(5)
    assert for_r(small) is small


def test_one_long_number_makes_all_numbers_of_a_list_doubles():
    answer = for_r([1, 2**40, True, None, "a"])
    assert answer == [1.0, float(2**40), True, None, "a"]
    assert [type(value) for value in answer] == [float, float, bool, type(None), str]
    short = [1, 2, True]
    assert for_r(short) is short


def test_containers_are_looked_through():
    same(for_r([[1, 2], [3, 2**40]])[0][0], 1)
    same(for_r([[1, 2], [3, 2**40]])[1][0], 3.0)
    assert for_r((1, 2**40)) == (1, 2.0**40) and type(for_r((1, 2**40))[0]) is int
    assert for_r({"a": 1, "b": (2**40,)}) == {"a": 1, "b": (2.0**40,)}
    for deep in ([[2**53 + 1]], (2**53 + 1,), {"a": [1, 2**53 + 1]}):
        assert type(for_r(deep)) is Lossy
    assert for_r([[2**53 + 1]]).value == [[2.0**53]]


def test_subclasses_stay_what_they_are():
    size = torch.Size([2**31, 1])
    assert for_r(size) is size


@pytest.fixture
def noted(monkeypatch):
    tensors = []
    monkeypatch.setattr(ledger.LEDGER, "note", tensors.append)
    return tensors


def test_tensors_are_entered_wherever_they_are(noted):
    x, y, z, w = (torch.zeros(1) for _ in range(4))
    assert for_r(x) is x
    for_r((y, 1))
    for_r([{"a": z}, [w]])
    assert [id(tensor) for tensor in noted] == [id(x), id(y), id(z), id(w)]


def test_calls_attributes_items_and_iterators_are_handed_over(noted):
    same(handover.call_with(lambda a, *, b: a + b, [2**31], {"b": 1}), 2.0**31 + 1)
    same(handover.call_with(lambda function: function, [], {"function": 2**40}), 2.0**40)
    same(handover.call_with(lambda a: a, [2**40], None), 2.0**40)
    same(handover.call(lambda: 2**40), 2.0**40)
    same(handover.call(lambda a, b: a + b, 2**31, 2), 2.0**31 + 2)
    x = torch.zeros(2, 3)
    assert handover.attribute(x, "T").shape == (3, 2)
    same(handover.attribute(torch.iinfo(torch.int32), "min"), -(2.0**31))
    same(handover.item([1, 2**40], 1), 2.0**40)
    assert handover.item(x, 1).shape == (3,)
    assert list(handover.iterated([1, 2**40])) == [1, 2.0**40]
    assert len(noted) == 2
    with pytest.raises(TypeError, match="not iterable"):
        handover.iterated(torch.float32)


def test_r_calls_every_rule_through_it(monkeypatch, noted):
    monkeypatch.setattr(ledger.LEDGER, "collect", None)
    collect = print
    rules = rules_for_r(collect)
    assert ledger.LEDGER.collect is collect
    assert set(handover.RULES) < set(rules)
    assert rules["+"](torch.ones(2), 1).tolist() == [2, 2]
    vast = torch.empty(2**31, device="meta")
    same(rules["length"](vast), 2.0**31)
    assert rules["dim"](vast) == [2.0**31]
    rules["qr"](torch.eye(2))
    rules["determinant"](torch.eye(2))
    assert len(noted) == 5
    same(rules["call"](vast.numel), 2.0**31)
