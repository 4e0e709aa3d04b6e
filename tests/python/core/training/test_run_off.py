import numpy as np
import pytest

from nnfit.core import fit

COUNTS = ["poisson_nll", "negative_binomial_nll", "tweedie_nll"]
CLASSES = ["logit", "probit", "cauchit", "cloglog"]
GROUP = np.repeat([0.0, 1.0], 20)


def kind(x, y, loss, **options):
    fault = fit(x, y, loss=loss, **options).get("fault")
    return fault and fault["kind"]


@pytest.fixture
def x(rng):
    return np.column_stack([GROUP, rng.standard_normal(40)])


@pytest.mark.parametrize("loss", COUNTS)
def test_counts_that_are_all_0_in_a_group(x, loss, rng):
    y = rng.poisson(3, 40) * (1 - GROUP)
    assert kind(x, y, loss) == "vanished"
    assert kind(x[:, 1:], y, loss) is None  # no predictor sets them apart
    y[-1] = 1
    assert kind(x, y, loss) is None


@pytest.mark.parametrize("loss", COUNTS)
def test_counts_that_are_0_beyond_a_border(loss):
    x = np.arange(10.0)[:, None]
    assert kind(x, np.array([0.0] * 9 + [7]), loss) == "vanished"
    assert kind(x, np.array([0.0] * 7 + [1, 2, 7]), loss) is None


@pytest.mark.parametrize("link", CLASSES)
def test_a_group_of_one_class(x, link, rng):
    y = np.where(GROUP > 0, 1.0, rng.random(40) < 0.5)
    loss = ("bce_with_logits", {"link": link})
    assert kind(x, y, loss) == "nearly_separated"
    y[-1] = 0
    assert kind(x, y, loss) is None


def test_a_row_that_is_far_from_an_end_has_its_maximum(rng):
    x = rng.standard_normal((80, 1))
    x[0] = -30
    y = rng.poisson(np.exp(x[:, 0]))
    made = fit(x, y, loss="poisson_nll")
    assert made.fitted.min() < 1e-8
    assert made.get("fault") is None
    labels = (rng.random(80) < 1 / (1 + np.exp(-x[:, 0]))) * 1.0
    assert kind(x, labels, ("bce_with_logits", {"link": "probit"})) is None


def test_small_rates_alone_are_no_end(rng):
    # ten thousand rows in which next to nothing happens
    x, offset = rng.standard_normal((10000, 1)), np.full(10000, -8.0)
    y = (rng.random(10000) < 0.003).astype(float)
    assert kind(x, y, "poisson_nll", offset=offset) is None


def test_rows_of_no_weight_and_descents_say_nothing(x, rng):
    y = rng.poisson(3, 40) * (1 - GROUP)
    y[-1] = 2
    weights = np.ones(40)
    assert kind(x, y, "poisson_nll", weights=weights) is None
    weights[-1] = 0
    assert kind(x, y, "poisson_nll", weights=weights) == "vanished"
    assert kind(x, y * weights, "poisson_nll", optimizer="adam", epochs=5) is None
    assert kind(x, y * weights, "poisson_nll", penalty=0.1) is None


def test_one_of_several_outcomes(x, rng):
    y = rng.poisson(3, (40, 2))
    assert kind(x, y, "poisson_nll") is None
    y[:, 1] *= GROUP == 0
    assert kind(x, y, "poisson_nll") == "vanished"
