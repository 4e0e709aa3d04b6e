"""A call that trains is written down as it goes, so that the same call can go on after a crash.

A call is a row of training runs, one after the other: a single fit is one, restarts, folds and
replicates are many. What lies between two runs follows from the data and from what the runs gave.
So of a call are kept: what it is (`call`), where torch's generator was at its beginning, how each
run ended that is done, and how far the present one is. The same call does all again that lies
between the runs, but takes from the file what the runs gave, and goes on within the last.

The file is put in the place of the one before when all of it is on the disk. A lock keeps a second
session out. When the call is done nothing of both is left.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import torch

from ... import __version__
from ..ground import archive
from ..ground.errors import NNFitError, warn
from ..ground.fingerprint import in_words
from ..ground.lock import Lock, Locked
from ..ground.processes import ALONE, Processes
from ..options.asked import Asked
from ..options.folder import Folder
from ..options.resolved import Resolved
from .loop import train
from .run import Callback, Cut, Run

EVERY = 5.0  # seconds from one writing to the next
SPARING = 60  # times as long as the last writing took, at least: that is less than 2% of all time
VERSION = 1
FILE, LOCK = "nnfit-checkpoint.npz", "nnfit-checkpoint.lock"
ELSE = "Give another folder, or delete this one to begin anew."


_present: ContextVar[Keeper | None] = ContextVar("checkpoint", default=None)


class Keeper:
    """The checkpoint of one call.

    Parameters
    ----------
    folder : Folder

    Attributes
    ----------
    seed : int or None
        Of the call; where it was drawn, that of the call which wrote the file.

    Raises
    ------
    NNFitError
        If another session has the folder, or it can not be used.
    """

    def __init__(self, folder: Folder, seed: int | None):
        self.folder = folder
        with _refused(folder.path):
            os.makedirs(folder.path, exist_ok=True)
            self.lock = _lock(folder.path)
        self.path = os.path.join(folder.path, FILE)
        try:
            found = _read(self.path)
        except BaseException:
            self.lock.release()
            raise
        self._take(found, seed)

    def _take(self, found: dict[str, Any] | None, seed: int | None) -> None:
        """Begin with what is in the file; None: there is none."""
        self.found = found
        self.seed = found["call"]["seed"] if found and self.folder.drawn else seed
        self.call: dict[str, Any] = {}
        self.random: torch.Tensor
        self.done: list[dict[str, Any]] = list(self.found["done"]) if self.found else []
        self.at: dict[str, Any] | None = self.found["at"] if self.found else None
        self.runs = 0  # that have begun
        self.due = 0.0
        self.failed = False

    def begin(self) -> None:
        """Have torch's generator where it was when the call began, if nothing else governs it."""
        if self.found is not None and self.seed is None:
            torch.set_rng_state(self.found["random"])
        self.random = torch.get_rng_state()

    def settle(self, spec: Resolved, call: Callable[[], Mapping[str, Any]]) -> None:
        """Say what the call is; refuse a file of another.

        Parameters
        ----------
        spec : Resolved
        call : callable
            Gives what the call is, by names that a user knows: options, data.
        """
        if spec.device != "cpu":
            raise NNFitError(
                "checkpoint",
                f'is for training on the CPU, and the device is "{spec.device}".',
                'Leave it out, or give device "cpu".',
            )
        every = {**call(), **(self.folder.beside or {})}
        said = {name: in_words(value) for name, value in every.items()}
        self.call = {**versions(), **said, "seed": self.seed}
        if self.found is None:
            with _refused(self.folder.path):
                self._write(None)
        else:
            check_same(self.found["call"], self.call)
        self._wait(0.0)

    def run(self) -> Part:
        """Begin the next run."""
        number, self.runs = self.runs, self.runs + 1
        if number < len(self.done):
            return Part(self, self.done[number], ended=True)
        saved, self.at = self.at, None
        return Part(self, saved)

    @property
    def is_due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() >= self.due

    def write(self, state: Callable[[], dict[str, Any]] | None) -> None:
        """Write down how far the call is.

        Where that can not be done, training goes on, and the user is told once.
        """
        start = time.monotonic()
        try:
            self._write(None if state is None else state())
            self.failed = False
        except OSError as error:
            if not self.failed:
                self.failed = True
                warn(
                    "checkpoint",
                    f"could not be written to {self.folder.path}: {error.strerror or error}.",
                    "Training goes on; what was written before is still there.",
                )
        self._wait(time.monotonic() - start)

    def _write(self, at: dict[str, Any] | None) -> None:
        archive.write(self.path, {
            "version": VERSION, "call": self.call, "random": self.random, "done": self.done,
            "at": at,
        })  # fmt: skip

    def _wait(self, took: float) -> None:
        self.due = time.monotonic() + max(EVERY, SPARING * took)

    def close(self, finished: bool) -> None:
        """Let go of the folder; of a call that is finished nothing stays."""
        if finished:
            for path in (self.path, self.path + archive.NEW):
                with suppress(OSError):
                    os.unlink(path)
        self.lock.release()


