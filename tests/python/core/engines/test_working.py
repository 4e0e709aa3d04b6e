import numpy as np
import pytest

from nnfit.core.data.table import Table
from nnfit.core.engines.one_layer import output_of
from nnfit.core.engines.working import working
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked
from nnfit.core.repeats.replicas import job_of


def job_for(loss, x, y, weights=None):
    table = Table(x, y[:, None], weights)
    asked = Asked.of({"loss": loss, "scale": False}).with_outcome(None, False)
    spec = networks.resolve(None, table, asked)
    return job_of(networks.make(None, table, spec), spec, table, None)


def seen(job):
    (batch,) = job.chunks()
    return output_of(batch, job).numpy(), working(batch, job)


@pytest.fixture
def rows(rng):
    return rng.standard_normal((20, 2)), rng.integers(1, 9, 20).astype(float)


def test_of_counts(rows):
    eta, found = seen(job_for("poisson_nll", *rows))
    mean, y = np.exp(eta), rows[1][:, None]
    np.testing.assert_allclose(found.weights, mean)
    np.testing.assert_allclose(found.residual, (y - mean) / mean)
    np.testing.assert_allclose(found.pearson, ((y - mean) ** 2 / mean).sum(0))
    deviance = 2 * (y * np.log(y / mean) - (y - mean)).sum(0)
    np.testing.assert_allclose(found.deviance, deviance)


def test_weights_multiply(rows, rng):
    weights = rng.integers(0, 4, 20).astype(float)
    _, plain = seen(job_for("gamma_nll", *rows))
    job = job_for("gamma_nll", *rows, weights)
    job.network.load_state_dict(job_for("gamma_nll", *rows).network.state_dict())
    eta, found = seen(job)
    np.testing.assert_allclose(found.weights[:, 0], weights)  # its information is 1 a row
    mean, y = np.exp(eta), rows[1][:, None]
    np.testing.assert_allclose(found.residual, (y - mean) / mean)
    np.testing.assert_allclose(found.pearson, (weights[:, None] * ((y - mean) / mean) ** 2).sum(0))
    assert plain.weights.shape == found.weights.shape


def test_a_mean_that_is_its_own_link(rows):
    job = job_for(("poisson_nll", {"log_input": False}), *rows)
    job.network[0].bias.data.fill_(5.0)
    mean, found = seen(job)
    np.testing.assert_allclose(found.weights, 1 / mean)
    np.testing.assert_allclose(found.residual, rows[1][:, None] - mean)


def test_of_a_variance_for_each_row(rows):
    output, found = seen(job_for("gaussian_nll", *rows))
    mean, variance, y = output[:, :1], np.exp(output[:, 1:]), rows[1][:, None]
    np.testing.assert_allclose(found.weights, np.hstack([1 / variance, np.full_like(mean, 0.5)]))
    squares = (y - mean) ** 2 / variance
    np.testing.assert_allclose(found.residual, np.hstack([y - mean, squares - 1]))
    assert found.deviance is None


def test_a_row_that_says_nothing(rows):
    x, y = rows
    job = job_for("bce_with_logits", x, (y > 4) * 1.0)
    job.network[0].bias.data.fill_(1e4)
    with np.errstate(all="ignore"):
        _, found = seen(job)
    assert not found.weights.any()
    assert not found.residual.any()
