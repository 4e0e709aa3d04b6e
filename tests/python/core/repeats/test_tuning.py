import json

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import Fit, NNFitError, cross_validate, fit, fit_parquet, predict
from nnfit.core.repeats import tuning
from nnfit.core.repeats.tuning import _deal, _penalties

OPEN = {"hidden_units": 8, "penalty": None, "seed": 1}


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


def by_hand(made, x, activation=lambda z: np.maximum(z, 0)):
    """Predict on the scale of the link as the help says, from the fit's plain data."""
    scaling, p = made.scaling, made.parameters
    z = (x - scaling["x_center"]) / scaling["x_scale"]
    z = z / np.sqrt(1 + (z / 3) ** 2)
    members = [
        activation(z @ p["0.weight"][m].T + p["0.bias"][m]) @ p["2.weight"][m].T + p["2.bias"][m]
        for m in range(10)
    ]
    return np.mean(members, axis=0) * scaling["output_scale"] + scaling["output_center"]


def test_the_fit_is_the_mean_of_ten_networks_of_drawn_in_columns(data):
    x, y = data
    made = fit(x, y, **OPEN)
    assert made.parameters["0.weight"].shape == (10, 8, 3)
    np.testing.assert_allclose(made.fitted, by_hand(made, x), rtol=1e-4, atol=1e-5)
    far = 100 * x[:5]
    np.testing.assert_allclose(predict(made, far), by_hand(made, far), rtol=1e-4, atol=1e-5)
    tanh = fit(x, y, **OPEN, activation="tanh")
    np.testing.assert_allclose(tanh.fitted, by_hand(tanh, x, np.tanh), rtol=1e-4, atol=1e-5)


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
    scaling, p = made.scaling, made.parameters
    z = (x - scaling["x_center"]) / scaling["x_scale"]
    z = z / np.sqrt(1 + (z / 3) ** 2)
    losses = []
    for repeat, seed in enumerate(tuning.replica_seeds(1, 2)):
        fold = _deal(y[:, None], seed)
        for k in range(5):
            m, unseen = 5 * repeat + k, fold == k
            hidden = np.maximum(z @ p["0.weight"][m].T + p["0.bias"][m], 0)
            link = hidden @ p["2.weight"][m].T + p["2.bias"][m]
            predicted = link * scaling["output_scale"] + scaling["output_center"]
            losses.append(np.mean((y[unseen] - predicted[unseen, 0]) ** 2))
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

    tuned = fit(x[seen], y[seen], hidden_units=32, penalty=None, seed=1)
    plain = fit(x[seen], y[seen], hidden_units=32, seed=1)
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
    assert (fit(*data, hidden_units=8, penalty=None, seed=2).fitted != made[0]).any()


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
    ("options", "says"),
    [
        ({"hidden_units": []}, "is chosen for networks"),
        ({"epochs": 10}, "beside `epochs`"),
        ({"optimizer": "sgd"}, "beside `optimizer`"),
        ({"learn_rate": 0.1}, "beside `learn_rate`"),
        ({"dropout": 0.1}, "beside `dropout`"),
        ({"batch_size": 8}, "beside `batch_size`"),
        ({"stop_iter": 8}, "beside `stop_iter`"),
        ({"scale": False}, "beside `scale`"),
        ({"reduction": "sum"}, "beside `reduction`"),
        ({"engine": "autograd"}, "beside `engine`"),
        ({"validation": 0.2}, "not go with `validation`"),
        ({"bootstrap": 2}, "not go with `bootstrap`"),
        ({"restarts": 2}, "not go with `restarts`"),
        ({"activation": "softsign"}, "Softsign is not among its layers"),
        ({"model": nn.Linear(3, 1), "hidden_units": []}, "is chosen for networks"),
    ],
    ids=str,
)
def test_what_leaves_nothing_to_choose_is_refused(data, options, says):
    with pytest.raises(NNFitError, match=says) as caught:
        fit(*data, **{**OPEN, **options})
    assert caught.value.argument == "penalty"


def test_too_few_and_too_many_rows_are_refused(data, monkeypatch):
    x, y = data
    with pytest.raises(NNFitError, match="takes 20 to 20,000 rows, and there are 19"):
        fit(x[:19], y[:19], **OPEN)
    assert fit(x[:20], y[:20], **OPEN).tuning is not None
    monkeypatch.setattr(tuning, "ROWS", (20, 59))
    with pytest.raises(NNFitError, match="and there are 60"):
        fit(x, y, **OPEN)


def test_where_no_loss_is_a_number_it_is_refused(data):
    x, y = data
    options = {**OPEN, "loss": "poisson_nll", "offset": np.linspace(0, 300, 60)}
    with pytest.raises(NNFitError, match="no loss on rows held out is a number"):
        fit(x, np.round(np.abs(y)), **options)


def test_files_want_a_number(data, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.table({"x": data[1], "y": data[1]}), tmp_path / "a.parquet")
    with pytest.raises(NNFitError, match="for rows in memory alone"):
        fit_parquet(tmp_path / "a.parquet", "y", ["x"], **OPEN)


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
    with pytest.raises(NNFitError, match="and there are 10"):
        cross_validate(x[:20], y[:20], folds=2, **OPEN)


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
    assert made.fitted.shape == (60, 1)
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*data, **OPEN, progress=lambda epoch, *_: epoch < 5)
    assert not hasattr(caught.value, "fit")


def test_folds_are_even_and_so_are_their_classes():
    y = np.repeat([0, 1], [40, 10])
    fold = _deal(y, 1)
    assert np.bincount(fold).tolist() == [10] * 5
    assert np.bincount(fold[y == 1]).tolist() == [2] * 5
    assert np.bincount(_deal(np.arange(23.0)[:, None], 1)).tolist() == [5, 5, 5, 4, 4]
    assert (_deal(y, 1) != _deal(y, 2)).any()


def test_the_penalties_begin_lower_where_there_are_more_rows():
    assert _penalties(20)[0] == 0.03
    assert _penalties(100)[0] == 0.003
    assert _penalties(2000)[0] == 3e-4
    assert _penalties(20_000)[0] == 1e-4
    assert all(_penalties(n)[-1] == 3.0 for n in (20, 2000))
