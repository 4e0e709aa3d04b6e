"""What torch does in a process that is forked from one where it has worked on several threads.

Each child is watched: one that hangs is ended, and fails the test.
"""

import os
import signal
import sys
import time
import traceback

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet, predict, predict_interval
from nnfit.core.ground import forks
from nnfit.core.ground.threads import threads_for
from nnfit.core.options.checks import device_of

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]


@pytest.fixture
def busy():
    """Have torch start its other threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    torch.ones(3_000_000).sum()
    yield
    torch.set_num_threads(before)


def in_child(work, seconds=30.0):
    """Run a function in a forked child, which must end in time; give back what it wrote."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            os.write(writer, str(work()).encode())
            status = 0
        except BaseException:
            os.write(writer, traceback.format_exc().encode()[-4000:])
        finally:
            os._exit(status)
    os.close(writer)
    end = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            pytest.fail("the child hangs")
        time.sleep(0.01)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    assert status == 0, said
    return said


def large(rng):
    return rng.standard_normal((60_000, 5)), rng.standard_normal(60_000)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": "sgd", "epochs": 2},
        {"hidden_units": 32, "epochs": 2},
        {"hidden_units": 32, "epochs": 2, "batch_size": 20_000, "validation": 0.2},
        {"hidden_units": 4, "epochs": 1, "restarts": 2},
        {"hidden_units": 4, "epochs": 1, "bootstrap": 2},
        {"hidden_units": 4, "epochs": 1, "optimizer": "lbfgs"},
    ],
    ids=str,
)
def test_a_fit_in_a_child_is_that_of_one_thread(busy, rng, options):
    x, y = large(rng)
    fit(x, y, seed=1, **options)

    def work():
        return fit(x, y, seed=1, **options)["history"]["train_loss"][-1].item().hex()

    torch.set_num_threads(2)
    there = float.fromhex(in_child(work))
    torch.set_num_threads(1)
    assert there == fit(x, y, seed=1, **options)["history"]["train_loss"][-1]


def test_all_else_that_computes_works_there(busy, rng, write_parquet):
    x, y = large(rng)
    net = fit(x, y, hidden_units=8, epochs=1, bootstrap=2, seed=1)
    path = write_parquet({"x": x[:, 0], "y": y}, row_group_size=20_000)
    fit_parquet(path, "y", epochs=1)

    def work():
        predict(net, x)
        predict_interval(net, x)
        cross_validate(x, y, folds=2, hidden_units=4, epochs=1, seed=1)
        fit_parquet(path, "y", hidden_units=4, epochs=1, seed=1)
        fit_parquet(path, "y", hidden_units=4, epochs=1, batch_size=10_000, seed=1)
        return torch.get_num_threads()

    assert in_child(work) == "1"


@pytest.mark.parametrize("own", [False, True])
def test_autograd_works_there_or_is_refused(busy, rng, own):
    x, y = large(rng)
    options = {"epochs": 1, "engine": "autograd", "seed": 1}
    options |= {"model": nn.Linear(5, 1)} if own else {"hidden_units": 4}
    fit(x, y, **options)

    def work():
        try:
            return fit(x, y, **options)["stopped"]
        except NNFitError as error:
            return error

    said = in_child(work)
    refusal = "`engine` needs torch's autograd, which does not work in a process forked from"
    assert said == "epochs" or said.startswith(refusal)


def test_torchs_refusal_is_told_in_our_words(monkeypatch):
    monkeypatch.setattr(forks, "is_forked", lambda: True)
    words = "Unable to handle autograd's threading in combination with fork-based multiprocessing."
    refusal = "`engine` needs torch's autograd.*not forked.*callr"
    with pytest.raises(NNFitError, match=refusal), forks.refused_in_a_fork("engine"):
        raise RuntimeError(words)
    with pytest.raises(RuntimeError, match="else"), forks.refused_in_a_fork("engine"):
        raise RuntimeError("something else")
    monkeypatch.setattr(forks, "is_forked", lambda: False)
    with pytest.raises(RuntimeError, match="Unable"), forks.refused_in_a_fork("engine"):
        raise RuntimeError(words)


def test_a_gpu_is_refused_there_before_it_is_touched(monkeypatch, thermometer, kept_by_r):
    def touched():
        raise AssertionError("the driver is asked")

    monkeypatch.setattr(forks, "is_forked", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", touched)
    for device in ("cuda", "cuda:1", "mps"):
        with pytest.raises(NNFitError, match=f'`device` is "{device}", which does not work in a'):
            fit(*thermometer, device=device)
    assert device_of("auto") == "cpu"
    made = kept_by_r(fit(*thermometer))
    expected = predict(made, thermometer.x)
    made["options"]["device"] = "cuda"  # as where there is none
    np.testing.assert_array_equal(predict(made, thermometer.x), expected)


def test_who_loaded_torch_is_known(monkeypatch):
    assert not forks.is_forked()
    assert in_child(forks.is_forked) == "True"
    # R may have loaded torch in the parent, and the core in a child
    monkeypatch.setattr(forks, "_home", forks._home)
    forks.torch_began_in(os.getpid() + 1)
    assert forks.is_forked()


def test_more_threads_are_not_to_be_had_there(busy):
    def work():
        torch.set_num_threads(2)
        with threads_for(10**12):
            return torch.get_num_threads()

    assert in_child(work) == "1"


def test_elsewhere_the_threads_stay(busy):
    forks.settle()
    assert torch.get_num_threads() == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no fork here")
def test_multiprocessing_by_fork(busy, rng):
    import multiprocessing

    x, y = large(rng)
    fit(x, y, hidden_units=4, epochs=1, seed=1)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        jobs = [pool.apply_async(_loss, (x, y, seed)) for seed in (1, 2)]
        losses = [job.get(timeout=60) for job in jobs]
    np.testing.assert_allclose(losses, [_loss(x, y, seed) for seed in (1, 2)], rtol=1e-5)


def _loss(x, y, seed):
    made = fit(x, y, hidden_units=4, epochs=1, seed=seed)
    return float(made["history"]["train_loss"][-1])
