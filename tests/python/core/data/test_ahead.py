import gc
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path

import numpy as np
import pytest

import nnfit
from nnfit.core import fit_parquet
from nnfit.core.data.ahead import NAME, ahead
from nnfit.core.ground.errors import NNFitError


def readers():
    return [thread for thread in threading.enumerate() if thread.name == NAME]


@pytest.fixture(autouse=True)
def _no_thread_left():
    yield
    gc.collect()
    assert not readers()


def wait_until(true, seconds=5.0):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.001)
    assert true()


def test_items_come_in_order_by_another_thread():
    def items():
        for i in range(20):
            yield i, threading.current_thread().name

    assert list(ahead(items())) == [(i, NAME) for i in range(20)]
    assert list(ahead([])) == []


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_more_are_made_than_may_wait(most):
    made = []
    items = ahead((made.append(i) or i for i in count()), most)
    assert next(items) == 0
    wait_until(lambda: len(made) == most + 1)
    time.sleep(0.01)
    assert len(made) == most + 1
    assert next(items) == 1
    wait_until(lambda: len(made) == most + 2)
    items.close()


def test_nothing_is_made_before_the_first_is_asked_for():
    made = []
    ahead(made.append(i) for i in range(3))
    assert not made
    assert not readers()


def test_an_error_comes_to_the_caller_in_its_turn():
    def items():
        yield 1
        raise NNFitError("path", "is broken.")

    found = ahead(items())
    assert next(found) == 1
    with pytest.raises(NNFitError, match="path.*is broken"):
        next(found)
    assert not readers()


@pytest.mark.parametrize("taken", [1, 4])
def test_a_caller_that_stops_early_closes_what_is_read(taken):
    closed = []

    def items():
        try:
            yield from count()
        finally:
            closed.append(threading.current_thread().name)

    for item in ahead(items()):
        if item == taken:
            break
    gc.collect()
    assert closed == [NAME]
    assert not readers()


def test_an_error_of_the_caller_ends_the_thread():
    def work():
        for item in ahead(count()):
            raise ValueError(item)

    with pytest.raises(ValueError, match="0"):
        work()


def test_numpy_warns_in_the_thread_as_in_the_caller(recwarn):
    with np.errstate(over="ignore"):
        assert list(ahead(np.exp(x) for x in [np.array(1e9)])) == [np.inf]
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        list(ahead(np.exp(x) for x in [np.array(1e9)]))
    assert not recwarn.list


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_an_interrupt_gets_through_while_the_caller_waits():
    asked, sent = threading.Event(), []

    def items():
        yield 1
        asked.wait(5)
        time.sleep(0.1)  # the caller waits by then
        sent.append(True)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)  # the thread ends what it is making
        yield 2

    found = ahead(items())
    assert next(found) == 1
    with pytest.raises(KeyboardInterrupt):
        asked.set() or next(found)
    assert sent
    assert not readers()


@pytest.fixture
def path(write_parquet, rng):
    x = rng.normal(size=(3000, 2))
    return write_parquet({"a": x[:, 0], "b": x[:, 1], "y": x.sum(axis=1)}, row_group_size=300)


@pytest.mark.parametrize("batch_size", [None, 64])
def test_a_fit_that_its_user_ends_leaves_no_thread(path, batch_size, monkeypatch):
    from nnfit.core.data import parquet

    monkeypatch.setattr(parquet, "CHUNK_ROWS", (64, 64))
    options = {"hidden_units": 3, "batch_size": batch_size, "epochs": 5, "shuffle_buffer": 300}

    def stop(*_):
        raise RuntimeError("enough")

    with pytest.raises(NNFitError, match="enough"):
        fit_parquet(path, "y", callback=stop, **options)
    fit_parquet(path, "y", **options)
    fit_parquet(path, "y")
    assert not readers()


PROGRAM = """
import sys
from nnfit.core.data.ahead import ahead
from itertools import count

items = ahead(count())
print(next(items))
if sys.argv[1] == "held":
    sys.held = items
elif sys.argv[1] == "raised":
    raise SystemExit(3)
"""


@pytest.mark.parametrize(("how", "status"), [("held", 0), ("raised", 3)])
def test_python_ends_while_a_thread_waits(how, status):
    path = str(Path(nnfit.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how],
        env={**os.environ, "PYTHONPATH": path},
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "0\n", "")
