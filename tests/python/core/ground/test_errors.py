import pickle

import pytest

from nnfit.core.ground.errors import (
    NNFitError,
    NNFitWarning,
    did_you_mean,
    first_line,
    listed,
    warn,
)


def test_message_names_argument_problem_and_remedy():
    error = NNFitError("epochs", "must be a whole number.", "Try 500.")
    assert str(error) == "`epochs` must be a whole number. Try 500."
    assert error.argument == "epochs"
    assert isinstance(error, ValueError)


def test_message_without_remedy_has_no_trailing_blank():
    assert str(NNFitError("x", "is empty.")) == "`x` is empty."


def test_errors_survive_the_way_back_from_a_worker_process():
    error = pickle.loads(pickle.dumps(NNFitError("x", "is empty.", "Fill it.")))
    assert (str(error), error.argument) == ("`x` is empty. Fill it.", "x")


def test_a_warning_says_the_same_and_comes_from_the_callers_line():
    with pytest.warns(NNFitWarning, match=r"^`x` has news. They are left out.$") as caught:
        warn("x", "has news.", "They are left out.")
    assert caught[0].message.argument == "x"
    assert caught[0].filename == __file__


def test_the_nearest_name_is_offered():
    assert did_you_mean("Adamm", ["sgd", "adam"]) == 'Did you mean "adam"?'


def test_all_names_are_listed_where_none_is_near():
    assert did_you_mean("zzz", ["sgd", "adam"]) == 'Choose one of "sgd", "adam".'


def test_nothing_is_offered_where_there_is_nothing_to_choose():
    assert did_you_mean("zzz", []) == ""


def test_many_names_are_cut_short():
    assert listed(["a"]) == "`a`"
    assert listed("abcde") == "`a`, `b`, `c`, `d`, `e`"
    assert listed("abcdefg") == "`a`, `b`, `c`, `d`, `e` and 2 more"
    assert listed(["a (1)"], quote="") == "a (1)"


def test_of_what_others_say_the_first_line_ends_a_sentence():
    assert first_line(ValueError("\n no. \nMore.")) == "no."
    assert first_line(ValueError("a" * 400)) == "a" * 300 + "."
    assert first_line(ValueError(" \n")) == "ValueError."
    assert first_line(KeyError("a")) == "'a'."
