import pytest
import torch
from torch import nn

from nnfit.core import NNFitError
from nnfit.core.data.design import Design
from nnfit.core.data.files import FileRows, FileSource
from nnfit.core.data.parquet import ParquetFiles
from nnfit.core.data.stream import FullBatch, MiniBatches
from nnfit.core.data.table import Batch
from nnfit.core.engines.base import DoesNotApply, Job
from nnfit.core.engines.choose import choose
from nnfit.core.engines.chunks import ChunkShare
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused.network import Program
from nnfit.core.engines.stream import StreamProgram, check
from nnfit.core.model import network as networks
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_program_of_parts_has_the_loss_and_gradient_of_all_rows(reduction, weighted):
    spec = Asked.of({"loss": "huber", "reduction": reduction, "dtype": "float64"}).resolved(2, 1)
    torch.manual_seed(1)
    network = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    x, y = torch.randn(30, 2).double(), torch.randn(30, 1).double()
    weights = torch.rand(30).double() if weighted else None
    parts = [[None] * 3 if c is None else c.split([5, 1, 24]) for c in (x, y, weights)]
    mass = float(weights.sum()) if weighted else 30.0
    share = ChunkShare(mass if reduction == "mean" else None)
    loss, flat = Loss(spec, 1.0, weighted), Flat.adopt(network)
    whole = Program(list(network), flat, loss, Batch(x, y, weights))
    chunks = [Batch(*part) for part in zip(*parts)]
    found = []
    for program in (whole, StreamProgram(chunks, share, list(network), flat, loss)):
        flat.grad.zero_()
        for op in program.forward + program.backward:
            op()
        found.append(torch.cat([program.loss.reshape(1), flat.grad]))
    torch.testing.assert_close(found[1], found[0])


@pytest.fixture
def make(write_parquet, rng):
    """Make a job on files: takes options of Asked."""
    columns = {"x": rng.normal(size=40), "y": rng.normal(size=40), "g": ["a", "b"] * 20}
    files = ParquetFiles(write_parquet(columns))

    def job(outcome="y", outputs=1, **options):
        spec = Asked(**{"loss": Named("mse", {}), "epochs": 3, **options}).resolved(1, outputs)
        design = Design.of_columns(["x"], [outcome], {"g": ["a", "b"]})
        source = FileSource(FileRows(files, design, spec), spec, buffer=100)
        return Job(networks.build(spec), spec, source)

    return job


def test_squared_error_of_a_linear_model_is_trained_on_a_few_rows(make):
    engine = choose(make())
    assert engine.name == "least_squares"
    assert engine.batches.rows.x.shape == (3, 2)


def test_other_models_are_trained_on_all_rows_or_in_mini_batches(make):
    absolute = {"loss": Named("l1", {}), "optimizer": Named("adam", {})}
    for options in ({"hidden_units": (3,)}, absolute,
                    {"batch_size": 40, "hidden_units": (3,)}):  # fmt: skip
        engine = choose(make(**options))
        assert isinstance(engine.batches, FullBatch)
        assert engine.name == "stream"
    small = choose(make(batch_size=16))
    assert isinstance(small.batches, MiniBatches)
    assert small.name == "fused"


def test_weights_for_classes_need_batches_or_a_sum(make):
    weighted = Named("cross_entropy", {"weight": [1.0, 2.0]})
    classes = {"outcome": "g", "outputs": 2, "loss": weighted, "hidden_units": (3,)}
    with pytest.raises(NNFitError, match="weights for classes"):
        choose(make(**classes))
    assert choose(make(**classes, reduction="sum")).name == "autograd"
    assert choose(make(**classes, batch_size=8)).name == "autograd"


def test_the_engine_is_the_one_asked_for(make):
    for batch_size, fast in ((None, "stream"), (8, "fused")):
        options = {"hidden_units": (3,), "batch_size": batch_size}
        assert choose(make(**options)).name == fast
        assert choose(make(**options, engine="fused")).name == fast
        assert choose(make(**options, engine="autograd")).name == "autograd"


def test_what_it_does_not_take_says_why(make):
    with pytest.raises(DoesNotApply, match="Parquet files without `batch_size`"):
        check(make(hidden_units=(3,), batch_size=8))
    with pytest.raises(
        NNFitError, match='"stream" does not apply: it is for Parquet files without'
    ):
        choose(make(hidden_units=(3,), batch_size=8, engine="stream"))
    with pytest.raises(NNFitError, match="neither dropout nor rows from files"):
        choose(make(hidden_units=(3,), optimizer=Named("levenberg_marquardt", {})))
