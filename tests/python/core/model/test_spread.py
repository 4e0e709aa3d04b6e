import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.model.fit import FitView
from nnfit.core.model.spread import is_even, spread_at


def spec_of(loss, y):
    x = np.arange(len(y), dtype=float)[:, None]
    return FitView(fit(x, y, loss=loss, hidden_units=2, epochs=1, seed=1)).spec


POSITIVE = np.arange(1.0, 11.0)


@pytest.mark.parametrize(
    ("loss", "spread"),
    [
        ("poisson_nll", np.sqrt),
        ("gamma_nll", lambda mean: mean),
        ("inverse_gaussian_nll", lambda mean: mean**1.5),
        (("tweedie_nll", {"power": 1.2}), lambda mean: mean**0.6),
        (("negative_binomial_nll", {"dispersion": 3}), lambda mean: np.sqrt(mean + 3 * mean**2)),
    ],
)
def test_outcomes_scatter_as_their_likelihood_has_it(loss, spread):
    spec = spec_of(loss, POSITIVE)
    assert not is_even(spec)
    mean = np.array([[0.1], [2.0], [50.0]])
    np.testing.assert_allclose(spread_at(mean, np.log(mean), spec), spread(mean))
    none = np.array([[0.0], [-1.0], [np.inf], [np.nan]])
    assert np.isinf(spread_at(none, none, spec)).all()


def test_a_variance_that_is_modelled_is_the_spread():
    spec = spec_of("gaussian_nll", POSITIVE)
    assert not is_even(spec)
    link = np.array([[0.0, np.log(9.0)], [-5.0, np.log(0.25)]])
    np.testing.assert_allclose(spread_at(link[:, :1], link, spec), [[3.0], [0.5]])


@pytest.mark.parametrize("loss", ["mse", "l1", "huber", "quantile"])
def test_of_other_losses_all_rows_scatter_alike(loss):
    assert is_even(spec_of(loss, POSITIVE))
