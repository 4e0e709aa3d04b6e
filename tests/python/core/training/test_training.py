import numpy as np
import pytest

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
