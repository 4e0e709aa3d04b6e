"""Fixed seeds for every test, the data they share, and independent answers to compare with."""

import csv
from pathlib import Path
from typing import Callable, NamedTuple, Optional

import numpy as np
import pytest
import torch

from nnfit.core.data.outcome import read_outcome, target
from nnfit.core.options import catalog
from nnfit.core.options.catalog import Named

FIXTURES = Path(__file__).parents[1] / "testthat" / "fixtures"


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
}


def outcome_for(row, n=60, d=1):
    """Draw what a loss compares with: (n, d), or classes (n,)."""
    y = read_outcome(KINDS_TESTED[row.outcome].draw(row, n, d), None, row.outcome)
    return torch.from_numpy(target(y, Named(row.name, {}), n))


def output_for(row, n=60, d=1):
    """Draw what the last Linear layer gives a loss: (n, heads * d), or three scores of classes."""
    width = 3 if row.outcome == "class" else d * len(row.heads)
    return 2 * torch.randn(n, width, dtype=torch.float64)


def through(row, output):
    """Compute what a network gives that ends as one for this loss does."""
    return catalog.build("activation", Named(row.output, {}))(output) if row.output else output


class Data(NamedTuple):
    x: np.ndarray
    y: np.ndarray


def read_fixture(name):
    with open(FIXTURES / name, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


@pytest.fixture(autouse=True)
def _fixed_seeds():
    torch.manual_seed(20)
    np.random.seed(20)  # noqa: NPY002


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture(scope="session")
def thermometer():
    """Eleven readings of an unknown scale (x) and of Celsius (y)."""
    c = [0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0]
    u = [35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4]
    return Data(np.array(u)[:, None], np.array(c))


@pytest.fixture(scope="session")
def mtcars():
    """Miles per gallon (y) and ten collinear columns (x) of 32 cars."""
    table = np.array([[float(cell) for cell in row[1:]] for row in read_fixture("mtcars.csv")])
    return Data(table[:, 1:], table[:, 0])


@pytest.fixture(scope="session")
def iris():
    """Four measurements (x) and the species (y) of 150 flowers."""
    rows = read_fixture("iris.csv")
    return Data(np.array([row[:4] for row in rows], dtype=float), np.array([r[4] for r in rows]))


@pytest.fixture(scope="session")
def two_layer_loss():
    """The 500 losses of the published two-layer program, as printed: 3 significant digits."""
    return [float(row[1]) for row in read_fixture("two-layer-loss.csv")]


@pytest.fixture(scope="session")
def least_squares():
    """Coefficients (intercept first) by LAPACK, for judging the descent."""

    def solve(x, y, weights=None, bias=True):
        design = np.column_stack([np.ones(len(x)), x]) if bias else x
        root = np.ones(len(x)) if weights is None else np.sqrt(weights)
        solution = np.linalg.lstsq(design * root[:, None], (y.T * root).T, rcond=None)[0]
        return solution if bias else np.concatenate([[0.0], solution])

    return solve


@pytest.fixture
def write_parquet(tmp_path):
    """Write columns to a Parquet file in small row groups; skips where pyarrow is missing."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    def write(columns, name="rows.parquet", row_group_size=7):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(pyarrow.table(columns), path, row_group_size=row_group_size)
        return str(path)

    return write


def _through_r(value):
    """Give a fit back as R does: single values as scalars, arrays in Fortran order."""
    if isinstance(value, dict):
        return {name: _through_r(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return float(value.item()) if value.size == 1 else np.asfortranarray(value)
    if isinstance(value, list):
        value = [_through_r(one) for one in value]
        return value[0] if len(value) == 1 else value
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.fixture
def kept_by_r():
    """Give what R keeps of a fit, as R gives it back: scalars, and arrays in Fortran order."""
    parts = ("parameters", "scaling", "options")
    return lambda result: _through_r({name: result[name] for name in parts})
