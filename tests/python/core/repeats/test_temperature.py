import numpy as np
import pytest
from torch import nn

from nnfit.core import fit, predict
from nnfit.core.data.table import Table
from nnfit.core.options.asked import Asked
from nnfit.core.repeats import tuning
from nnfit.core.repeats.temperature import TEMPERATURES, temperature


def drawn(rng, true, k=3):
    """Give scores, and classes drawn from them divided by a temperature."""
    scores = 3 * rng.standard_normal((4000, k))
    noise = rng.gumbel(size=scores.shape)
    return scores, (scores / true + noise).argmax(1)


def found(scores, y, loss="cross_entropy", output=None, **columns):
    asked = Asked.of({"loss": loss, "hidden_units": 2}).with_outcome(("a", "b", "c"))
    spec = asked.resolved(1, scores.shape[1])
    return temperature(scores, Table(scores, y, **columns), spec, output or nn.Identity())


@pytest.mark.parametrize("true", [0.7, 1.0, 1.5])
def test_the_temperature_that_the_classes_were_drawn_under_is_found(rng, true):
    scores, y = drawn(rng, true)
    assert found(scores, y) == pytest.approx(true, rel=0.08)
    assert found(scores, y, "nll", nn.LogSoftmax(1)) == found(scores, y)


def test_two_classes(rng):
    scores, y = drawn(rng, 1.5, 2)
    one, y = scores[:, 1:] - scores[:, :1], y[:, None].astype(float)
    asked = Asked.of({"hidden_units": 2}).with_outcome(("a", "b"))
    spec = asked.resolved(1, 1)
    assert temperature(one, Table(one, y), spec, nn.Identity()) == pytest.approx(1.5, rel=0.1)


def test_offsets_and_weights_count(rng):
    scores, y = drawn(rng, 0.7)
    shift = rng.standard_normal(scores.shape)
    shifted = scores - 0.7 * shift
    assert found(shifted, y, offset=shift) == pytest.approx(0.7, rel=0.08)
    other = np.where(np.arange(4000) < 2000, y, 0)
    weights = np.where(np.arange(4000) < 2000, 1.0, 0.0)
    assert found(scores, other, weights=weights) == pytest.approx(0.7, rel=0.1)


def test_one_is_among_them():
    assert 1.0 in TEMPERATURES


def test_probabilities_of_a_fit_are_those_under_its_temperature(rng, monkeypatch):
    x = rng.standard_normal((90, 2))
    y = np.where(x[:, 0] + rng.standard_normal(90) > 0, "a", "b")
    options = {"hidden_units": 4, "seed": 1}
    made = fit(x, y, **options)
    monkeypatch.setattr(tuning, "tempered", lambda path, trained, spec: (trained, 1.0))
    plain = fit(x, y, **options)
    degrees = made.tuning["temperature"]
    assert degrees != 1
    np.testing.assert_allclose(
        predict(made, x, type="link"), predict(plain, x, type="link") / degrees, rtol=1e-5
    )


def test_numbers_have_none(rng):
    x = rng.standard_normal((40, 2))
    assert fit(x, x[:, 0], hidden_units=4, seed=1).tuning["temperature"] is None
