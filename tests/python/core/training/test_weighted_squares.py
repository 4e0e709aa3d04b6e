import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.training.weighted_squares import solve


def test_it_solves_least_squares(rng):
    x, y = rng.standard_normal((20, 3)), rng.standard_normal((20, 1))
    root, step = solve(x, y)
    np.testing.assert_allclose(root @ root.T, np.linalg.inv(x.T @ x), rtol=1e-12)
    np.testing.assert_allclose(step, np.linalg.lstsq(x, y, rcond=None)[0], rtol=1e-12)


@pytest.mark.parametrize("x", [np.ones((5, 2)), np.ones((1, 2)), np.ones((3, 0))], ids=str)
def test_columns_with_nothing_of_their_own_have_no_solution(x):
    with pytest.raises(np.linalg.LinAlgError):
        solve(x, np.ones((len(x), 1)))


def test_files_are_reduced_as_tables_are(tmp_path, rng):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from nnfit.core import fit_parquet

    x = rng.standard_normal(50)
    y = rng.poisson(np.exp(x)).astype(float)
    parquet.write_table(pa.table({"x": x, "y": y}), tmp_path / "d.parquet", row_group_size=7)
    read = fit_parquet(tmp_path / "d.parquet", "y", ["x"], loss="poisson_nll")
    held = fit(x[:, None], y, loss="poisson_nll")
    for name in ("root", "deviance"):
        np.testing.assert_allclose(read.information[name], held.information[name], rtol=1e-6)
