import os

import pytest

from nnfit.core.ground.errors import NNFitError, NNFitFileError
from nnfit.core.jobs.told import ERROR, SAID, Listening, Telling


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path)


def test_what_one_process_says_is_heard_once_and_in_order(folder):
    first, ear = Telling(folder, 0), Listening(folder)
    assert list(ear.lines()) == []
    assert first.progress(1, 10, 0.5, None)
    first.warnings([["x", "is odd.", ""]])
    assert list(ear.lines()) == [
        ("progress", [1, 10, 0.5, None]),
        ("warnings", [["x", "is odd.", ""]]),
    ]
    first.progress(2, 10, float("inf"), 0.25)
    assert list(ear.lines()) == [("progress", [2, 10, float("inf"), 0.25])]
    assert list(ear.lines()) == []


def test_the_others_say_nothing_of_progress(folder):
    assert Telling(folder, 1).progress(1, 10, 0.5, None)
    assert os.listdir(folder) == []


def test_each_may_look_whether_to_stop(folder):
    other, ear = Telling(folder, 1), Listening(folder)
    assert other.goes_on(1, 10, 0.5, None)
    ear.stop()
    assert not other.goes_on() and other.progress(1, 10, 0.5, None)
    assert list(ear.lines()) == []


def test_a_line_that_is_being_written_is_heard_when_it_is_whole(folder):
    path, ear = os.path.join(folder, SAID), Listening(folder)
    for text, heard in (('{"progress": [1', []), ("]}", []), ('\n{"a', [[1]]), ('": 2}\n', [2])):
        with open(path, "a") as file:
            file.write(text)
        assert [said for _, said in ear.lines()] == heard


def test_who_listens_can_ask_for_an_end(folder):
    first, ear = Telling(folder, 0), Listening(folder)
    assert first.progress(1, 2, 0.5, None)
    ear.stop()
    assert not first.progress(2, 2, 0.5, None)


def test_a_refusal_comes_back_by_its_argument_and_before_other_errors(folder):
    ear = Listening(folder)
    assert ear.refusal() is None
    assert ear.failure() == ""
    Telling(folder, 1).error(RuntimeError("Connection closed by peer"))
    os.utime(os.path.join(folder, ERROR.format(1)), ns=(1, 1))
    assert ear.refusal() is None
    assert ear.failure() == "RuntimeError: Connection closed by peer"
    Telling(folder, 0).error(NNFitFileError("path", "is wrong.", "Choose another."))
    refusal = ear.refusal()
    assert isinstance(refusal, NNFitError)
    assert refusal.args == ("path", "is wrong.", "Choose another.")
    assert ear.failure().startswith("RuntimeError")  # the first was first


def test_what_was_cut_short_is_passed_over(folder):
    with open(os.path.join(folder, ERROR.format(0)), "w") as file:
        file.write('{"kind": "Run')
    ear = Listening(folder)
    assert ear.refusal() is None
    Telling(folder, 1).error(NNFitError("path", "is wrong."))
    assert ear.refusal().argument == "path"


def test_an_error_that_can_not_be_told_is_not_another_error(tmp_path):
    Telling(str(tmp_path / "gone"), 0).error(RuntimeError("a"))
