import gc
import weakref

import pytest

from nnfit import told


def fail(error):
    raise error


@pytest.mark.parametrize("size", [0, 999, 1000, 100_000])
@pytest.mark.parametrize("text", ["a", "ü", "{x}\n", "\N{GRINNING FACE}"])
def test_an_error_is_kept_whole_and_told_once(size, text):
    with pytest.raises(ValueError, match="^") as raised:
        told.keeping(fail)(ValueError(text * size))
    assert str(raised.value) == text * size
    assert told.take() == ["ValueError", text * size]
    assert told.take() == []


def test_what_an_error_can_not_say_is_empty_and_what_has_no_utf8_is_spelt_out():
    class Odd(Exception):
        def __str__(self):
            raise RuntimeError

    for error, text in [(Odd(), ""), (OSError("a\udcff"), "a\\udcff")]:
        with pytest.raises(type(error)):
            told.keeping(fail)(error)
        assert told.take() == [type(error).__name__, text]


def test_functions_give_what_they_gave():
    kept = told.keeping_all({"max": max, "join": ",".join})
    assert kept["max"](1, 3) == 3
    assert kept["max"]([1, 2], key=lambda x: -x) == 1
    assert kept["join"]("ab") == "a,b"
    assert told.take() == []


def test_an_error_does_not_keep_the_data():
    class Rows:
        pass

    def read(x):
        try:
            broken(x, 0)
        except ZeroDivisionError as error:
            raise ValueError from error

    def broken(x, zero):
        return [x, 1 / zero]

    x = Rows()
    gone = weakref.ref(x)
    with pytest.raises(ValueError, match="^") as caught:
        told.keeping(read)(x=x)
    kept = caught.value  # as reticulate keeps the last one
    assert [frame.tb_frame.f_code.co_name for frame in _frames(kept)][-1] == "read"
    del x, caught
    gc.collect()
    assert gone() is None
    told.take()


def _frames(error):
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next