class Follower(Keeper):
    """The checkpoint of a process that trains along with others: it reads what the first has read.

    The first alone writes, as all have the same to write.
    """

    is_due = False

    def __init__(self, found: dict[str, Any] | None, folder: Folder, seed: int | None):
        self.folder, self.path = folder, os.path.join(folder.path, FILE)
        self._take(found, seed)

    def settle(self, spec: Resolved, call: Callable[[], Mapping[str, Any]]) -> None:
        """Nothing is to be done: the first looks whether the file is of this call."""

    def write(self, state: Callable[[], dict[str, Any]] | None) -> None:
        """Nothing is written here."""

    def close(self, finished: bool) -> None:
        """Nothing is held."""


class NothingKept:
    """What stands for a keeper in a call without a checkpoint."""

    def begin(self) -> None:
        """Nothing is to be done."""

    def settle(self, spec: Resolved, call: Callable[[], Mapping[str, Any]]) -> None:
        """Nothing is to be done."""


class Part:
    """One run of a call.

    Parameters
    ----------
    keeper : Keeper
    saved : dict or None
        What an earlier process has written of it.
    ended : bool, default False
        Whether it was done by then.
    """

    def __init__(self, keeper: Keeper, saved: dict[str, Any] | None, ended: bool = False):
        self.keeper, self.saved, self.ended = keeper, saved, ended
        self.start = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the run has taken so far, in all processes."""
        before = self.saved["seconds"] if self.saved else 0.0
        return float(before) + (0.0 if self.ended else time.monotonic() - self.start)

    def write(self, state: Callable[[], dict[str, Any]]) -> None:
        """Write how far the run is."""
        self.keeper.write(lambda: {**state(), "seconds": self.seconds})

    def end(self, state: dict[str, Any]) -> None:
        """Note how the run has ended."""
        self.keeper.done.append({**state, "seconds": self.seconds})
        if self.keeper.is_due:
            self.keeper.write(None)


class Kept(Callback):
    """Writes a run down, and takes up what an earlier process has written; the last of callbacks.

    Parameters
    ----------
    part : Part
    values : list of Tensor
        What is trained, and the buffers beside it.
    """

    def __init__(self, part: Part, values: Sequence[torch.Tensor]):
        self.part, self.values = part, list(values)

    def on_start(self, run: Run) -> None:
        if self.part.saved is not None:
            self._take_up(run, self.part.saved)
        run.between = lambda cut: self._write_if_due(run, cut)

    def on_epoch(self, run: Run) -> None:
        if run.history.rows < run.epochs:  # else it ends here
            self._write_if_due(run, None)

    def _write_if_due(self, run: Run, cut: Cut | None) -> None:
        if self.part.keeper.is_due:
            self.part.write(lambda: self._state(run, cut))

    def _state(self, run: Run, cut: Cut | None) -> dict[str, Any]:
        assert run.engine.within is not None  # every engine has it
        return {
            "engine": run.engine.name, "values": self.values,
            "within": run.engine.within.state(), "run": run.state(),
            "cut": None if cut is None else cut.state(),
            "random": torch.get_rng_state(), "threads": torch.get_num_threads(),
        }  # fmt: skip

    def ending(self, run: Run) -> dict[str, Any]:
        """Give how a run has ended: of what the engine remembers what another may begin with."""
        memory = run.engine.memory
        return {
            "engine": run.engine.name,
            "values": [value.detach().clone() for value in self.values],
            "memory": None if memory is None else memory.state(), "run": run.state(),
            "random": torch.get_rng_state(),
        }  # fmt: skip

    def _take_up(self, run: Run, saved: Mapping[str, Any]) -> None:
        shapes = [value.shape for value in saved["values"]]
        if saved["engine"] != run.engine.name or shapes != [one.shape for one in self.values]:
            raise _damaged(self.part.keeper.path)
        with torch.no_grad():
            for place, value in zip(self.values, saved["values"]):
                place.copy_(value)
        run.load(saved["run"])
        torch.set_rng_state(saved["random"])
        if self.part.ended:
            if saved["memory"] is not None and run.engine.memory is not None:
                run.engine.memory.load(saved["memory"])
            return
        # a product's last digits may depend on how many threads share it
        torch.set_num_threads(saved["threads"])
        assert run.engine.within is not None
        run.engine.within.load(saved["within"])
        run.cut = None if saved["cut"] is None else Cut.of(saved["cut"])


def train_kept(part: Part, run: Run, values: Sequence[torch.Tensor]) -> None:
    """Train a run, or what is left of it."""
    kept = Kept(part, values)
    run.callbacks = [*run.callbacks, kept]
    with nothing_kept():
        train(run)
    if not (part.ended or run.interrupted):
        part.end(kept.ending(run))


def begin_part() -> Part | None:
    """Begin a run of the call that is kept; None: none is."""
    keeper = _present.get()
    return None if keeper is None else keeper.run()


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Run a block in which what is trained is no part of the call that is kept."""
    token = _present.set(None)
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def keeping(
    folder: Folder | None, asked: Asked, processes: Processes = ALONE
) -> Iterator[tuple[Asked, Keeper | NothingKept]]:
    """Run a block, which is a call that trains, under a checkpoint; None: without.

    The block is given what is asked, with the seed of the checkpoint where the call has drawn one.
    It says what the call is, by `begin()` and `settle()`. Where it ends by an error or an
    interrupt, the checkpoint stays.
    """
    if folder is None:
        with nothing_kept():
            yield asked, NothingKept()
        return
    keeper = Keeper(folder, asked.seed) if processes.rank == 0 else None
    (found, *_) = processes.gather(None if keeper is None else keeper.found)
    keeper = Follower(found, folder, asked.seed) if keeper is None else keeper
    with keeping_by(keeper, asked) as both:
        yield both


