import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.data.batches import Batches
from nnfit.core.data.design import Design
from nnfit.core.data.parquet import ParquetFiles
from nnfit.core.data.stream import MiniBatches, Rows, Whole
from nnfit.core.model import network as models
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named
from nnfit.core.training.stream_run import prepare


@pytest.fixture
def columns(rng):
    return {"x": rng.normal(size=40), "y": rng.normal(size=40), "g": ["a", "b"] * 20}


@pytest.fixture
def make(write_parquet, columns):
    """Prepare a run: takes options of Asked."""
    files = ParquetFiles(write_parquet(columns))

    def prepared(outcome="y", outputs=1, **options):
        spec = Asked(**{"loss": Named("mse", {}), "epochs": 3, **options}).resolved(1, outputs)
        design = Design.of_columns(["x"], [outcome], {"g": ["a", "b"]})
        return prepare(models.build(spec), [Rows(files, design, spec)], 100, None)

    return prepared


def test_squared_error_of_a_linear_model_is_trained_on_a_few_rows(make):
    run = make().run
    assert isinstance(run.batches, Batches)
    assert run.batches.rows.x.shape == (3, 2)


def test_other_models_are_trained_on_all_rows_or_in_mini_batches(make):
    assert isinstance(make(hidden_units=(3,)).run.batches, Whole)
    assert isinstance(make(loss=Named("l1", {})).run.batches, Whole)
    assert isinstance(make(batch_size=40, hidden_units=(3,)).run.batches, Whole)
    small = make(batch_size=16)
    assert isinstance(small.run.batches, MiniBatches)
    assert small.used["engine"] == "fused"


def test_the_scaling_is_that_of_the_rows(make, columns):
    prepared = make()
    np.testing.assert_allclose(prepared.scaling.x_scale, columns["x"].std(ddof=1))
    np.testing.assert_allclose(prepared.scaling.y_center, columns["y"].mean())
    assert prepared.rows == [40]
    assert make(scale=False).scaling is None


def test_weights_for_classes_need_batches_or_a_sum(make):
    weighted = Named("cross_entropy", {"weight": [1.0, 2.0]})
    classes = {"outcome": "g", "outputs": 2, "loss": weighted, "hidden_units": (3,)}
    with pytest.raises(NNFitError, match="weights for classes"):
        make(**classes)
    assert make(**classes, reduction="sum").rows == [40]
    assert make(**classes, batch_size=8).rows == [40]


def test_the_engine_is_the_one_asked_for(make):
    for batch_size in (None, 8):
        options = {"hidden_units": (3,), "batch_size": batch_size}
        assert make(**options).used["engine"] == "fused"
        assert make(**options, engine="autograd").used["engine"] == "autograd"
