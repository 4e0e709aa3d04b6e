import numpy as np
import pytest

from nnfit.core.data import reduction
from nnfit.core.data.arrays import ArraySource, ReadyArrays
from nnfit.core.data.scaling import measure
from nnfit.core.data.table import Table
from nnfit.core.options.asked import Asked


def source(rng, weights=None, **options):
    table = Table(rng.standard_normal((30, 2)), rng.standard_normal((30, 3)), weights)
    return ArraySource(table, Asked.of({"loss": "mse", **options}).resolved(2, 3))


def test_it_counts(rng):
    rows = source(rng, weights=np.full(30, 0.5))
    assert (rows.rows, rows.weight, rows.terms) == (30, 15.0, 90.0)
    assert rows.weighted
    assert not rows.streamed
    assert source(rng).weight == 30.0


@pytest.mark.parametrize(
    ("size", "full", "step"), [(None, True, 30), (30, True, 30), (100, True, 30), (7, False, 7)]
)
def test_as_many_rows_as_there_are_make_a_full_batch(rng, size, full, step):
    rows = source(rng, batch_size=size, optimizer="adam")
    assert (rows.full_batch, rows.step_rows) == (full, step)
    assert (rows.batches(None).size is None) == full


def test_rows_are_reduced_once_and_then_tell_the_scaling(rng, monkeypatch):
    rows = source(rng)
    measured = rows.scaling()
    calls = []
    whole = reduction.reduce
    monkeypatch.setattr(reduction, "reduce", lambda table: calls.append(1) or whole(table))
    rows.triangle(), rows.triangle()
    assert len(calls) == 1
    for ours, theirs in zip(rows.scaling().plain().values(), measured.plain().values()):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    expected = measure(rows.table.x, rows.table.y, 3)
    for ours, theirs in zip(measured.plain().values(), expected.plain().values()):
        np.testing.assert_array_equal(ours, theirs)


def test_an_outcome_that_keeps_its_units_is_not_scaled(rng):
    table = Table(rng.standard_normal((9, 2)), np.ones((9, 1)))
    spec = Asked.of({"loss": "poisson_nll"}).resolved(2, 1)
    assert ArraySource(table, spec).scaling().y_scale == 1.0
    spec = Asked.of({"loss": "mse", "scale": False}).resolved(2, 1)
    assert ArraySource(table, spec).scaling() is None


def test_rows_that_are_ready_are_given_as_they_are(rng):
    rows = source(rng)
    scaling = rows.scaling()
    batch = rows.whole(scaling)
    ready = ReadyArrays(rows, batch, scaling)
    assert ready.whole(None) is batch
    assert ready.scaling() is scaling
    assert ready.batches(None).rows is batch
    assert ready.rows == 30
