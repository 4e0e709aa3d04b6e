import numpy as np
import pytest
from torch import nn

from nnfit.core import NNFitError, fit, fit_parquet
from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.table import Table
from nnfit.core.engines.base import Job
from nnfit.core.engines.choose import choose
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked
from nnfit.core.training.training import train_one


def job(rows, **options):
    spec = Asked.of({"loss": "mse", **options}).resolved(rows.x.shape[1], rows.y.shape[1])
    source = ArraySource(rows, spec)
    return Job(networks.build(spec), spec, source, source)


@pytest.mark.parametrize("options", [{}, {"engine": "autograd"}, {"hidden_units": 3}])
def test_losses_are_brought_into_the_users_units(rng, options):
    rows = Table(rng.standard_normal((20, 2)), 100 * rng.standard_normal((20, 1)))
    engine = choose(job(rows, **options))
    assert engine.factor == pytest.approx(np.var(rows.y, ddof=1))
    assert engine.validation() == pytest.approx(engine.step(engine.batches.rows), rel=1e-5)


def test_what_training_gives_says_how_it_was_trained(rng):
    rows = Table(rng.standard_normal((20, 2)), rng.standard_normal((20, 1)))
    trained = train_one(job(rows), None)
    assert (trained.engine, trained.stopped, trained.best_epoch) == (
        "least_squares", "converged", None,
    )  # fmt: skip
    assert trained.condition >= 1
    assert trained.seconds > 0
    assert trained.final_losses[0] == trained.history["train_loss"][-1]
    stopped = train_one(job(rows, hidden_units=3, stop_iter=2, learn_rate=0.5), None)
    assert stopped.engine == "fused"
    assert stopped.condition is None
    assert stopped.final_losses[1] == stopped.history["valid_loss"].min()


def normalised():
    return nn.Sequential(nn.Linear(1, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))


@pytest.mark.parametrize("batch_size", [2, 3, 4, 8, None])
def test_a_last_batch_of_one_row_trains_a_model_with_batch_normalisation(batch_size):
    x = np.linspace(-1, 1, 9)
    made = fit(x, x**2, model=normalised(), batch_size=batch_size, epochs=3, seed=1)
    assert np.isfinite(made["history"]["train_loss"]).all()


def test_batch_normalisation_on_files(write_parquet):
    x = np.linspace(-1, 1, 9)
    path = write_parquet({"x": x, "y": x**2})
    for shuffle in (True, False):
        made = fit_parquet(
            path, "y", model=normalised(), batch_size=4, epochs=3, seed=1, shuffle=shuffle
        )
        assert np.isfinite(made["history"]["train_loss"]).all()


@pytest.mark.parametrize(("rows", "batch_size"), [(9, 1), (1, None)])
def test_steps_of_one_row_are_refused_where_rows_are_compared(rows, batch_size):
    x = np.linspace(-1, 1, rows)
    with pytest.raises(NNFitError, match="a step is one row") as caught:
        fit(x, x**2, model=normalised(), batch_size=batch_size, epochs=3, scale=False)
    assert caught.value.argument == "model"


def test_other_errors_of_a_model_are_its_own():
    class Odd(nn.Linear):
        def forward(self, x):
            if self.training:
                raise ValueError("odd")
            return super().forward(x)

    with pytest.raises(ValueError, match="^odd$"):
        fit(np.arange(4.0), np.arange(4.0), model=Odd(1, 1), epochs=2)
