import numpy as np
import pytest

from nnfit.core import NNFitError, fit_parquet, predict, predict_parquet
from nnfit.core.data import parquet

pa = pytest.importorskip("pyarrow")


@pytest.fixture
def flowers(write_parquet, iris):
    columns = {name: iris.x[:, j] for j, name in enumerate("abcd")}
    return write_parquet({**columns, "species": iris.y})


@pytest.fixture
def found(flowers):
    return fit_parquet(flowers, "species", hidden_units=4, epochs=20, seed=1)


@pytest.mark.parametrize("kind", ["response", "link"])
def test_files_are_predicted_as_arrays_are(flowers, found, iris, kind, monkeypatch):
    monkeypatch.setattr(parquet, "CHUNK_ROWS", (8, 16))
    monkeypatch.setattr(parquet, "CHUNK_BYTES", 1)
    streamed = predict_parquet(found, flowers, type=kind)
    np.testing.assert_allclose(streamed, predict(found, iris.x, type=kind), rtol=1e-5, atol=1e-6)


def test_a_row_with_a_missing_predictor_is_nan(found, write_parquet):
    new = {name: [1.0, 2.0, 3.0] for name in "abc"}
    path = write_parquet({**new, "d": [1.0, None, 3.0]}, "new.parquet")
    missing = np.isnan(predict_parquet(found, path))
    np.testing.assert_array_equal(missing.all(axis=1), [False, True, False])
    np.testing.assert_array_equal(missing.any(axis=1), [False, True, False])


def test_what_can_not_work_is_refused(found, flowers, write_parquet):
    with pytest.raises(NNFitError, match="`type` must be"):
        predict_parquet(found, flowers, type="class")
    with pytest.raises(NNFitError, match='no column "a"'):
        predict_parquet(found, write_parquet({"z": [1.0]}, "z.parquet"))
