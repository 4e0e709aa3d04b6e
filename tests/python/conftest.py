"""Fixed seeds for every test, the data they share, and independent answers to compare with."""

import numpy as np
import pytest
import torch

from support import ROOT, Data, read_fixture

# of the repository: an sdist has these tests, and not all of what they read
OF_SOURCES = [
    "test_examples.py", "test_layers.py", "test_memory.py", "test_mirror.py", "test_mutants.py",
    "test_packaging.py", "test_reference.py", "test_screens.py", "test_seam.py",
]  # fmt: skip
collect_ignore = [] if (ROOT / "CONTRIBUTING.md").exists() else OF_SOURCES


def pytest_collection_modifyitems(items):
    """Leave out what the oldest torch that is claimed (2.4) does not have, and says so."""
    if not hasattr(torch.optim, "Adafactor"):
        for item in items:
            if "adafactor" in item.name:
                item.add_marker(pytest.mark.skip(reason="this torch lacks Adafactor"))


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

    def write(columns, name="rows.parquet", row_group_size=7, **how):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(pyarrow.table(columns), path, row_group_size=row_group_size, **how)
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


@pytest.fixture(scope="session")
def meeting():
    """Leave a test out where torch is built so that torchrun's processes can not meet."""
    from nnfit.core.ground.errors import NNFitError
    from nnfit.core.ground.processes import check_meeting

    try:
        check_meeting()
    except NNFitError as error:
        pytest.skip(str(error))
