import numpy as np
import pytest

from nnfit.core.data.table import Table
from nnfit.core.model import network as models
from nnfit.core.options.asked import Asked
from nnfit.core.training.prepare import prepare


def prepared(rows, **options):
    spec = Asked.of({"loss": "mse", **options}).resolved(rows.x.shape[1], rows.y.shape[1])
    return prepare(models.build(spec), spec, rows, rows)


@pytest.mark.parametrize(
    ("options", "engine", "rows_seen"),
    [
        ({}, "fused", 4),  # 1, x, x and y
        ({"engine": "autograd"}, "autograd", 20),
        ({"hidden_units": 3}, "fused", 20),
        ({"hidden_units": 3, "activation": "mish"}, "autograd", 20),
    ],
)
def test_the_cheapest_sound_way_is_taken(rng, options, engine, rows_seen):
    rows = Table(rng.standard_normal((20, 2)), rng.standard_normal((20, 1)))
    ready = prepared(rows, **options)
    assert ready.engine.name == engine
    assert len(ready.batch.x) == rows_seen
    assert (ready.condition is not None) == (rows_seen == 4)


@pytest.mark.parametrize("options", [{}, {"engine": "autograd"}, {"hidden_units": 3}])
def test_losses_are_brought_into_the_users_units(rng, options):
    rows = Table(rng.standard_normal((20, 2)), 100 * rng.standard_normal((20, 1)))
    ready = prepared(rows, **options)
    assert ready.factor == pytest.approx(np.var(rows.y, ddof=1))
    assert ready.validation() == pytest.approx(ready.engine.step(ready.batch), rel=1e-5)
