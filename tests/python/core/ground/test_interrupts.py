"""Real SIGINTs, from a thread of the same process, at whatever a fit is doing then."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, api, bridge, cross_validate, fit, fit_parquet, predict
from nnfit.core.ground.interrupts import (
    despite_interrupt,
    interrupted,
    interrupts_later,
    python_sees_interrupts,
)

# An interrupt that Python dropped is told of by pytest, and comes again.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LONG = {"epochs": 10_000_000, "seed": 1}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """Import what torch's first optimizer imports: that is not interrupted."""
    fit([[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0], hidden_units=1, engine="autograd", epochs=1, seed=1)


@contextmanager
def sigint(after=0.3):
    """Interrupt this process, and see that it ends long before the fit would.

    Once, but for an interrupt that comes where Python can only drop it, such as in a finalizer:
    then again after a while, as a user would.
    """
    sent, ended = [], threading.Event()

    def send():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
        while not ended.wait(12):
            os.kill(os.getpid(), signal.SIGINT)

    # hypothesis is called by the garbage collector, where an exception would be lost
    callbacks, gc.callbacks[:] = gc.callbacks[:], []
    timer = threading.Timer(after, send)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            try:
                yield caught
            finally:
                ended.set()
        assert time.monotonic() - sent[0] < 30
    finally:
        ended.set()
        timer.cancel()
        timer.join()
        gc.callbacks[:] = callbacks


@pytest.mark.parametrize(
    "options",
    [
        {"hidden_units": 8},
        {"hidden_units": 8, "engine": "autograd"},
        {"hidden_units": 8, "batch_size": 8},
        {"hidden_units": 8, "progress": lambda *_: None},
        {"optimizer": "sgd", "learn_rate": 1e-9},
        {"model": nn.Sequential(nn.Linear(10, 4), nn.Dropout(0.1), nn.Linear(4, 1))},
        {"hidden_units": 8, "restarts": 3},
        {"hidden_units": 8, "restarts": 3, "engine": "autograd"},
        {"hidden_units": 8, "bootstrap": 3},
        {"hidden_units": 8, "stop_iter": 10_000_000, "validation": 0.2},
    ],
    ids=lambda options: "-".join(f"{name}" for name in options),
)
def test_it_ends_the_fit_and_a_loop_and_brings_the_fit(mtcars, options):
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    begun = []
    with sigint() as caught:
        for turn in range(3):
            begun.append(turn)
            fit(*mtcars, **LONG, **options)
    assert begun == [0]
    made = caught.value.fit
    assert made["stopped"] == "interrupted"
    assert len(made["history"]["train_loss"]) > 0
    np.testing.assert_allclose(
        made["fitted"], predict(made, mtcars.x, model=options.get("model")), rtol=1e-5
    )
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.random.get_rng_state(), state)


def test_replicates_are_interrupted_after_the_fit(mtcars):
    fit(*mtcars, seed=1)
    with sigint() as caught:
        fit(*mtcars, hidden_units=4, bootstrap=2_000_000, epochs=1, engine="autograd", seed=1)
    made = caught.value.fit
    assert made["stopped"] == "epochs"
    counts = made["replicates"]
    assert counts["interrupted"] == 2_000_000 - len(counts["seeds"])


def test_cross_validation_gives_the_folds_that_are_done(mtcars):
    with sigint(3.0) as caught:
        cross_validate(*mtcars, folds=4, repeats=1500, hidden_units=4, epochs=2, seed=1,
                       engine="autograd")  # fmt: skip
    cv = caught.value.fit
    assert 0 < len(cv["fits"]) < 6000
    assert len(cv["valid_loss"]) == len(cv["fits"])


def test_files_are_read_no_further(write_parquet, rng):
    x = rng.standard_normal(2000)
    path = write_parquet({"x": x, "y": x**2})
    with sigint(1.0) as caught:
        fit_parquet(path, "y", hidden_units=4, batch_size=200, epochs=2**31 - 1, seed=1)
    assert caught.value.fit["stopped"] == "interrupted"


def test_before_the_first_epoch_it_is_pythons_own(mtcars):
    class Slow(nn.Linear):
        def forward(self, x):
            while self.training:
                time.sleep(0.01)
            return super().forward(x)

    with sigint() as caught:
        fit(*mtcars, model=Slow(10, 1))
    assert not hasattr(caught.value, "fit")


