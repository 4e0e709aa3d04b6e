"""Several processes on this machine, started for a call by torchrun, and waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch

from ..ground.errors import NNFitError, tell_again, warn
from ..ground.interrupts import interrupted
from ..ground.processes import check_meeting
from ..model.fit import Fit
from ..options.checks import device_of
from ..options.folder import Folder
from ..saved.saved import load
from .job import write_job
from .told import Listening

EVERY = 0.05  # seconds from one look at the processes to the next
PATIENCE = 60.0  # seconds that processes have to end when they are asked to
RESTARTS = 3  # of the processes, where one is killed
LAST = 2000  # characters of what they have printed that an error shows

Report = Callable[..., Any]


def train_in_processes(
    arguments: Mapping[str, Any], processes: int, checkpoint: Folder | None, report: Report | None
) -> Fit:
    """Train in several processes on this machine; give the fit.

    Parameters
    ----------
    arguments : mapping
        What `write_job()` takes.
    processes : int
    checkpoint : Folder or None
        Where the fit is written down as it is trained; None: in a folder that is gone afterwards.
    report : callable or None
        As `fit()` takes it for progress; it is called in this process.

    Raises
    ------
    NNFitError
        What a process has refused, or that the processes have failed.
    KeyboardInterrupt
        With the fit as it was, if there was one by then.
    """
    check_meeting()
    with tempfile.TemporaryDirectory(prefix="nnfit-") as folder:
        job, out = (os.path.join(folder, name) for name in ("job.json", "model.safetensors"))
        # of parameters that are shared out there is none: they begin anew
        alone = arguments["fully_shard"]
        kept = None if alone else kept_in(folder, checkpoint, arguments["device"])
        write_job(job, {**arguments, "checkpoint": kept})
        stopped = run_in_processes([job], out, processes, report)
        fit = Fit(**load(out))
        if stopped:
            raise interrupted(fit)
        return fit


def run_in_processes(
    command: Sequence[str], out: str, processes: int, report: Report | None
) -> bool:
    """Have several processes run `nnfit.train`; tell whether the user has interrupted.

    Parameters
    ----------
    command : list of str
        What it is given.
    out : str
        Where the first of them writes what comes of it, in a folder that is this call's alone.
    processes : int
    report : callable or None

    Raises
    ------
    NNFitError
        What a process has refused, or that the processes have failed.
    KeyboardInterrupt
        If there was nothing to write when the user interrupted.
    """
    folder = os.path.dirname(out)
    with _started(folder, [*command, "--out", out, "--tell", folder], processes) as agent:
        stopped = _follow(agent, Listening(folder), report)
    if os.path.exists(out):
        return stopped
    if stopped:
        raise KeyboardInterrupt
    raise _failed(folder, agent.returncode)


def kept_in(place: str, asked: Folder | None, device: str) -> Any:
    """Say where processes write down what they train, so that they go on where one is killed.

    In the user's own folder, or else in a place that is gone afterwards; on the CPU alone.
    """
    if asked is not None:
        return asked._asdict()
    return os.path.join(place, "checkpoint") if device_of(device) == "cpu" else None


@contextmanager
def _started(
    folder: str, arguments: list[str], processes: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Start torchrun; at the end of the block nothing of it is left."""
    command = [
        _python(), "-m", "nnfit.core.jobs.agent", str(os.getpid()),
        "--standalone", f"--nproc-per-node={processes}", f"--max-restarts={RESTARTS}",
        "--monitor-interval=0.1", f"--log-dir={folder}", "-m", "nnfit.train", *arguments,
    ]  # fmt: skip
    with open(os.path.join(folder, "printed"), "wb") as printed:
        # of its own session: an interrupt at the terminal is for this process, which hands it on
        agent = subprocess.Popen(
            command, env=_environment(processes), stdin=subprocess.DEVNULL, stdout=printed,
            stderr=printed, start_new_session=True,
        )  # fmt: skip
    try:
        yield agent
    finally:
        _end(agent)


def _python() -> str:
    """Give the Python of this process; within R, `sys.executable` may be R's."""
    own = Path(sys.executable or "")
    if own.name.lower().startswith("python"):
        return str(own)
    names = ("Scripts/python.exe",) if os.name == "nt" else ("bin/python3", "bin/python")
    for name in names:
        path = Path(sys.exec_prefix) / name
        if path.exists():
            return str(path)
    raise NNFitError(
        "processes", "needs Python as a program, and this session's is not found.", "Leave it out."
    )


def _environment(processes: int) -> dict[str, str]:
    """Give the processes this nnfit, and each its share of the threads."""
    package = str(Path(__file__).resolve().parents[3])
    # with the folders of the user's own modules, of which one may be trained
    paths = [package, *os.environ.get("PYTHONPATH", "").split(os.pathsep), *sys.path]
    threads = max(torch.get_num_threads() // processes, 1)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "OMP_NUM_THREADS": str(threads),
    }


def _follow(agent: subprocess.Popen[bytes], ear: Listening, report: Report | None) -> bool:
    """Wait for the end, and hand on what is said; tell whether the user interrupted."""
    stopped = 0.0
    while True:
        ended = agent.poll() is not None
        try:
            going_on = _hand_on(ear, report)
            if not ended:
                time.sleep(EVERY)
        except KeyboardInterrupt:
            going_on = False
        if not going_on and not stopped:
            ear.stop()
            stopped = time.monotonic()
        # what is refused once is refused again, when torchrun starts the processes anew
        ended = ended or ear.refusal() is not None
        if ended or (stopped and time.monotonic() > stopped + PATIENCE):
            return stopped > 0


def _hand_on(ear: Listening, report: Report | None) -> bool:
    going_on = True
    for kind, said in ear.lines():
        if kind == "progress" and report is not None:
            going_on = report(*said) is not False and going_on
        if kind == "warnings":
            for one in said:
                warn(*one)
        if kind == "warnings for R":
            tell_again(said)
    return going_on


def _end(agent: subprocess.Popen[bytes]) -> None:
    """End torchrun and what it has started, kindly at first."""
    if agent.poll() is None:
        agent.terminate()  # it ends its processes before itself
        with suppress(subprocess.TimeoutExpired):
            agent.wait(10)
    if agent.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(agent.pid, signal.SIGKILL)
        agent.wait()


def _failed(folder: str, status: int) -> NNFitError:
    """Say why there is no fit."""
    ear = Listening(folder)
    refusal = ear.refusal()
    if refusal is not None:
        return refusal
    printed = Path(folder, "printed").read_text(encoding="utf-8", errors="replace")
    reason = ear.failure() or f"they ended with status {status}"
    return NNFitError(
        "processes",
        f"have failed: {reason}.",
        f"The last that they printed:\n{printed.strip()[-LAST:]}",
    )
