"""What tests import: the fixtures' folder, and an outcome of each kind for tests of every loss."""

import csv
import pickle
import threading
import warnings
from pathlib import Path
from typing import Callable, NamedTuple, Optional

import numpy as np
import pytest
import torch

from nnfit.core.data.censored import surv
from nnfit.core.data.outcome import KINDS, read_outcome, target
from nnfit.core.ground.processes import Processes
from nnfit.core.options import catalog
from nnfit.core.options.catalog import Named

FIXTURES = Path(__file__).parents[1] / "testthat" / "fixtures"
ROOT = Path(__file__).resolve().parents[2]  # of the repository, or of an sdist


class KindTested(NamedTuple):
    """A kind of outcome, for tests of every loss.

    `links`: those of its losses. `bounds`: at least, above, at most, if they are the kind's.
    `draw(row, n, d)`: y (n, d), or classes (n,) as strings. `of_iris(row, iris)`: y of a fit.
    """

    links: set
    bounds: Optional[tuple]
    draw: Callable
    of_iris: Callable


def _draw_numbers(row, n, d):
    y = 3 * torch.randn(n, d, dtype=torch.float64)
    low = row.above if row.at_least is None else row.at_least
    y = y if low is None else low + y.abs()
    return (y.round() if row.whole else y).numpy()


def _draw_times(row, n, d):
    return surv(np.arange(n) % 3 > 0, torch.rand(n, dtype=torch.float64).mul(9).round().numpy())


KINDS_TESTED = {
    "numeric": KindTested(
        {"identity", "log"},
        None,
        _draw_numbers,
        lambda row, iris: np.round(iris.x[:, 3]) if row.whole else iris.x[:, 3],
    ),
    "class": KindTested(
        {"softmax", "margin"},
        (None, None, None),
        lambda row, n, d: np.array(["a", "b", "c"])[np.arange(n) % 3],
        lambda row, iris: iris.y,
    ),
    "binary": KindTested(
        {"logit", "probability"},
        (0.0, None, 1.0),
        lambda row, n, d: torch.randint(2, (n, d)).double().numpy(),
        lambda row, iris: iris.y == "virginica",
    ),
    "survival": KindTested(
        {"log"},
        (None, None, None),
        _draw_times,
        lambda row, iris: surv(iris.y != "setosa", iris.x[:, 3]),
    ),
}


def outcome_for(row, n=60, d=1):
    """Draw what a loss compares with: (n, d), or classes (n,)."""
    y = read_outcome(KINDS_TESTED[row.outcome].draw(row, n, d), None, row.outcome)
    return as_trained(row, target(y, Named(row.name, {}), n))


def as_trained(row, values):
    """Make the tensor that a loss is given of a target: of some kinds it has codes."""
    codes = KINDS[row.outcome].codes
    return torch.from_numpy(values if codes is None else codes(values))


def output_for(row, n=60, d=1, args=None):
    """Draw what the last Linear layer gives a loss: (n, heads * d), or three scores of classes."""
    checked = catalog.parse("loss", (row.name, args or {})).args
    width = 3 if row.outcome == "class" else d * len(row.heads_under(checked))
    width = 1 if row.joint else width
    return 2 * torch.randn(n, width, dtype=torch.float64)


def through(row, output):
    """Compute what a network gives that ends as one for this loss does."""
    return catalog.build("activation", Named(row.output, {}))(output) if row.output else output


class Data(NamedTuple):
    """Columns (n, k), and an outcome (n,)."""

    x: np.ndarray
    y: np.ndarray


