import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from nnfit.core import NNFitError, fit_parquet
from nnfit.core.ground.errors import NNFitWarning, warnings_told
from nnfit.core.jobs import launch
from nnfit.core.jobs.told import Listening, Telling


class Agent:
    """Stands for torchrun, which ends after some looks at it."""

    def __init__(self, looks=0, status=0):
        self.looks, self.returncode = looks, status

    def poll(self):
        self.looks -= 1
        return None if self.looks >= 0 else self.returncode


@pytest.fixture
def here(monkeypatch, write_parquet):
    """Have what torchrun would start done in this process; give where the rows are."""

    def begin(work):
        @contextmanager
        def started(folder, arguments, processes):
            work(folder, arguments)
            yield Agent()

        monkeypatch.setattr(launch, "_started", started)
        monkeypatch.setattr(launch, "check_meeting", lambda: None)
        return write_parquet({"x": np.arange(20.0), "y": np.arange(20.0) ** 2})

    return begin


def trained(folder, arguments):
    from nnfit.core.elsewhere import train_job

    job, _, out, _, tell = arguments
    assert tell == folder
    train_job(job, out, tell=tell)


def test_the_fit_comes_back_and_nothing_stays(here, tmp_path, monkeypatch):
    monkeypatch.setattr(launch.tempfile, "tempdir", str(tmp_path))
    path = here(trained)
    before = sorted(tmp_path.iterdir())
    fit = fit_parquet(path, "y", ["x"], seed=1, processes=2)
    alone = fit_parquet(path, "y", ["x"], seed=1)
    assert sorted(tmp_path.iterdir()) == before
    assert fit.keys() == alone.keys()
    for name, values in alone["parameters"].items():
        np.testing.assert_array_equal(fit["parameters"][name], values)


def test_without_a_fit_the_reason_is_given(here):
    def refused(folder, arguments):
        Telling(folder, 1).error(RuntimeError("Connection closed"))
        Telling(folder, 0).error(NNFitError("penalty", "is wrong.", "Leave it out."))

    with pytest.raises(NNFitError, match="`penalty` is wrong. Leave it out."):
        fit_parquet(here(refused), "y", ["x"], processes=2)

    def failed(folder, arguments):
        Telling(folder, 1).error(MemoryError("no room"))
        Path(folder, "printed").write_text("the last words\n")

    with pytest.raises(NNFitError, match="(?s)`processes` have failed: MemoryError: no.*words"):
        fit_parquet(here(failed), "y", ["x"], processes=2)

    def silent(folder, arguments):
        Path(folder, "printed").write_bytes(b"\xff killed")

    with pytest.raises(NNFitError, match="(?s)they ended with status 0.*killed"):
        fit_parquet(here(silent), "y", ["x"], processes=2)


def test_warnings_are_given_here(here):
    def warned(folder, arguments):
        Telling(folder, 0).warnings([["epochs", "are few.", "Ask for more."]])
        trained(folder, arguments)

    path = here(warned)
    with pytest.warns(NNFitWarning, match="`epochs` are few. Ask for more."):
        fit_parquet(path, "y", ["x"], processes=2)


def test_warnings_for_r_are_handed_on_as_they_are(tmp_path):
    said = [{"argument": "epochs", "text": "`epochs` are few."}]
    Telling(str(tmp_path), 0).warnings(said, "warnings for R")
    with warnings_told() as told:
        launch._follow(Agent(), Listening(str(tmp_path)), None)
    assert told == said


def test_progress_is_handed_on_and_may_end_it(tmp_path):
    Telling(str(tmp_path), 0).progress(1, 5, 0.5, None)
    told = []
    assert not launch._follow(Agent(2), Listening(str(tmp_path)), lambda *said: told.append(said))
    assert told == [(1, 5, 0.5, None)]
    assert launch._follow(Agent(2), Listening(str(tmp_path)), lambda *said: False)
    assert (tmp_path / "stop").exists()


def test_an_interrupt_asks_for_an_end_and_waits_for_it_so_long(tmp_path, monkeypatch):
    def report(*said):
        raise KeyboardInterrupt

    Telling(str(tmp_path), 0).progress(1, 5, 0.5, None)
    monkeypatch.setattr(launch, "PATIENCE", 0.1)
    assert launch._follow(Agent(10**6), Listening(str(tmp_path)), report)
    assert (tmp_path / "stop").exists()


def test_after_a_refusal_nobody_waits(tmp_path):
    Telling(str(tmp_path), 0).error(NNFitError("penalty", "is wrong."))
    assert not launch._follow(Agent(10**6), Listening(str(tmp_path)), None)


def test_python_is_found_within_r_too(monkeypatch, tmp_path):
    assert launch._python() == sys.executable
    monkeypatch.setattr(sys, "executable", "/usr/lib/R/bin/exec/R")
    assert os.path.exists(launch._python())
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    with pytest.raises(NNFitError, match="`processes` needs Python as a program"):
        launch._python()


def test_processes_have_this_nnfit_and_share_the_threads(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "first")
    given = launch._environment(10**6)
    package, *others = given["PYTHONPATH"].split(os.pathsep)
    assert os.path.exists(os.path.join(package, "nnfit", "train.py"))
    assert "first" in others
    assert given["OMP_NUM_THREADS"] == "1"


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize("kindly", [True, False])
def test_what_was_started_is_ended(kindly):
    deaf = "" if kindly else "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    code = deaf + "print(1, flush=True); import time; time.sleep(1000)"
    agent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True
    )
    agent.stdout.readline()
    wait = agent.wait
    agent.wait = lambda limit=None: wait(None if limit is None else (limit if kindly else 0.2))
    launch._end(agent)
    assert agent.returncode == -(signal.SIGTERM if kindly else signal.SIGKILL)
    start = time.monotonic()
    launch._end(agent)  # again: nothing is to be done
    assert time.monotonic() - start < 5
    agent.stdout.close()