def test_predictions_end(rng):
    net = fit(rng.standard_normal((50, 4)), rng.standard_normal(50), hidden_units=64, epochs=1)
    many = np.zeros((1_000_000, 4))
    with sigint(0.05):
        while True:
            predict(net, many)


def test_the_end_of_a_fit_is_made_in_spite_of_one_interrupt(mtcars, monkeypatch):
    """While fitted values are computed, the training is over but not yet given back."""
    monkeypatch.setattr(api, "link_of", _interrupt_once(api.link_of))
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*mtcars, seed=1)
    made = caught.value.fit
    assert made["stopped"] == "converged"
    np.testing.assert_array_equal(made["fitted"], fit(*mtcars, seed=1)["fitted"])


def test_a_second_interrupt_gets_through():
    def work():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        despite_interrupt(work)
    assert despite_interrupt(lambda: 3) == (3, False)


def test_errors_are_not_interrupts(mtcars):
    with pytest.raises(NNFitError):
        fit(*mtcars, hidden_units=-1)


def test_it_is_pythons_own_interrupt():
    stop = interrupted({"a": 1})
    assert type(stop) is KeyboardInterrupt
    assert stop.fit == {"a": 1}
    assert "sys.last_value.fit" in str(stop)


def test_a_program_ends_as_by_any_interrupt():
    program = (
        "import os, signal, threading\n"
        "from nnfit.core import fit\n"
        "threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "fit([[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0], hidden_units=2, epochs=2**31 - 1, seed=1)\n"
        "print('went on')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGINT
    assert "went on" not in done.stdout
    assert "KeyboardInterrupt: `fit` of this exception" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no sigaction here")
def test_for_a_while_python_sees_interrupts_alone():
    """As in R: a handler in C that Python does not know of, and one in Python that it calls."""
    import ctypes

    libc, in_c = ctypes.CDLL(None), []
    handler = ctypes.CFUNCTYPE(None, ctypes.c_int)(in_c.append)
    libc.signal.restype = ctypes.c_void_p
    libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
    in_python = signal.signal(signal.SIGINT, lambda *_: None)
    mine = signal.getsignal(signal.SIGINT)
    libc.signal(signal.SIGINT, ctypes.cast(handler, ctypes.c_void_p))
    try:
        signal.raise_signal(signal.SIGINT)
        assert in_c == [signal.SIGINT]
        with pytest.raises(KeyboardInterrupt), python_sees_interrupts():
            signal.raise_signal(signal.SIGINT)
        assert in_c == [signal.SIGINT]
        assert signal.getsignal(signal.SIGINT) is mine
        signal.raise_signal(signal.SIGINT)
        assert in_c == [signal.SIGINT] * 2
    finally:
        signal.signal(signal.SIGINT, in_python)


def test_r_is_told_of_an_interrupt_by_a_value(mtcars, monkeypatch):
    assert bridge.fit(*mtcars, seed=1)["interrupted"] is False
    monkeypatch.setattr(api, "link_of", _interrupt_once(api.link_of))
    told = bridge.fit(*mtcars, seed=1)
    assert (told["interrupted"], told["stopped"]) == (True, "converged")
    monkeypatch.setattr(api, "hold_out", _interrupt_once(api.hold_out))
    assert bridge.fit(*mtcars, seed=1) == {"interrupted": True}


def _interrupt_once(function):
    called = []

    def interrupting(*args):
        if not called:
            called.append(True)
            signal.raise_signal(signal.SIGINT)
        return function(*args)

    return interrupting


def test_what_must_be_whole_is_interrupted_after():
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts_later():
        signal.raise_signal(signal.SIGINT)
        done.append(1)
    assert done == [1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(ZeroDivisionError), interrupts_later():
        raise ZeroDivisionError
    with interrupts_later():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_of_the_first_fit_by_autograd_leaves_a_torch_that_works():
    """Its first optimizer imports much: half done, it could not be done again."""
    program = (
        "import os, signal, threading\n"
        "from nnfit.core import fit\n"
        "data = [[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0]\n"
        "options = {'hidden_units': 2, 'engine': 'autograd', 'seed': 1}\n"
        "for after in (0.05, 0.3, 0.6):\n"
        "    threading.Timer(after, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "    try:\n"
        "        fit(*data, epochs=10_000_000, **options)\n"
        "    except KeyboardInterrupt:\n"
        "        pass\n"
        "print(fit(*data, epochs=2, **options)['stopped'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.stdout == "epochs\n", done.stderr
