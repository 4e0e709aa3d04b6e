import json

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import Fit, cross_validate, fit, fit_parquet, predict
from nnfit.core.data.powers import Powers
from nnfit.core.repeats import tuning
from nnfit.core.repeats.penalty_path import deal_evenly
from nnfit.core.repeats.resampling import replica_seeds

OPEN = {"hidden_units": 8, "seed": 1}


@pytest.fixture
def data(rng):
    x = rng.standard_normal((60, 3))
    return x, np.sin(2 * x[:, 0]) + x[:, 1] + 0.5 * rng.standard_normal(60)


@pytest.fixture(scope="module")
def noise():
    """Rows of which a network that is not held back learns the noise."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((400, 10))
    return x, x[:, 0] + rng.standard_normal(400)


def silu(z):
    return z / (1 + np.exp(-z))


def inputs(made, x):
    """Straighten, standardise and draw in, as the help says."""
    scaling = made.scaling
    z = (Powers.of_fit(scaling)(x) - scaling["x_center"]) / scaling["x_scale"]
    return z / np.sqrt(1 + (z / 3) ** 2)


def links(made, x, activation=silu):
    """Predict by each member on the scale of the link, from the fit's plain data."""
    scaling, p = made.scaling, made.parameters
    z = inputs(made, x)
    hidden = [activation(z @ w.T + b) for w, b in zip(p["0.weight"], p["0.bias"])]
    outputs = [h @ w.T + b for h, w, b in zip(hidden, p["2.weight"], p["2.bias"])]
    return np.array(outputs) * scaling["output_scale"] + scaling["output_center"]


def by_hand(made, x, activation=silu):
    return links(made, x, activation).mean(0)


def test_the_fit_is_the_mean_of_ten_networks_of_straightened_and_drawn_in_columns(data):
    x, y = data
    x[:, 2] = np.exp(2 * x[:, 2])
    made = fit(x, y, **OPEN)
    assert made.parameters["0.weight"].shape == (10, 8, 3)
    assert made.scaling["x_power"][2] < 1
    np.testing.assert_allclose(made.fitted, by_hand(made, x), rtol=1e-4, atol=1e-5)
    far = 100 * x[:5]
    np.testing.assert_allclose(predict(made, far), by_hand(made, far), rtol=1e-4, atol=1e-5)
    tanh = fit(x, y, **OPEN, activation="tanh")
    np.testing.assert_allclose(tanh.fitted, by_hand(tanh, x, np.tanh), rtol=1e-4, atol=1e-5)


def test_the_activation_is_smooth_unless_one_is_asked_for(data):
    assert fit(*data, **OPEN).options["activation"] == ["silu"]
    assert fit(*data, **OPEN, activation="relu").options["activation"] == ["relu"]
    assert fit(*data, **OPEN, penalty=0.1).options["activation"] == ["relu"]


def test_many_rows_are_dealt_once(data, monkeypatch):
    x, y = data
    assert fit(x, y, **OPEN).options["members"] == 10
    monkeypatch.setattr(tuning, "TWICE", 59)
    made = fit(x, y, **OPEN)
    assert made.options["members"] == 5
    assert made.tuning["repeats"] == 1
    assert made.held_out["member"].shape == (60, 1)
    assert cross_validate(x, y, folds=3, **OPEN)["options"]["members"] == 10


def test_all_folds_are_dealt_as_often_as_the_one_of_most_rows(data, monkeypatch):
    monkeypatch.setattr(tuning, "TWICE", 40)
    made = cross_validate(*data, folds=np.repeat([0, 1, 2], [18, 18, 24]), **OPEN)
    assert made["options"]["members"] == 5
    assert np.isfinite(made["predicted"]).all()


def test_what_was_chosen_has_the_least_loss_on_the_path(data):
    made = fit(*data, **OPEN)
    path = made.tuning
    assert path["folds"] == 5
    assert path["repeats"] == 2
    chosen = path["chosen"] - 1
    assert chosen == np.argmin(path["valid_loss"])
    assert made.options["penalty"] == path["penalty"][chosen]
    assert (np.diff(path["penalty"]) > 0).all()
    assert (path["std_error"] > 0).all()
    assert made.options["epochs"] == len(made.history["train_loss"])
    assert made.options["members"] == 10
    assert made.options["optimizer"] == "lbfgs"
    assert made.options["engine"] == "stacked"


