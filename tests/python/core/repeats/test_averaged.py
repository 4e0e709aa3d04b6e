import numpy as np
import pytest
from torch import nn

from nnfit.core import NNFitError, cross_validate, fit, fit_parquet, predict
from nnfit.core.repeats import averaged
from nnfit.core.repeats.resampling import seeds_from
from nnfit.core.training.trained import Trained

NET = {"hidden_units": 4, "epochs": 30, "seed": 5}


@pytest.fixture
def data(rng):
    x = rng.standard_normal((60, 3))
    return x, np.sin(x[:, 0]) + 0.1 * rng.standard_normal(60)


def one_by_one(data, number, **options):
    return [fit(*data, **{**NET, **options, "seed": seed}) for seed in seeds_from(5, number)]


@pytest.mark.parametrize(
    "options",
    [{}, {"hidden_units": [6, 3], "dropout": 0.2}, {"batch_size": 16}, {"bias": False}],
    ids=str,
)
def test_the_fit_is_the_mean_of_fits_of_their_own(data, options):
    made = fit(*data, **{**NET, **options}, members=3)
    each = one_by_one(data, 3, **options)
    expected = np.mean([one.fitted for one in each], axis=0)
    np.testing.assert_allclose(made.fitted, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(predict(made, data[0]), made.fitted, rtol=1e-5)
    losses = np.mean([one.history["train_loss"] for one in each], axis=0)
    np.testing.assert_allclose(made.history["train_loss"], losses, rtol=1e-4)
    assert (made.options["members"], made.tuning) == (3, None)


def test_one_member_is_the_plain_fit(data):
    made = fit(*data, hidden_units=4, seed=1, members=1)
    plain = fit(*data, hidden_units=4, seed=1, penalty=0)
    np.testing.assert_array_equal(made.fitted, plain.fitted)
    assert made.parameters["0.weight"].shape == (4, 3)
    assert fit(*data, members=1).fitted.shape == (60, 1)  # a linear model too


def test_classes_and_weights(iris):
    weights = np.where(np.arange(150) < 30, 0.0, 1.5)
    made = fit(*iris, members=2, weights=weights, **NET)
    each = one_by_one(iris, 2, weights=weights)
    links = [predict(one, iris.x, type="link") for one in each]
    np.testing.assert_allclose(
        predict(made, iris.x, type="link"), np.mean(links, 0), rtol=1e-3, atol=1e-4
    )


def test_all_members_have_the_same_rows_held_out(data):
    made = fit(*data, members=3, validation=0.25, stop_iter=3, **{**NET, "epochs": 400})
    assert len(made.validation_rows) == 15
    assert made.best_epoch is None
    train = np.setdiff1d(np.arange(60), made.validation_rows)
    beside = data[0][made.validation_rows], data[1][made.validation_rows]
    each = [
        fit(
            data[0][train], data[1][train], validation=beside,
            **{**NET, "epochs": 400, "stop_iter": 3, "seed": seed},
        )
        for seed in seeds_from(5, 3)
    ]  # fmt: skip
    last = [one.history["valid_loss"][(one.best_epoch or 0) - 1] for one in each]
    np.testing.assert_allclose(made.history["valid_loss"][-1], np.mean(last), rtol=1e-3)
    assert made.stopped == "early"


def test_each_fold_has_its_members(data):
    made = cross_validate(*data, folds=3, members=2, **NET)
    fold = made["folds"][:, 0]
    alone = fit(
        data[0][fold != 1], data[1][fold != 1], members=2, **{**NET, "seed": made["seeds"][1]}
    )
    np.testing.assert_allclose(
        made["predicted"][fold == 1, :, 0], predict(alone, data[0][fold == 1]), rtol=1e-4
    )


@pytest.mark.parametrize(
    ("options", "says", "argument"),
    [
        ({"bootstrap": 2}, "not go with `bootstrap`", "members"),
        ({"restarts": 2}, "not go with `restarts`", "members"),
        ({"activation": "prelu"}, "parameters of its own", "members"),
        ({"hidden_units": []}, "needs hidden layers", "members"),
        ({"model": nn.Linear(3, 1), "hidden_units": []}, "not go with `model`", "members"),
        ({"members": 10_000, "hidden_units": 10**6}, "10,000", "members"),
    ],
    ids=str,
)
def test_refusals(data, options, says, argument):
    with pytest.raises(NNFitError, match=says) as caught:
        fit(*data, **{**NET, "members": 3, **options})
    assert caught.value.argument == argument


def test_files_have_one(data, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.table({"x": data[1], "y": data[1]}), tmp_path / "a.parquet")
    with pytest.raises(NNFitError, match="in memory"):
        fit_parquet(tmp_path / "a.parquet", "y", ["x"], members=2, **NET)
    fit_parquet(tmp_path / "a.parquet", "y", ["x"], members=1, **NET)


@pytest.mark.parametrize(("engine", "epochs"), [("auto", 20_000), ("autograd", 3000)])
def test_an_interrupt_leaves_the_members_that_there_are(data, engine, epochs):
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(
            *data, members=3, engine=engine, **{**NET, "epochs": epochs},
            progress=lambda epoch, epochs, *_: epoch < epochs / 2,
        )  # fmt: skip
    made = caught.value.fit
    assert made.stopped == "interrupted"
    assert made.options["members"] in (1, 2, 3)
    assert made.fitted.shape == (60, 1)
    assert predict(made, data[0]).shape == (60, 1)


def trained(losses, stopped="epochs", best_epoch=None):
    history = {"train_loss": np.array(losses), "valid_loss": None}
    parameters = {"0.weight": np.ones((2, 1))}
    return Trained(parameters, [], None, history, stopped, best_epoch, "fused", None, 1.0)


def test_a_member_that_has_ended_counts_as_it_was_at_its_best():
    made = averaged.averaged([trained([8.0, 2.0, 4.0], "early", 2), trained([6.0, 4.0, 3.0, 2.0])])
    np.testing.assert_array_equal(made.history["train_loss"], [7.0, 3.0, 3.5, 2.0])
    assert (made.stopped, made.seconds, made.best_epoch) == ("epochs", 2.0, None)


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (("early", "early"), "early"),
        (("early", "epochs"), "epochs"),
        (("early", "diverged"), "diverged"),
        (("diverged", "interrupted"), "interrupted"),
    ],
)
def test_what_went_wrong_with_one_is_said_of_all(reasons, expected):
    made = averaged.averaged([trained([1.0], reason) for reason in reasons])
    assert made.stopped == expected
