import threading
import time

import pytest

from nnfit.core.ground import alive
from nnfit.core.ground.alive import LEFT, Looks, watching
from support import InMemory


@pytest.fixture
def ended(monkeypatch):
    """Note that a process would have ended, in the place of its end."""
    noted = []
    monkeypatch.setattr(alive, "EVERY", 0.01)
    monkeypatch.setattr(alive.os, "_exit", noted.append)
    return noted


def until(holds):
    limit = time.monotonic() + 30
    while not holds() and time.monotonic() < limit:
        time.sleep(0.01)
    assert holds()


def test_a_process_gives_signs_of_life_and_says_that_it_has_left(ended):
    counts = InMemory()
    with watching(counts, 0, ["a"]):
        until(lambda: counts.add("alive/0", 0) > 2)
    assert counts.add("alive/0", 0) >= LEFT
    assert ended == []


def test_where_the_next_one_is_silent_a_process_ends(ended, monkeypatch, capsys):
    monkeypatch.setattr(alive, "SILENT", 0.05)
    with watching(InMemory(), 0, ["a", "b"]):
        until(lambda: ended == [1])
    assert "no sign of life from process 1, on b" in capsys.readouterr().err


def test_where_a_question_gets_no_answer_a_process_ends(ended, monkeypatch, capsys):
    monkeypatch.setattr(alive, "SILENT", 0.05)
    cut = threading.Event()

    class Cut(InMemory):
        def add(self, key, amount):
            return 0 if cut.wait(30) else 1

    with watching(Cut(), 0, ["a", "b"]):
        until(lambda: ended == [1])
        cut.set()
    assert "no answer from where they meet" in capsys.readouterr().err


def test_one_that_has_left_is_not_waited_for(ended, monkeypatch):
    monkeypatch.setattr(alive, "SILENT", 0.05)
    counts = InMemory()
    counts.add("alive/1", LEFT)
    with watching(counts, 0, ["a", "b"]):
        until(lambda: counts.add("alive/0", 0) > 20)
    assert ended == []
    looks = Looks(counts, "alive/0", "alive/1")
    looks.look()
    assert looks.left
    assert looks.lost() == ""


def test_after_an_error_nobody_is_ended_by_the_watch(ended, monkeypatch):
    counts = InMemory()
    with pytest.raises(ZeroDivisionError), watching(counts, 0, ["a", "b"]):
        raise ZeroDivisionError
    monkeypatch.setattr(alive, "SILENT", 0.0)
    monkeypatch.setattr(counts, "add", None)  # the way to it is lost
    time.sleep(0.1)
    assert ended == []
    monkeypatch.undo()
    assert counts.add("alive/0", 0) < LEFT  # it has not left as it should
