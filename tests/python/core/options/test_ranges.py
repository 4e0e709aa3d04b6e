import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from nnfit.core.options import ranges
from nnfit.core.options.ranges import (
    Unfit,
    as_list,
    choice,
    choices_words,
    flag,
    range_words,
    short,
)
from nnfit.core.options.rows import Bound, option_rows

BLANK = option_rows()["scale"]
ZERO, ONE, LARGE = Bound(0, "0"), Bound(1, "1"), Bound(2**53, "2^53")


def row(**columns):
    return BLANK._replace(**columns)


@pytest.mark.parametrize(
    "value",
    [2, 2.0, np.int8(2), np.float32(2), np.array(2), np.array([[2.0]]), torch.tensor([2]),
     Fraction(2), Decimal(2)],
)  # fmt: skip
def test_a_number_may_come_in_any_type(value):
    number = ranges.as_number(value)
    assert number == 2
    assert type(number) in (int, float)


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), "2", b"2", bytearray(b"2"), None, 2j, [2], np.array([2, 3]),
     torch.ones(2), {"a": 2}, object()],
)  # fmt: skip
def test_what_is_no_number_is_none(value):
    with pytest.raises(Unfit):
        ranges.as_number(value)


@pytest.mark.parametrize(
    ("open_end", "inside", "outside"),
    [
        (None, [0, 0.5, 1], [-1e-300, 1.0000001, math.nan, -math.inf, math.inf]),
        ("least", [1e-300, 1], [0, -0.0]),
        ("most", [0, 1 - 1e-16], [1, 10**400]),
    ],
)
def test_an_end_may_be_open(open_end, inside, outside):
    limits = row(least=ZERO, most=ONE, open=open_end)
    assert all(ranges.within(limits, number) for number in inside)
    assert not any(ranges.within(limits, number) for number in outside)


def test_without_bounds_every_finite_number_will_do():
    assert ranges.number(row(), -1e300) == -1e300
    for number in (math.inf, -math.inf, math.nan):
        with pytest.raises(Unfit):
            ranges.number(row(), number)


def test_a_large_whole_number_is_compared_exactly():
    limits = row(least=ZERO, most=LARGE)
    assert ranges.whole(limits, 2**53) == 2**53
    assert ranges.whole(limits, float(2**53)) == 2**53
    for number in (2**53 + 1, 10**400, 0.5, -1, math.inf, math.nan):
        with pytest.raises(Unfit):
            ranges.whole(limits, number)


def test_infinity_or_zero_may_stand_outside_the_range():
    limits = row(least=Bound(2, "2"), most=LARGE)
    assert ranges.whole_or_inf(limits, np.inf) == math.inf
    assert ranges.zero_or_whole(limits, 0.0) == 0
    assert type(ranges.zero_or_whole(limits, 0.0)) is int
    for number in (1, -math.inf):
        for read in (ranges.whole_or_inf, ranges.zero_or_whole):
            with pytest.raises(Unfit):
                read(limits, number)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "a number"),
        ({"least": ZERO}, "a number of at least 0"),
        ({"least": ZERO, "open": "least"}, "a number above 0"),
        ({"least": ZERO, "most": LARGE}, "a number from 0 to 2^53"),
        (
            {"least": ZERO, "most": ONE, "open": "most"},
            "a number from 0 up to, but not including, 1",
        ),
    ],
)
def test_a_range_is_put_into_words(columns, words):
    assert range_words(row(**columns), "a number") == words


def test_lists_are_made_of_everything():
    assert as_list(None) == []
    assert as_list((1, 2)) == as_list(np.array([1, 2])) == as_list(torch.tensor([1, 2])) == [1, 2]
    assert as_list("ab") == ["ab"]
    nothing = torch.ones(2, device="meta")
    assert as_list(nothing)[0] is nothing


def test_flags_choices_and_their_words():
    row = option_rows()["reduction"]
    assert choice(row, np.str_("sum")) == "sum"
    assert choices_words(("a",)) == '"a"'
    assert choices_words(("a", "b", "c")) == '"a", "b" or "c"'
    for read, value in ((choice, "max"), (flag, 1), (flag, "True")):
        with pytest.raises(Unfit):
            read(row, value)
    assert flag(row, np.bool_(True)) is True


def test_long_values_are_not_repeated():
    assert short([1, 2]) == "[1, 2]"
    assert short("x" * 100) == "a long str"
    assert short(torch.nn.Sequential(torch.nn.ReLU())) == "a long Sequential"
