import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core.ground.names import canonical_name, edits, nearest

WORDS = st.text("abc", max_size=6)


def test_case_and_separators_do_not_matter_and_all_else_does():
    assert {canonical_name(n) for n in ("Leaky_ReLU", "leaky-relu", "LEAKY.relu ")} == {"leakyrelu"}
    for name in ("relu!", "relu\t", "relu6", "re/lu", "r\u00e9lu"):
        assert canonical_name(name) == name


def test_only_the_letters_of_ascii_have_a_case():
    assert canonical_name("\u212arelu\u00c9") == "\u212arelu\u00c9"  # the Kelvin sign is no k


@given(st.text(string.printable))
def test_a_canonical_name_is_its_own(name):
    assert canonical_name(canonical_name(name)) == canonical_name(name)


@pytest.mark.parametrize(
    ("a", "b", "number"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("relu", "relu", 0),
        ("rleu", "relu", 1),  # swapped
        ("rlu", "relu", 1),  # left out
        ("rellu", "relu", 1),  # put in
        ("ralu", "relu", 1),  # another letter
        ("ca", "abc", 3),  # what was swapped is left alone: 2 without that
        ("kitten", "sitting", 3),
    ],
)
def test_edits_are_counted(a, b, number):
    assert edits(a, b) == edits(b, a) == number


@given(WORDS, WORDS)
def test_edits_are_a_distance(a, b):
    assert edits(a, b) == edits(b, a)
    assert (edits(a, b) == 0) == (a == b)
    assert abs(len(a) - len(b)) <= edits(a, b) <= max(len(a), len(b))


@given(WORDS, st.integers(0, 5), st.sampled_from("abc"))
def test_a_letter_more_is_one_edit(word, at, letter):
    assert edits(word, word[:at] + letter + word[at:]) == 1


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("begin", "beginning"),
        ("nin", "beginning"),
        ("edn", "end"),
        ("the end", "end"),
        ("E-N-D", "end"),
        ("middle", None),
        ("", None),
    ],
)
def test_the_nearest_choice(name, near):
    assert nearest(name, ["end", "beginning"]) == near


def test_of_equals_the_first_is_taken():
    assert nearest("ac", ["ab", "aa"]) == "ab"
    assert nearest("ac", ["aa", "ab"]) == "aa"


def test_where_there_is_no_choice_none_is_near():
    assert nearest("end", []) is None


def test_a_name_of_any_length_takes_no_time():
    assert nearest("ab" * 10**6, ["relu"] * 50) is None  # uncut, it would take minutes