def test_the_losses_on_the_path_are_those_of_rows_that_each_has_not_seen(data):
    """Each member's loss, computed again from its parameters and its fold."""
    x, y = data
    made = fit(x, y, **OPEN)
    predicted = links(made, x)[:, :, 0]
    losses = []
    for repeat, seed in enumerate(replica_seeds(1, 2)):
        fold = deal_evenly(y[:, None], seed)
        for k in range(5):
            unseen = fold == k
            losses.append(np.mean((y - predicted[5 * repeat + k])[unseen] ** 2))
    chosen = made.tuning["chosen"] - 1
    np.testing.assert_allclose(np.mean(losses), made.tuning["valid_loss"][chosen], rtol=1e-4)
    error = np.std(losses, ddof=1) / 10**0.5
    np.testing.assert_allclose(error, made.tuning["std_error"][chosen], rtol=1e-4)


def test_noise_is_not_learned(noise):
    x, y = noise
    seen, unseen = slice(100), slice(100, 400)
    line = np.linalg.lstsq(np.column_stack([x[seen], np.ones(100)]), y[seen], rcond=None)[0]

    def error(predicted):
        return np.sqrt(np.mean((y[unseen] - predicted) ** 2))

    tuned = fit(x[seen], y[seen], hidden_units=32, seed=1)
    plain = fit(x[seen], y[seen], hidden_units=32, penalty=0, seed=1)
    of_line = error(x[unseen] @ line[:-1] + line[-1])
    assert error(predict(tuned, x[unseen])[:, 0]) < 1.1 * of_line
    assert error(predict(plain, x[unseen])[:, 0]) > 1.3 * of_line


@pytest.mark.parametrize("classes", [2, 3])
def test_classes(classes, rng):
    x = rng.standard_normal((90, 2))
    y = np.array(list("abc"))[np.digitize(x[:, 0] + 0.5 * rng.standard_normal(90), [-0.5, 0.7])]
    y = np.where(y == "c", "b", y) if classes == 2 else y
    made = fit(x, y, **OPEN)
    assert (made.fitted.min(), made.fitted.max()) > (0, 0.5)
    assert made.fitted.shape == (90, 1 if classes == 2 else 3)
    link = by_hand(made, x)
    if classes == 2:
        response = 1 / (1 + np.exp(-link))
    else:
        response = np.exp(link) / np.exp(link).sum(1, keepdims=True)
    np.testing.assert_allclose(made.fitted, response, rtol=1e-4, atol=1e-6)