def read_fixture(name):
    """Read the rows of a CSV file, without its header."""
    with open(FIXTURES / name, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def imported(*libraries):
    """Import optional libraries, or skip; what they warn of as they load is not ours to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for library in libraries:
            pytest.importorskip(library, reason=f"needs {library.partition('.')[0]}")


def read_r(name):
    """Read a file of R's sources; skips where they are not, as in an sdist."""
    path = ROOT / "R" / name
    if not path.exists():
        pytest.skip("R's sources are not here")
    return path.read_text(encoding="utf-8")


# optimizers that have an update of ours, their arguments, and the momentum
OPTIMIZERS_TESTED = [
    ("sgd", {}, 0.0),
    ("sgd", {}, 0.9),
    ("sgd", {"dampening": 0.5}, 0.9),
    ("sgd", {"nesterov": True}, 0.9),
    ("adam", {}, 0.0),
    ("adam", {"betas": [0.8, 0.95], "eps": 1e-3}, 0.0),
    ("adam", {"amsgrad": True}, 0.0),
    ("adamw", {}, 0.0),
    ("rmsprop", {}, 0.0),
    ("rmsprop", {"alpha": 0.9, "eps": 1e-3}, 0.5),
    ("rmsprop", {"centered": True}, 0.0),
    ("adagrad", {}, 0.0),
    ("adagrad", {"initial_accumulator_value": 0.1, "eps": 1e-3}, 0.0),
]


def read_survival():
    """Read 40 rows with ties: times as `surv()` takes them, weights, an offset, two columns."""
    rows = read_fixture("survival.csv")
    stratum = np.array([row[3] for row in rows])
    start, stop, event, weight, offset, *x = np.array(
        [[float(cell) for cell in row[:3] + row[4:]] for row in rows]
    ).T
    times = {"event": event == 1, "time": stop}
    more = {"start": start, "stratum": stratum}
    return times, more, weight, offset, np.stack(x, axis=1)


class Meeting:
    """Where threads that stand for processes meet, to see what each of them has."""

    def __init__(self, size, patience=60):
        self.size, self.patience = size, patience
        self.barrier = threading.Barrier(size)
        self.brought = [None] * size
        self.errors = []

    def of_all(self, rank, value):
        """Give what each has brought, in order: copies, as between processes."""
        self.brought[rank] = pickle.dumps(value)
        self.barrier.wait(self.patience)
        seen = [pickle.loads(one) for one in self.brought]
        self.barrier.wait(self.patience)
        return seen


class AsThread(Processes):
    """One of several processes that are threads of this one."""

    def __init__(self, meeting, rank):
        self.meeting, self.rank, self.size = meeting, rank, meeting.size

    def gather(self, value):
        return self.meeting.of_all(self.rank, value)

    def add_up(self, *values):
        for value in values:
            total = sum(self.gather(value.detach()))
            with torch.no_grad():
                value.copy_(total)


def as_threads(size, work):
    """Run `work(processes)` in each of some threads; give what they give, in order.

    Where one raises the others do not wait for it, and its error is raised here. Torch's generator
    is one for all of them: what draws from it is run one after the other instead.
    """
    meeting, given = Meeting(size), [None] * size

    def run(rank):
        try:
            given[rank] = work(AsThread(meeting, rank))
        except BaseException as error:
            meeting.errors.append(error)
            meeting.barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if meeting.errors:
        raise meeting.errors[0]
    return given


class OneOf(Processes):
    """A process by its number among several, for what asks the others nothing."""

    def __init__(self, rank, size):
        self.rank, self.size = rank, size

    def gather(self, value):
        raise AssertionError("the others are not there")

    add_up = gather


class InMemory:
    """A board where threads leave words for each other, and count, as torch's store has it."""

    def __init__(self):
        self.words, self.changed = {}, threading.Condition()

    def set(self, key, value):
        with self.changed:
            self.words[key] = value.encode()
            self.changed.notify_all()

    def get(self, key):
        with self.changed:
            assert self.changed.wait_for(lambda: key in self.words, 60)
            return self.words[key]

    def check(self, keys):
        return all(key in self.words for key in keys)

    def add(self, key, amount):
        with self.changed:
            self.words[key] = self.words.get(key, 0) + amount
            return self.words[key]
