import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.ground.errors import NNFitError
from nnfit.core.model.folding import linear_coefficients

LOSS = ("poisson_nll", {"link": "sqrt"})


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((90, 2))
    return x, rng.poisson(np.exp(1 + 0.3 * x[:, 0])).astype(float)


def test_it_may_be_asked_for_by_name(rows):
    assert fit(*rows, loss=LOSS, engine="reweighted")["options"]["engine"] == "reweighted"
    with pytest.raises(NNFitError, match='`engine` "reweighted" does not apply: it is for the opt'):
        fit(*rows, loss="poisson_nll", engine="reweighted", optimizer="lbfgs")


def test_rows_held_out_are_watched(rows):
    result = fit(*rows, loss=LOSS, validation=0.3, seed=1)
    valid = result["history"]["valid_loss"]
    held = result["validation_rows"]
    x, y = rows[0][held], rows[1][held]
    eta = linear_coefficients(result) @ np.vstack([np.ones(len(x)), x.T])
    expected = (eta**2 - 2 * y * np.log(np.abs(eta))).mean()
    np.testing.assert_allclose(valid[-1], expected, rtol=1e-8)


def test_batches_and_what_is_no_likelihood_are_refused(rows):
    with pytest.raises(
        NNFitError, match='`batch_size` does not go with optimizer "fisher_scoring"'
    ):
        fit(*rows, loss=LOSS, optimizer="fisher_scoring", batch_size=10)
    with pytest.raises(NNFitError, match="it is for losses that are the likelihood of a mean"):
        fit(*rows, loss="huber", optimizer="fisher_scoring")


def test_too_many_columns_are_refused(rng):
    x = rng.standard_normal((3, 1001))
    with pytest.raises(NNFitError, match="it is for up to 1000 columns"):
        fit(x, np.ones(3), loss=LOSS)


def test_files_give_what_rows_in_memory_give(rows, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    from nnfit.core import fit_parquet

    x, y = rows
    table = pyarrow.table({"a": x[:, 0], "b": x[:, 1], "y": y, "w": 1.0 + (x[:, 0] > 0)})
    parquet.write_table(table, tmp_path / "rows.parquet", row_group_size=20)
    for weights, column in ((None, None), (1.0 + (x[:, 0] > 0), "w")):
        result = fit_parquet(tmp_path / "rows.parquet", "y", ["a", "b"], loss=LOSS, weights=column)
        expected = fit(x, y, loss=LOSS, weights=weights)
        assert result["options"]["engine"] == "reweighted"
        np.testing.assert_allclose(
            linear_coefficients(result), linear_coefficients(expected), rtol=1e-10
        )
        for name in ("deviance", "dispersion", "root"):
            np.testing.assert_allclose(
                np.abs(result["information"][name]),
                np.abs(expected["information"][name]),
                rtol=1e-7,
            )