def test_the_same_seed_gives_the_same_fit_and_leaves_torchs_generator(data):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    made = [fit(*data, **OPEN).fitted for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(*made)
    assert (fit(*data, hidden_units=8, seed=2).fitted != made[0]).any()


def test_rows_of_no_weight_take_no_part(data):
    x, y = data
    weights = np.ones(60)
    weights[40:] = 0
    part = fit(x, np.where(weights > 0, y, 1e6), weights=weights, **OPEN)
    alone = fit(x[:40], y[:40], **OPEN)
    np.testing.assert_allclose(part.fitted[:40], alone.fitted, rtol=1e-4, atol=1e-4)


def test_weights_count(data):
    x, y = data
    y = y.copy()
    y[:20] += 10
    heavy = fit(x, y, weights=np.where(np.arange(60) < 20, 50.0, 1.0), **OPEN)
    light = fit(x, y, weights=np.where(np.arange(60) < 20, 0.02, 1.0), **OPEN)
    assert heavy.fitted.mean() > light.fitted.mean() + 3


def test_an_offset_and_a_logarithm(rng):
    x = rng.standard_normal((80, 2))
    time = rng.uniform(0.5, 3, 80)
    y = rng.poisson(np.exp(0.5 * x[:, 0]) * time).astype(float)
    options = {**OPEN, "loss": "poisson_nll"}
    made = fit(x, y, offset=np.log(time), **options)
    twice = predict(made, x, offset=np.log(2 * time))
    np.testing.assert_allclose(twice, 2 * made.fitted, rtol=1e-4)


def test_several_outcomes_and_two_layers(data):
    x, y = data
    made = fit(x, np.column_stack([y, -y]), **{**OPEN, "hidden_units": [6, 4]})
    assert made.fitted.shape == (60, 2)
    assert np.corrcoef(made.fitted[:, 0], y)[0, 1] > 0.6
    assert made.parameters["2.weight"].shape == (10, 4, 6)


def test_a_fit_predicts_from_its_plain_data(data):
    x, y = data
    made = fit(x, y, **OPEN)
    plain = json.loads(json.dumps(made.plain(), default=lambda value: value.tolist()))
    np.testing.assert_allclose(predict(plain, x), made.fitted, rtol=1e-6)


def test_the_scaling_is_folded_out_of_the_last_layer_alone(data):
    made = fit(*data, **OPEN)
    assert set(made.unscaled) == {"2.weight", "2.bias"}
    scale = made.scaling["output_scale"]
    np.testing.assert_allclose(made.unscaled["2.weight"], made.parameters["2.weight"] * scale)


def test_a_column_that_is_constant_takes_no_part(data):
    x, y = data
    made = fit(np.column_stack([x, np.full(60, 7.0)]), y, **OPEN)
    moved = np.column_stack([x, np.full(60, 1e6)])
    np.testing.assert_allclose(predict(made, moved), made.fitted, rtol=1e-5)


@pytest.mark.parametrize(
    "options",
    [
        {"penalty": 0},
        {"penalty": 0.1},
        {"epochs": 10},
        {"optimizer": "sgd"},
        {"learn_rate": 0.1},
        {"optimizer": "sgd", "momentum": 0.1},
        {"dropout": 0.1},
        {"batch_size": 8},
        {"stop_iter": 8},
        {"scale": False},
        {"reduction": "sum"},
        {"engine": "autograd"},
        {"validation": 0.2},
        {"validation": (np.ones((3, 3)), np.ones(3))},
        {"bootstrap": 2},
        {"restarts": 2},
        {"loss": "l1"},  # which has no curvature to go by
        {"activation": "softsign"},  # not among those that are trained side by side
        {"activation": "prelu"},  # nor one with parameters of its own
        {"hidden_units": []},
        {"model": nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1)), "hidden_units": []},
    ],
    ids=str,
)
def test_what_says_more_than_the_size_is_obeyed(data, options):
    made = fit(*data, **{**OPEN, **options})
    assert made.tuning is None
    assert made.options["penalty"] == options.get("penalty", 0)
    assert "x_power" not in (made.scaling or {})
    if "model" not in options:
        best = {"stop_iter": 500} if "validation" in options else {}
        again = fit(*data, **{**OPEN, "penalty": 0, **best, **options})
        np.testing.assert_array_equal(made.fitted, again.fitted)


def test_too_few_and_too_many_rows_are_fitted_plainly(data, monkeypatch):
    x, y = data
    few = fit(x[:19], y[:19], **OPEN)
    assert few.tuning is None
    np.testing.assert_array_equal(few.fitted, fit(x[:19], y[:19], **OPEN, penalty=0).fitted)
    assert fit(x[:20], y[:20], **OPEN).tuning is not None
    weights = np.repeat([1.0, 0.0], [19, 41])
    assert fit(x, y, weights=weights, **OPEN).tuning is None
    monkeypatch.setattr(tuning, "ROWS", (20, 59))
    assert fit(x, y, **OPEN).tuning is None


def test_data_wider_than_long_are_fitted_plainly(rng):
    x = rng.standard_normal((20, 21))
    assert fit(x, x[:, 0], **OPEN).tuning is None
    assert fit(x[:, :20], x[:, 0], **OPEN).tuning is not None


def test_where_no_loss_is_a_number_the_fit_is_plain(data):
    x, y = data
    options = {**OPEN, "loss": "poisson_nll", "offset": np.linspace(0, 300, 60)}
    made = fit(x, np.round(np.abs(y)), **options)
    plain = fit(x, np.round(np.abs(y)), **options, penalty=0)
    assert made.tuning is None
    assert made.stopped == plain.stopped


@pytest.mark.parametrize("size", [1.0, 1e4, 1e8])
def test_counts_of_every_size_are_fitted(size):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((200, 1))
    y = rng.poisson(size * np.exp(np.sin(2 * x[:, 0]))).astype(float)
    made = fit(x, y, loss="poisson_nll", hidden_units=16, seed=1)
    assert made.fitted.mean() == pytest.approx(y.mean(), rel=0.02)
    truth = size * np.exp(np.sin(2 * x[:, 0]))
    assert np.corrcoef(made.fitted[:, 0], truth)[0, 1] > 0.95
    np.testing.assert_allclose(predict(made, x), made.fitted, rtol=1e-6)