@contextmanager
def keeping_by(keeper: Keeper, asked: Asked) -> Iterator[tuple[Asked, Keeper]]:
    """Run a block as `keeping()` does, by a keeper that is there."""
    token = _present.set(keeper)
    finished = False
    try:
        yield replace(asked, seed=keeper.seed), keeper
        finished = True
    finally:
        _present.reset(token)
        keeper.close(finished)


def versions() -> dict[str, str]:
    """Give those on which a run's last digits may depend."""
    return {"nnfit's version": __version__, "torch's version": torch.__version__}


@contextmanager
def _refused(path: str) -> Iterator[None]:
    """Say of a folder that it can not be used, before any work is done."""
    try:
        yield
    except OSError as error:
        raise NNFitError(
            "checkpoint",
            f"can not be written to {path}: {error.strerror or error}.",
            "Give a folder that can be written to.",
        ) from error


def _lock(folder: str) -> Lock:
    try:
        return Lock(os.path.join(folder, LOCK))
    except Locked as error:
        raise NNFitError(
            "checkpoint",
            f"is a folder that another fit is writing to: {folder}.",
            "Wait for its end, or give another folder.",
        ) from error


def _read(path: str) -> dict[str, Any] | None:
    if not os.path.exists(path):
        return None
    try:
        found = archive.read(path)
    except (archive.Unreadable, OSError) as error:
        raise _damaged(path) from error
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise _damaged(path)
    return found


def _damaged(path: str) -> NNFitError:
    return NNFitError("checkpoint", f"has a file that can not be read: {path}.", ELSE)


def check_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Refuse a checkpoint of another call, by what is said of both."""
    for name in {**now, **before}:
        if before.get(name) == now.get(name):
            continue
        told = [str(one.get(name)) for one in (before, now)]
        short = all(len(one) < 32 for one in told)
        how = f": {told[0]} there, and {told[1]} here" if short else ""
        raise NNFitError("checkpoint", f"is of another call, which differs in {name}{how}.", ELSE)
