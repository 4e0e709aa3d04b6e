"""How far a job is, as lines."""

from nnfit.core.jobs import printed
from nnfit.core.jobs.printed import Printing


def test_a_line_is_printed_now_and_then_by_the_first_process_alone(monkeypatch, capsys):
    now = 100.0
    monkeypatch.setattr(printed.time, "monotonic", lambda: now)
    first, second = Printing(0), Printing(1)
    for seconds in (0.0, 9.0, 10.0, 12.0, 20.0):
        now = 100.0 + seconds
        for one in (first, second):
            assert one.progress(int(seconds), 30, 0.123456, None if seconds < 20 else 2.0)
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "nnfit: epoch 10 of 30, loss 0.1235",
        "nnfit: epoch 20 of 30, loss 0.1235, 2 on validation",
    ]
    assert said.out == ""


def test_what_is_to_be_known_is_printed_at_once(capsys):
    Printing(1).line("not here")
    Printing(0).line("here")
    assert capsys.readouterr().err == "nnfit: here\n"