def test_losses_far_from_one_bring_no_foreign_warning(data):
    x, y = data
    made = fit(x, y * 1e100, **OPEN)
    assert made.tuning is not None


def test_files_are_fitted_plainly(data, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.table({"x": data[1], "y": data[1]}), tmp_path / "a.parquet")
    made = fit_parquet(tmp_path / "a.parquet", "y", ["x"], **OPEN)
    assert (made.tuning, made.options["penalty"], made.options["members"]) == (None, 0, 1)


def test_each_fold_chooses_from_its_own_rows(data):
    x, y = data
    made = cross_validate(x, y, folds=3, **OPEN)
    fold = made["folds"][:, 0]
    for k in range(3):
        alone = fit(x[fold != k], y[fold != k], **{**OPEN, "seed": int(made["seeds"][k])})
        predicted = predict(alone, x[fold == k])
        np.testing.assert_allclose(made["predicted"][fold == k, :, 0], predicted, rtol=1e-6)
        error = np.mean((predicted[:, 0] - y[fold == k]) ** 2)
        np.testing.assert_allclose(made["valid_loss"][k], error, rtol=1e-5)
    assert made["options"]["members"] == 10


@pytest.mark.parametrize("options", [{"penalty": 0}, {"activation": "softsign"}, {}], ids=str)
def test_folds_that_can_not_choose_are_fitted_plainly(data, options):
    x, y = data
    few = slice(20) if not options else slice(60)
    made = cross_validate(x[few], y[few], folds=2, **{**OPEN, **options})
    assert (made["options"]["members"], made["options"]["penalty"]) == (1, 0)
    again = cross_validate(x[few], y[few], folds=2, **{**OPEN, **options, "penalty": 0})
    np.testing.assert_array_equal(made["predicted"], again["predicted"])


def test_an_interrupt_keeps_the_folds_that_were_done(data):
    with pytest.raises(KeyboardInterrupt) as caught:
        cross_validate(
            *data, folds=3, **OPEN, progress=lambda at, most, *_: at < tuning.MOST_STEPS * 1.2
        )
    assert caught.value.fit["fits"].tolist() == [0]


def test_progress_goes_to_its_end_at_most(data):
    seen = []
    fit(*data, **OPEN, progress=lambda *args: seen.append(args))
    assert [epoch for epoch, *_ in seen] == list(range(1, len(seen) + 1))
    assert len({most for _, most, *_ in seen}) == 1
    assert len(seen) <= seen[0][1]


def test_an_interrupt_leaves_what_there_is(data):
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*data, **OPEN, progress=lambda epoch, *_: epoch < 100)
    made = caught.value.fit
    assert isinstance(made, Fit)
    assert made.stopped == "interrupted"
    assert made.fitted.shape == (60, 1)
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*data, **OPEN, progress=lambda epoch, *_: epoch < 5)
    assert not hasattr(caught.value, "fit")


def test_metrics_are_of_the_mean_and_change_nothing(rng):
    x = rng.standard_normal((60, 3))
    y = np.where(x[:, 0] + rng.standard_normal(60) > 0.5, "b", "a")
    asked = {**OPEN, "class_weights": "balanced"}
    made = fit(x, y, metrics=["accuracy", "roc_auc"], **asked)
    assert np.array_equal(made.fitted, fit(x, y, **asked).fitted)
    found = made.history["train_accuracy"]
    assert np.isnan(found[:-1]).all()
    assert found[-1] == np.mean((made.fitted[:, 0] > 0.5) == (y == "b"))
    assert 0.5 < made.history["train_roc_auc"][-1] < 1
    folds = cross_validate(x, y, metrics="accuracy", folds=2, **asked)
    assert np.array_equal(folds["predicted"], cross_validate(x, y, folds=2, **asked)["predicted"])
    right = (folds["predicted"][:, 0, 0] > 0.5) == (y == "b")
    each = [right[folds["folds"][:, 0] == k].mean() for k in range(2)]
    assert [history["valid_accuracy"][-1] for history in folds["history"]] == each
