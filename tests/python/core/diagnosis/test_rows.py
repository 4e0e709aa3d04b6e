import numpy as np
import pytest
from torch import nn

from nnfit.core import NNFitError, fit, surv
from nnfit.core.diagnosis.rows import open_fit


def opened(made, x, y, weights=None, offset=None, model=None):
    return open_fit(made, x, y, weights, offset, model)


@pytest.fixture
def data(rng):
    x = rng.standard_normal((40, 3))
    return x, x[:, 0] + 0.1 * rng.standard_normal(40)


def test_rows_of_the_fit_are_known_and_parted(data):
    x, y = data
    made = fit(x, y, hidden_units=4, epochs=5, validation=0.25, seed=1)
    one = opened(made, x, y)
    assert one.own and len(one.training.x) == 30 and len(one.held_out.x) == 10
    np.testing.assert_array_equal(one.held_out.x, x[np.sort(made.validation_rows)])
    other = opened(made, x[:20], y[:20])
    assert not other.own and other.held_out is None and len(other.training.x) == 20
    assert not opened(made, x[::-1], y[::-1]).own


def test_outputs_are_those_of_the_fit(data):
    x, y = data
    made = fit(x, y, hidden_units=4, epochs=5, seed=1)
    output = opened(made, x, y).outputs(opened(made, x, y).training).numpy()
    scale = made.scaling
    np.testing.assert_allclose(output * scale["y_scale"] + scale["y_center"], made.fitted, 1e-5)


def test_weights_of_rows_and_classes_are_multiplied(data):
    x, y = data
    labels = np.where(y > 0, 2, 1)  # whole numbers that are labels
    weights = np.arange(40.0)
    made = fit(x, labels, weights=weights, loss="bce_with_logits", class_weights={"1": 1, "2": 5})
    one = opened(made, x, labels, weights)
    assert one.own and len(one.training.x) == 39  # the first has weight 0
    np.testing.assert_allclose(one.training.weights, (weights * np.where(labels == 2, 5, 1))[1:])
    np.testing.assert_array_equal(one.training.y[:, 0], labels[1:] - 1)


def test_positions_among_levels_are_taken_as_such(data):
    x, y = data
    codes = (y > 0).astype(int)
    made = fit(x, codes, levels=["no", "yes"], hidden_units=2, epochs=3, seed=1)
    np.testing.assert_array_equal(opened(made, x, codes).training.y[:, 0], codes)
    labels = np.array(["no", "yes"])[codes]
    np.testing.assert_array_equal(opened(made, x, labels).training.y[:, 0], codes)


def test_censored_times_come_in_one_batch(data):
    x, y = data
    times = surv(np.arange(40) % 3 > 0, np.exp(y))
    made = fit(x, times, hidden_units=2, epochs=3, seed=1)
    one = opened(made, x, times)
    assert one.own and len(list(one.batches(one.training))) == 1


def test_a_module_of_the_user_s_own_is_copied(data):
    x, y = data
    module = nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))
    before = module[0].weight.detach().clone()
    made = fit(x, y, model=module, epochs=3)
    one = opened(made, x, y, model=module)
    assert one.own and (module[0].weight == before).all()
    with pytest.raises(NNFitError, match="module of your own") as caught:
        opened(made, x, y)
    assert caught.value.argument == "model"


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        (lambda x, y: (x[:, :2], y), "x"),
        (lambda x, y: (x, y[:3]), "y"),
        (lambda x, y: (x * np.nan, y), "x"),
        (lambda x, y: (x, np.where(y > 0, "a", "b")), "loss"),
    ],
)
def test_wrong_rows_are_refused_by_name(data, change, argument):
    made = fit(*data, epochs=2, hidden_units=2)
    with pytest.raises(NNFitError) as caught:
        opened(made, *change(*data))
    assert caught.value.argument == argument
