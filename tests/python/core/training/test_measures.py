import math

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet, predict
from nnfit.core.model.metrics import measure
from nnfit.core.options.metrics import metric_rows

NUMBERS = [name for name, row in metric_rows().items() if row.outcome == "numeric"]
CLASSES = [name for name, row in metric_rows().items() if row.outcome == "class"]


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((60, 3))
    return x, 5 + 3 * x[:, 0] + np.abs(x[:, 1]) + 0.1 * rng.standard_normal(60)


ENGINES = {
    "least_squares": {"optimizer": "sgd", "learn_rate": 0.1},
    "solved": {},
    "fused": {"hidden_units": 4},
    "fused batches": {"hidden_units": 4, "batch_size": 16},
    "autograd": {"hidden_units": 4, "engine": "autograd", "dropout": 0.3},
    "lbfgs": {"hidden_units": 4, "optimizer": "lbfgs", "dtype": "float64"},
}


@pytest.mark.parametrize("options", ENGINES.values(), ids=ENGINES)
def test_a_row_has_the_metrics_of_the_model_before_its_epoch(rows, options):
    x, y = rows
    held_out = np.arange(40, 60)
    options = {"seed": 1, "validation": held_out, **options}
    made = fit(x, y, metrics=NUMBERS, epochs=4, **options)
    for epoch in range(1, len(made["history"]["train_loss"])):
        before = fit(x, y, epochs=epoch, **options)
        predicted = predict(before, x)
        for name in NUMBERS:
            for part, chosen in (("train", slice(40)), ("valid", held_out)):
                expected = measure(name, y[chosen, None], predicted[chosen])
                found = made["history"][f"{part}_{name}"][epoch]
                assert found == pytest.approx(expected, rel=1e-4)
    assert made["history"]["train_loss"] == pytest.approx(
        fit(x, y, epochs=4, **options)["history"]["train_loss"]
    )


def test_of_squared_errors_the_metrics_are_those_of_the_loss(rows):
    history = fit(*rows, hidden_units=4, metrics="rmse", validation=0.3, epochs=9, seed=1)[
        "history"
    ]
    for part in ("train", "valid"):
        assert history[f"{part}_rmse"] ** 2 == pytest.approx(history[f"{part}_loss"], rel=1e-5)


@pytest.mark.parametrize("two", [False, True])
def test_classes_have_theirs(iris, two):
    y = iris.y == "virginica" if two else iris.y
    weights = 1.0 + np.arange(len(y)) % 3
    made = fit(
        iris.x, y, hidden_units=4, metrics=CLASSES, epochs=30, seed=1, weights=weights, penalty=0
    )
    history = made["history"]
    assert history["train_mn_log_loss"] == pytest.approx(history["train_loss"], rel=1e-5)
    before = fit(iris.x, y, hidden_units=4, epochs=29, seed=1, weights=weights, penalty=0)
    p = predict(before, iris.x)
    p = np.hstack([1 - p, p]) if two else p
    positions = np.unique(y, return_inverse=True)[1]
    for name in CLASSES:
        expected = measure(name, positions, p, weights)
        assert history[f"train_{name}"][-1] == pytest.approx(expected, rel=1e-4)


def test_an_offset_is_in_them(rng):
    x = rng.standard_normal((50, 2))
    exposure = rng.uniform(0, 2, 50)
    y = rng.poisson(np.exp(0.3 * x[:, 0] + exposure))
    options = {"loss": "poisson_nll", "offset": exposure, "hidden_units": 3, "seed": 1,
               "penalty": 0}  # fmt: skip
    made = fit(x, y, metrics="rmse", epochs=6, **options)
    before = fit(x, y, epochs=5, **options)
    error = measure("rmse", y[:, None], before["fitted"])
    assert made["history"]["train_rmse"][-1] == pytest.approx(error, rel=1e-5)


def test_a_model_of_ones_own_has_them_in_evaluation_mode(rows):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))
    x, y = rows
    made = fit(x, y, model=model, metrics="mae", epochs=3, seed=1, batch_size=20)
    before = fit(x, y, model=model, epochs=2, seed=1, batch_size=20)
    error = np.abs(before["fitted"][:, 0] - y).mean()
    assert made["history"]["train_mae"][-1] == pytest.approx(error, rel=1e-5)


def test_training_stops_by_the_metric_that_is_monitored(iris):
    y = iris.y == "versicolor"
    made = fit(
        iris.x, y, hidden_units=8, validation=0.4, monitor="roc_auc", stop_iter=30, epochs=400,
        seed=2, learn_rate=0.05,
    )  # fmt: skip
    auc = made["history"]["valid_roc_auc"]
    assert made["stopped"] == "early"
    assert made["best_epoch"] == int(np.argmax(auc)) + 1
    assert len(auc) == made["best_epoch"] + 30
    assert made["options"]["metrics"] == ["roc_auc"]
    least = fit(iris.x, y, hidden_units=8, validation=0.4, monitor="brier_class", stop_iter=30,
                epochs=400, seed=2, learn_rate=0.05)  # fmt: skip
    assert least["best_epoch"] == int(np.argmin(least["history"]["valid_brier_class"])) + 1


def test_a_plateau_is_one_of_the_metric(rows):
    x, y = rows
    made = fit(
        x, y, hidden_units=4, monitor="rsq", schedule=("plateau", {"patience": 2}), epochs=300,
        seed=1, learn_rate=0.3,
    )["history"]  # fmt: skip
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.3)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=2)
    for rsq, rate in zip(made["train_rsq"], made["learn_rate"]):
        assert optimizer.param_groups[0]["lr"] == pytest.approx(rate)
        plateau.step(-rsq)


def test_a_metric_that_is_not_defined_can_not_be_monitored(iris):
    with pytest.raises(NNFitError, match='`monitor` is "roc_auc", which is not defined'):
        fit(iris.x, iris.y, hidden_units=3, validation=np.arange(10), monitor="roc_auc")
    made = fit(
        iris.x, iris.y, hidden_units=3, validation=np.arange(10), metrics="roc_auc", epochs=3
    )
    assert np.isnan(made["history"]["valid_roc_auc"]).all()
    assert not np.isnan(made["history"]["train_roc_auc"]).any()


def test_repeats_have_them(rows):
    options = {"hidden_units": 3, "metrics": "rmse", "epochs": 5, "seed": 1}
    alone = fit(*rows, **options)["history"]["train_rmse"]
    both = fit(*rows, members=2, **options)["history"]
    assert len(both["train_rmse"]) == 5
    for repeats in ({"bootstrap": 3}, {"restarts": 2}):
        made = fit(*rows, **options, **repeats)
        assert len(made["history"]["train_rmse"]) == 5
        assert made["history"]["train_rmse"] == pytest.approx(alone) or "restarts" in repeats
    assert fit(*rows, bootstrap=3, **options)["replicates"]["engine"] == "stacked"
    folds = cross_validate(*rows, folds=3, **options)
    for history in folds["history"]:
        assert history["valid_rmse"] ** 2 == pytest.approx(history["valid_loss"], rel=1e-4)


def test_more_columns_than_rows_have_them(rng):
    x = rng.standard_normal((10, 300))
    made = fit(x, x[:, 0], optimizer="sgd", hidden_units=4, metrics="rmse", epochs=300, seed=1)
    history = made["history"]
    assert history["train_rmse"] ** 2 == pytest.approx(history["train_loss"], rel=1e-4)


def test_files_refuse_them(write_parquet):
    path = write_parquet({"x": np.arange(9.0), "y": np.arange(9.0)})
    for argument in ("metrics", "monitor"):
        with pytest.raises(NNFitError, match=f"`{argument}` needs the rows in memory"):
            fit_parquet(path, "y", **{argument: "rmse"})


def test_a_fit_that_diverges_has_as_many_rows_of_each(rows):
    made = fit(*rows, optimizer="sgd", learn_rate=1e3, metrics="rmse", epochs=400, seed=1)
    assert made["stopped"] == "diverged"
    assert len(made["history"]["train_rmse"]) == len(made["history"]["train_loss"])
    assert not math.isfinite(made["history"]["train_loss"][-1])


OFFSETS = {
    "mse": {},
    "l1": {},
    "gaussian_nll": {},
    "log": {"loss": ("mse", {"link": "log"})},
    "poisson_nll": {},
}


@pytest.mark.parametrize("name", OFFSETS)
@pytest.mark.parametrize("options", [{"hidden_units": 2, "epochs": 5}, {"hidden_units": 2}])
def test_an_offset_is_in_what_is_measured(rng, name, options):
    """Of the outcome and of predictions as they are: not of what an offset leaves of them."""
    x, offset = rng.standard_normal((60, 2)), rng.standard_normal(60)
    mean = x[:, 0] / 2 + offset
    y = np.exp(mean) + 1 if name in ("log", "poisson_nll") else mean + rng.standard_normal(60)
    fold, held_out = np.arange(60) % 2, np.arange(0, 60, 2)
    asked = {"loss": name, **OFFSETS[name], **options, "metrics": NUMBERS, "seed": 1}
    cv = cross_validate(x, y, offset=offset, folds=fold, **asked)
    for k in range(2):
        for metric in NUMBERS:
            expected = measure(metric, y[fold == k, None], cv["predicted"][fold == k, :, 0])
            assert cv["metrics"][f"valid_{metric}"][k] == pytest.approx(expected, rel=1e-4)
    if "epochs" not in options:
        return
    beside = x[held_out], y[held_out], offset[held_out]
    seen = np.setdiff1d(np.arange(60), held_out)
    for rows, validation in ((slice(None), held_out), (seen, beside)):
        given = {"offset": offset[rows], "validation": validation, **asked}
        made = fit(x[rows], y[rows], **given)
        before = fit(x[rows], y[rows], **{**given, "epochs": 4})
        predicted = predict(before, x, offset=offset)
        for metric in NUMBERS:
            for part, chosen in (("train", seen), ("valid", held_out)):
                expected = measure(metric, y[chosen, None], predicted[chosen])
                assert made.history[f"{part}_{metric}"][-1] == pytest.approx(expected, rel=1e-4)


def test_the_best_epoch_is_by_the_outcome_as_it_is(rng):
    x, offset = rng.standard_normal((60, 2)), 3 * rng.standard_normal(60)
    y = x[:, 0] + offset + rng.standard_normal(60)
    beside = x[40:], y[40:], offset[40:]
    options = {"hidden_units": 8, "epochs": 40, "learn_rate": 0.1, "stop_iter": 100, "seed": 1}
    made = fit(x[:40], y[:40], offset=offset[:40], validation=beside, monitor="mape", **options)
    predicted = predict(made, x[40:], offset=offset[40:])
    assert measure("mape", y[40:, None], predicted) == pytest.approx(
        made.history["valid_mape"].min(), rel=1e-4
    )
